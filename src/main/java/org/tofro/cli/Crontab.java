package org.tofro.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * The crontab of whoever runs the command, by the machine's own program.
 *
 * @param program {@code crontab}, or where it is
 */
record Crontab(String program) {
    private static final Path LOCALTIME = Path.of("/etc/localtime");

    /** The time zone that cron keeps, whatever this process was told by its environment. */
    static ZoneId systemZone() {
        try {
            String zone = LOCALTIME.toRealPath().toString().replaceFirst(".*/zoneinfo/(posix/|right/)?", "");
            return ZoneId.of(zone);
        } catch (IOException | DateTimeException unknown) {
            return ZoneId.systemDefault();
        }
    }

    /** What stands in it; nothing where there is none. */
    String read() {
        Answer answer = run("", "-l");
        if (answer.code() == 0) {
            return answer.out();
        }
        String said = answer.err().toLowerCase(Locale.ROOT);
        if (said.contains("no crontab") || said.contains("no such file")) {
            return "";
        }
        throw new FailedException(
                "`" + program + " -l` failed: " + answer.err().strip() + "; the crontab was left as it was");
    }

    void write(String text) {
        Answer answer = run(text, "-");
        if (answer.code() != 0) {
            throw new FailedException("`" + program + " -` did not take the new crontab: "
                    + answer.err().strip());
        }
    }

    private record Answer(int code, String out, String err) {}

    private Answer run(String input, String argument) {
        try {
            Process process = new ProcessBuilder(program, argument).start();
            CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException closed) {
                // It has ended without reading, and its exit code says why.
            }
            String out = text(process.getInputStream());
            return new Answer(process.waitFor(), out, said.join());
        } catch (IOException e) {
            throw new FailedException("there is no program '" + program + "' on this machine, so no schedule can be"
                    + " installed; `tofro schedule print` prints the lines for another scheduler");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailedException("interrupted while '" + program + "' was at work");
        }
    }

    /** Byte for byte, whatever encoding the other lines are in. */
    private static String text(java.io.InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
