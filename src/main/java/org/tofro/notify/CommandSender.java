package org.tofro.notify;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.tofro.report.ReportStore;
import org.tofro.settings.Notification;

/** Runs a command, which finds the message as JSON on its standard input, and its facts in its environment. */
record CommandSender(Notification.Command command) implements Sender {
    @Override
    public void send(RunMessage message, TimeLimit limit) throws NotToldException, InterruptedException {
        Process process = start(message);
        try (OutputStream in = process.getOutputStream()) {
            in.write(ReportStore.json(message.facts()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It does not read what it is told, and may do well without.
        }
        while (!process.waitFor(TimeLimit.LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            if (limit.isReached()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new NotToldException("the command took longer than " + limit.seconds() + " s");
            }
        }
        if (process.exitValue() != 0) {
            throw new NotToldException("the command ended with exit code " + process.exitValue());
        }
    }

    private Process start(RunMessage message) throws NotToldException {
        // What it prints goes to standard error: standard output is for results.
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", "exec 1>&2\n" + command.command())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        for (Map.Entry<String, Object> fact : message.facts().entrySet()) {
            if (fact.getValue() instanceof String value) {
                builder.environment().put(variable(fact.getKey()), value);
            }
        }
        builder.environment()
                .put(
                        "TOFRO_EVENTS",
                        message.events().stream()
                                .map(Notification.Event::word)
                                .sorted()
                                .collect(Collectors.joining(",")));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new NotToldException("the command cannot be started: " + e.getMessage());
        }
    }

    /** {@code intervalStart} as a variable: {@code TOFRO_INTERVAL_START}. */
    private static String variable(String fact) {
        return "TOFRO_" + fact.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
    }
}
