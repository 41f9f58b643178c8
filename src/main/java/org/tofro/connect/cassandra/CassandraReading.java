package org.tofro.connect.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.tofro.connect.cassandra.session.RowRate;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.types.Misfits;
import org.tofro.data.StagedFiles;
import org.tofro.data.StagedFiles.FileFormat;

/** One go at an extract: its readers, and the files that they wrote. The first failure of one ends them all. */
final class CassandraReading {
    private final CassandraRequest request;
    private final CassandraReadPlan plan;
    private final CqlSession session;
    private final Parts parts;
    private final String nullMarker;
    private final ExtractProgress progress;
    private final Cancellation cancellation;
    private final Duration patience;

    CassandraReading(
            CassandraRequest request,
            CassandraReadPlan plan,
            CqlSession session,
            Parts parts,
            String nullMarker,
            ExtractProgress progress,
            Cancellation cancellation,
            Duration patience) {
        this.request = request;
        this.plan = plan;
        this.session = session;
        this.parts = parts;
        this.nullMarker = nullMarker;
        this.progress = progress;
        this.cancellation = cancellation;
        this.patience = patience;
    }

    /** What one reader brought home. */
    private record Counted(long rows, Misfits misfits) {}

    StagedFiles read(AttemptPath path) throws InterruptedException {
        Counted total = readAll(path.step());
        String misfits = total.misfits().message(plan.columns());
        if (misfits != null) {
            throw ExtractException.permanent(request.where() + ": " + misfits);
        }
        return new StagedFiles(
                path.step(),
                path.attempt(),
                FileFormat.CSV_ZSTD,
                nullMarker,
                plan.schema(),
                total.rows(),
                parts.files(),
                null);
    }

    private Counted readAll(String step) throws InterruptedException {
        Queue<TokenRange> ranges = new ConcurrentLinkedQueue<>(plan.ranges());
        PageReader.Shared shared = new PageReader.Shared(
                new PageSize(
                        plan.small(), request.rowsPerSecond() == null ? Integer.MAX_VALUE : request.rowsPerSecond()),
                new RowRate(request.rowsPerSecond()),
                new AtomicLong(request.limit().isPresent() ? request.limit().rows() : Long.MAX_VALUE));
        ExecutorService threads = Executors.newFixedThreadPool(plan.readers(), task -> {
            Thread thread = new Thread(task, "tofro-reader-" + step);
            thread.setDaemon(true);
            return thread;
        });
        ExecutorCompletionService<Counted> ends = new ExecutorCompletionService<>(threads);
        Runnable interrupt = threads::shutdownNow;
        try {
            for (int i = 0; i < plan.readers(); i++) {
                ends.submit(() -> readSome(ranges, shared));
            }
            cancellation.onCancel(interrupt);
            long rows = 0;
            Misfits misfits = new Misfits(plan.columns().size());
            for (int i = 0; i < plan.readers(); i++) {
                Counted some = ends.take().get();
                rows += some.rows();
                misfits.addAll(some.misfits());
            }
            return new Counted(rows, misfits);
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        } finally {
            cancellation.forget(interrupt);
            threads.shutdownNow();
            awaitEnd(threads);
        }
    }

    private RuntimeException failure(Throwable cause) {
        if (cancellation.isCancelled()) {
            return CassandraExtract.cancelled(request);
        }
        if (cause instanceof com.datastax.oss.driver.api.core.DriverException) {
            return CassandraErrors.translate(request, cause);
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException("a reader failed", cause);
    }

    /** One that still ran could write a part after the others were removed. */
    private static void awaitEnd(ExecutorService threads) throws InterruptedException {
        if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("a reader does not end");
        }
    }

    private Counted readSome(Queue<TokenRange> ranges, PageReader.Shared shared) throws InterruptedException {
        CsvEncoder encoder = new CsvEncoder(parts, nullMarker);
        PageReader reader = new PageReader(request, plan, session, encoder, shared, progress, cancellation, patience);
        try {
            for (TokenRange range = ranges.poll(); range != null; range = ranges.poll()) {
                reader.read(range);
            }
            long before = encoder.writingNanos();
            encoder.finish();
            progress.addTime(0, encoder.writingNanos() - before);
            return new Counted(reader.rowsRead(), reader.misfits());
        } catch (Throwable e) {
            encoder.abort();
            throw e;
        }
    }
}
