package org.tofro.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads many small files of the state area, several at a time, because each of them is a request to S3. */
final class SideBySide {
    private static final int READERS = 32;

    private SideBySide() {}

    /** Reads one of them. */
    @FunctionalInterface
    interface Reader<F, T> {
        Optional<T> read(F from) throws IOException, InterruptedException;
    }

    /** What there is, in the order of what it was read from. */
    static <F, T> List<T> read(List<F> from, Reader<F, T> reader) throws IOException {
        if (from.isEmpty()) {
            return List.of();
        }
        ExecutorService readers = Executors.newFixedThreadPool(Math.min(READERS, from.size()));
        try {
            List<Callable<Optional<T>>> tasks = new ArrayList<>();
            from.forEach(each -> tasks.add(() -> reader.read(each)));
            List<T> found = new ArrayList<>();
            for (Future<Optional<T>> each : readers.invokeAll(tasks)) {
                each.get().ifPresent(found::add);
            }
            return found;
        } catch (ExecutionException e) {
            throw new IOException(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            readers.shutdownNow();
        }
    }
}
