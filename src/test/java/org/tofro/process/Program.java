package org.tofro.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program at work in a process of its own, as a user sees it: what it says, how it ends, and signals to it. */
final class Program implements AutoCloseable {
    private static final Pattern RUN = Pattern.compile("^run (\\S+)$", Pattern.MULTILINE);

    private final Process process;
    private final Path out;
    private final Path err;

    Program(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    /** All that it said, for a test that fails. */
    String said() {
        return out() + err();
    }

    /** Waits until it says which run this is, which is when it is about to take the lease. */
    String awaitRun() throws InterruptedException {
        return await(RUN, 60);
    }

    /** Waits until standard error matches, and returns the first group. */
    String await(Pattern pattern, int seconds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            boolean over = !process.isAlive();
            Matcher matcher = pattern.matcher(err());
            if (matcher.find()) {
                return matcher.groupCount() == 0 ? matcher.group() : matcher.group(1);
            }
            if (over || System.nanoTime() > deadline) {
                throw new AssertionError("waited for '" + pattern + "', and the program "
                        + (over ? "ended" : "still runs after " + seconds + " s") + ":\n" + said());
            }
            Thread.sleep(20);
        }
    }

    /** Sends a signal: KILL, STOP, CONT, INT, TERM. Throws where the process has ended before. */
    void signal(String name) throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new AssertionError("the program had ended before it was to get SIG" + name + ":\n" + said());
        }
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new AssertionError("SIG" + name + " did not reach process " + process.pid());
        }
    }

    /** Waits for its end and returns the exit code; a signal's is 128 and its number. */
    int exitCode(int seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("the program still runs after " + seconds + " s:\n" + said());
        }
        return process.exitValue();
    }

    /** Where the run stands, by the lines of its steps: "before extract", "in load", "after reload". */
    String standing(List<String> steps) {
        String said = err();
        String standing = "before " + steps.get(0);
        for (String step : steps) {
            if (said.contains(step + ": started\n")) {
                boolean ended = Pattern.compile("^" + step + ": succeeded,", Pattern.MULTILINE)
                        .matcher(said)
                        .find();
                standing = (ended ? "after " : "in ") + step;
            }
        }
        return standing;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }
}
