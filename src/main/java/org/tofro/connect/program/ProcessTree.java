package org.tofro.connect.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program and all that it starts. What a child starts belongs to nobody once the child has ended, so the tree is looked at
 * while it is alive; on Linux what was not seen then is found by its environment, which names the attempt's work folder
 * and is inherited.
 */
public final class ProcessTree {
    private static final long PATIENCE_MILLIS = 3_000;
    private static final Path PROCESSES = Path.of("/proc");

    private final ProcessHandle root;
    private final Path folder;
    private final Set<ProcessHandle> seen = ConcurrentHashMap.newKeySet();

    /** @param folder the work folder that the environment of the program names */
    public ProcessTree(ProcessHandle root, Path folder) {
        this.root = root;
        this.folder = folder;
        seen.add(root);
    }

    /** Notes what is in it now. */
    public void look() {
        root.descendants().forEach(seen::add);
    }

    /** Asks all of it to end, and ends what has not done so a moment later. */
    public void end() throws InterruptedException {
        look();
        seen.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (anyAlive() && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        endRest();
    }

    /** Ends what is left of it; says whether anything was. */
    public boolean endRest() throws InterruptedException {
        seen.addAll(workingIn(folder));
        boolean left = anyAlive();
        killAll();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (anyAlive() && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
        return left;
    }

    private boolean anyAlive() {
        return seen.stream().anyMatch(ProcessHandle::isAlive);
    }

    private void killAll() {
        look();
        seen.stream()
                .filter(ProcessHandle::isAlive)
                .peek(process -> process.descendants().forEach(seen::add))
                .forEach(ProcessHandle::destroyForcibly);
        seen.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }

    /** Ends a program of another process of ours that is no more. */
    static void killNow(ProcessHandle process, Path folder) {
        new ProcessTree(process, folder).killAll();
        killIn(folder);
    }

    /** Ends what works in a folder, whoever started it; where the system does not tell, nothing. */
    static void killIn(Path folder) {
        workingIn(folder).forEach(ProcessHandle::destroyForcibly);
    }

    private static List<ProcessHandle> workingIn(Path folder) {
        String mark = folder.toAbsolutePath() + "/";
        long own = ProcessHandle.current().pid();
        try (Stream<Path> processes = Files.list(PROCESSES)) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("[0-9]+"))
                    .filter(process -> environment(process).contains(mark))
                    .map(process -> Long.parseLong(process.getFileName().toString()))
                    .filter(process -> process != own)
                    .flatMap(process -> ProcessHandle.of(process).stream())
                    .toList();
        } catch (IOException | UncheckedIOException noSuchFolder) {
            return List.of();
        }
    }

    /** Empty where it has ended, or is somebody else's. */
    private static String environment(Path process) {
        try {
            return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
