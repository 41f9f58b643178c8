package org.tofro.connect.cassandra.sstable.program;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** Every way in which the program ends, once; what Cassandra's own threads still do then matters to nobody. */
final class ProgramEnd {
    private static final int FAILED = 1;
    private static final int ABANDONED = 3;
    private static final int LOOK_MILLIS = 500;

    private final PrintStream lines;
    private final Path folder;

    ProgramEnd(PrintStream lines, Path folder) {
        this.lines = lines;
        this.folder = folder;
    }

    synchronized void say(String line) {
        lines.println(line);
        lines.flush();
    }

    /** Ends the program when the process that it belongs to is gone: a child outlives a parent that was killed. */
    void watch(long parent) {
        Thread watch = new Thread(
                () -> {
                    while (ProcessHandle.current()
                                    .parent()
                                    .map(ProcessHandle::pid)
                                    .orElse(-1L)
                            == parent) {
                        try {
                            Thread.sleep(LOOK_MILLIS);
                        } catch (InterruptedException e) {
                            break;
                        }
                    }
                    abandon();
                },
                "watch");
        watch.setDaemon(true);
        watch.start();
    }

    synchronized void succeed(String line) {
        say(line);
        Runtime.getRuntime().halt(0);
    }

    synchronized void fail(Throwable thrown) {
        Throwable e = thrown;
        while ((e instanceof InvocationTargetException
                        || e instanceof ExecutionException
                        || e instanceof UncheckedIOException)
                && e.getCause() != null) {
            e = e.getCause();
        }
        if (e instanceof ProgramFailure failure) {
            say("failed " + failure.kind() + " " + oneLine(String.valueOf(failure.getMessage())));
        } else {
            e.printStackTrace();
            say("failed " + (isFull(e) ? "DISK " : "OTHER ") + oneLine(e.toString()));
        }
        Runtime.getRuntime().halt(FAILED);
    }

    /** Nobody waits for the rows any more. */
    synchronized void abandon() {
        remove(folder);
        Runtime.getRuntime().halt(ABANDONED);
    }

    private static boolean isFull(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
                return true;
            }
        }
        return false;
    }

    /** What all the others were caused by. */
    static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    static void remove(Path folder) {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        } catch (IOException | UncheckedIOException e) {
            return;
        }
        for (Path each : all) {
            try {
                Files.deleteIfExists(each);
            } catch (IOException e) {
                // The next one that works below the same folder removes what is left.
            }
        }
    }
}
