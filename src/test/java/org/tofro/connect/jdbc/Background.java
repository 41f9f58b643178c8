package org.tofro.connect.jdbc;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Reading.Way;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFiles;

/** An extract at work while a test makes trouble. */
public final class Background {
    public final List<String> phases = new CopyOnWriteArrayList<>();
    public final ExtractProgress progress = new ExtractProgress(phases::add);
    public final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<StagedFiles> end;
    private volatile Thread thread;

    private Background(ExtractRequest request, Path folder, Duration patience) {
        end = run(() -> {
            thread = Thread.currentThread();
            try (StagingArea area = SourceDatabase.folder(folder)) {
                return new Extract(area, Way.COPY, Fault.NONE, patience).run(request, progress, cancellation);
            }
        });
    }

    /** Runs a task in a thread of its own: a pool might have too few for those that wait for each other. */
    public static <T> CompletableFuture<T> run(Callable<T> task) {
        CompletableFuture<T> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                end.complete(task.call());
            } catch (Throwable e) {
                end.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return end;
    }

    public static Background start(ExtractRequest request, Path folder) {
        return start(request, folder, Connecting.PATIENCE);
    }

    /** @param patience how long the extract waits for a server that is lost */
    public static Background start(ExtractRequest request, Path folder, Duration patience) {
        return new Background(request, folder, patience);
    }

    /** Interrupts the thread that runs it, as an engine does that gives its step up. */
    public void interrupt() {
        thread.interrupt();
    }

    public boolean isDone() {
        return end.isDone();
    }

    /** What it staged; throws what it threw. */
    public StagedFiles files() throws Exception {
        try {
            return end.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : e;
        }
    }

    /** Waits until it does that. */
    public void awaitPhase(String phase) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (phases.isEmpty() || !phases.get(phases.size() - 1).equals(phase)) {
            if (isDone() || System.nanoTime() > deadline) {
                throw new AssertionError("waited for the phase '" + phase + "' and saw " + phases);
            }
            Thread.sleep(10);
        }
    }
}
