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
        return run(command, folder, Path.of("/dev/null"), limit);
    }

    /** The same for a program that reads that file as its standard input. */
    static Subprocess run(List<String> command, Path folder, Path input, Duration limit) throws IOException {
        Path output = Files.createTempFile("tofro", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(input.toFile()))
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

    /**
     * Whether the process, which need not be a child of this one, ended in time. The JDK looks after other processes'
     * ends only every half second or so.
     */
    static boolean waitForEnd(ProcessHandle process, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (isAlive(process)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while process " + process.pid() + " ended", e);
            }
        }
        return true;
    }

    /**
     * Whether the process does anything. The JDK counts one that has ended and that its parent has not noticed yet, which
     * in a container without an init process is for ever.
     */
    static boolean isAlive(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            // proc(5): the state follows the program's name in parentheses; Z is a zombie.
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            return !stat.startsWith(") Z", stat.lastIndexOf(')'));
        } catch (IOException e) {
            return process.isAlive(); // no Linux, or just gone
        }
    }

    /** Waits, as long as nobody interrupts. */
    static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The last line that says something. */
    String lastLine() {
        return output.lines()
                .filter(line -> !line.isBlank())
                .reduce((a, b) -> b)
                .orElse("no output")
                .strip();
    }
}
