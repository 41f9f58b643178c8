package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.program.OutputTail;
import org.tofro.connect.program.ProcessTree;
import org.tofro.connect.program.WorkFolder;
import org.tofro.data.Durations;
import org.tofro.pipeline.Bootstrap;
import org.tofro.run.EarlyEnd;
import org.tofro.run.Preparation;

/**
 * Runs a pipeline's bootstrap commands one after the other, until one does not end well. What a command leaves running, such
 * as a tunnel, goes on; one that takes too long, or whose run is ended, is ended with all that it has started.
 */
final class BootstrapCommands implements Preparation {
    private static final int LOOK_MILLIS = 50;
    private static final int TAIL_MILLIS = 500;
    private static final int SHORTEST_SECRET = 6;

    private final List<Bootstrap> commands;
    private final String pipeline;
    private final String run;
    private final PrintStream err;

    BootstrapCommands(List<Bootstrap> commands, String pipeline, String run, PrintStream err) {
        this.commands = List.copyOf(commands);
        this.pipeline = pipeline;
        this.run = run;
        this.err = err;
    }

    @Override
    public @Nullable String perform(EarlyEnd end) throws InterruptedException {
        for (Bootstrap bootstrap : commands) {
            if (!bootstrap.onLauncher() || end.reason() != null) {
                continue;
            }
            err.println("bootstrap: " + shown(bootstrap));
            String why = perform(bootstrap, end);
            if (why != null) {
                return "the bootstrap command `" + shown(bootstrap) + "` " + why;
            }
        }
        return null;
    }

    private @Nullable String perform(Bootstrap bootstrap, EarlyEnd end) throws InterruptedException {
        try (WorkFolder folder = WorkFolder.open("bootstrap")) {
            ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", bootstrap.command());
            builder.environment().put("TOFRO_PIPELINE", pipeline);
            builder.environment().put("TOFRO_RUN", run);
            builder.environment().put("TOFRO_BOOTSTRAP_FOLDER", folder.path() + "/");
            builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
            Process process = builder.start();
            ProcessTree tree = new ProcessTree(process.toHandle(), folder.path());
            OutputTail out = new OutputTail(process.getInputStream(), "output of a bootstrap command");
            OutputTail errors = new OutputTail(process.getErrorStream(), "errors of a bootstrap command");
            out.start();
            errors.start();
            long startedAt = System.nanoTime();
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                boolean late =
                        System.nanoTime() - startedAt > bootstrap.timeout().toNanos();
                if (late || end.reason() != null) {
                    tree.end();
                    return late
                            ? "took longer than " + Durations.words(bootstrap.timeout()) + " and was ended"
                                    + said(builder.environment(), errors, out)
                            : null;
                }
            }
            if (process.exitValue() == 0) {
                return null;
            }
            errors.join(TAIL_MILLIS);
            out.join(TAIL_MILLIS);
            return "ended with exit code " + process.exitValue() + said(builder.environment(), errors, out);
        } catch (IOException e) {
            return "cannot be started: " + e.getMessage();
        }
    }

    private static String shown(Bootstrap bootstrap) {
        return bootstrap.command().strip().replaceAll("\\s+", " ");
    }

    private static String said(Map<String, String> environment, OutputTail errors, OutputTail out) {
        String words = errors.lastLines();
        boolean toErrors = !words.isEmpty();
        String all = toErrors ? words : out.lastLines();
        if (all.isEmpty()) {
            return ", and printed nothing";
        }
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            // It may well print its environment.
            if (isSecret(variable.getKey()) && variable.getValue().length() >= SHORTEST_SECRET) {
                all = all.replace(variable.getValue(), "***");
            }
        }
        return ". The last that it printed" + (toErrors ? " to standard error" : "") + ":\n" + all;
    }

    private static boolean isSecret(String variable) {
        return variable.toUpperCase(Locale.ROOT).matches(".*(PASSWORD|SECRET|TOKEN|KEY|CREDENTIAL|URL).*");
    }
}
