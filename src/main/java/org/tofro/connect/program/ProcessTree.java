package org.tofro.connect.program;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A program and all that it starts, as far as that was seen: what a child starts belongs to nobody once the child has
 * ended, so the tree is looked at while it is alive.
 */
public final class ProcessTree {
    private static final long PATIENCE_MILLIS = 3_000;
    private final ProcessHandle root;
    private final Set<ProcessHandle> seen = ConcurrentHashMap.newKeySet();

    public ProcessTree(ProcessHandle root) {
        this.root = root;
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
    static void killNow(ProcessHandle process) {
        new ProcessTree(process).killAll();
    }
}
