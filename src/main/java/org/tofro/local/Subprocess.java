package org.tofro.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The end of a program that was run.
 *
 * @param output what it said on both its outputs
 */
record Subprocess(int exitCode, String output) {
    /** Runs a program to its end; its output goes by way of a file, so that servers that it starts hold no pipe open. */
    static Subprocess run(List<String> command, Path folder, Duration limit) throws IOException {
        Path output = Files.createTempFile("tofro", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException(command.get(0) + " did not end within " + limit.toSeconds() + " s");
            }
            return new Subprocess(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.get(0) + " ran", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** The last line that says something. */
    String lastLine() {
        return output.lines().filter(line -> !line.isBlank()).reduce((a, b) -> b).orElse("no output").strip();
    }
}
