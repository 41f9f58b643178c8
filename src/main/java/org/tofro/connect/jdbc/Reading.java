package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.types.Misfits;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;
import org.tofro.data.StagedFiles.FileFormat;

/**
 * One go at an extract: one snapshot, its readers, and the files that they wrote.
 *
 * <p>The session that plans exports its snapshot and is the first reader. Each other session imports the snapshot before
 * it reads anything, or fails; from then on it holds the snapshot by itself. So all see one moment, also when the first
 * one has ended, and each may end as soon as no range is left for it: the first one when all others have the snapshot.
 *
 * <p>A session that is lost takes rows with it that nobody else has read. Then the whole go fails, whichever session it
 * was: a range that was read again later would be of another moment.
 */
public final class Reading {
    private final ExtractRequest request;
    private final Parts parts;
    private final String nullMarker;
    private final ExtractProgress progress;
    private final Cancellation cancellation;
    private final Way way;
    private final Fault fault;
    private final ConnectionBudget.Lease lease;
    private final Sessions sessions;
    private final AtomicInteger refused = new AtomicInteger();

    Reading(
            ExtractRequest request,
            Parts parts,
            String nullMarker,
            ExtractProgress progress,
            Cancellation cancellation,
            Way way,
            Fault fault,
            ConnectionBudget.Lease lease) {
        this.request = request;
        this.parts = parts;
        this.nullMarker = nullMarker;
        this.progress = progress;
        this.cancellation = cancellation;
        this.way = way;
        this.fault = fault;
        this.lease = lease;
        this.sessions = new Sessions(lease);
    }

    /** How rows leave the server. */
    public enum Way {
        COPY,
        RESULT_SET
    }

    /** What one reader brought home. */
    private record Counted(long rows, Misfits misfits) {}

    /** Reads by that session, which it closes, and by more where the plan and the lease have them. */
    StagedFiles read(SourceSession first) throws InterruptedException {
        sessions.add(first);
        Runnable kill = sessions::kill;
        cancellation.onCancel(kill);
        try {
            SharedSnapshot snapshot = first.plan(request, lease.connections());
            ReadPlan plan = snapshot.read().plan();
            boolean alone = plan.readers() == 1 && !request.splitBy().isEmpty();
            if (snapshot.refused() || alone || request.source() instanceof ReadSource.New) {
                progress.note(plan.reason());
            }
            lease.keep(snapshot.sessions());
            int readers = Math.min(snapshot.readers(), lease.connections());
            progress.info(
                    (readers == 1 ? "" : readers + " readers, " + plan.ranges().size() + " ranges: ") + plan.reason());
            Counted total = readAll(snapshot, first, readers);
            snapshot.notes().forEach(progress::note);
            if (refused.get() > 0) {
                progress.note("%d of %d sessions were not had: %s had no connection left"
                        .formatted(refused.get(), readers, request.server().address()));
            }
            return staged(snapshot.read(), total);
        } catch (SQLException | ExtractException e) {
            throw failure(e, first);
        } finally {
            cancellation.forget(kill);
            sessions.close(first);
        }
    }

    private StagedFiles staged(PlannedRead planned, Counted total) {
        String misfits = total.misfits().message(planned.columns());
        if (misfits != null) {
            throw ExtractException.permanent(request.where() + ": " + misfits);
        }
        List<StagedFile> files = parts.files();
        if (fault == Fault.PART_LOST_AT_STAGE) {
            files = files.subList(0, files.size() - 1);
        }
        return new StagedFiles(
                request.path().step(),
                request.path().attempt(),
                FileFormat.CSV_ZSTD,
                nullMarker,
                planned.plan().schema(),
                total.rows(),
                files,
                planned.plan().range());
    }

    private Counted readAll(SharedSnapshot snapshot, SourceSession first, int readers) throws InterruptedException {
        PlannedRead planned = snapshot.read();
        Queue<String> queries = new ConcurrentLinkedQueue<>(planned.queries());
        CountDownLatch importing = new CountDownLatch(readers - 1);
        ExecutorService threads = Executors.newFixedThreadPool(readers, task -> {
            Thread thread = new Thread(task, "tofro-reader-" + request.path().step());
            thread.setDaemon(true);
            return thread;
        });
        ExecutorCompletionService<Counted> ends = new ExecutorCompletionService<>(threads);
        Runnable interrupt = threads::shutdownNow;
        cancellation.onCancel(interrupt);
        try {
            ends.submit(() -> {
                if (fault != Fault.SNAPSHOT_NOT_IMPORTED) {
                    snapshot.take(first);
                    snapshot.notes().forEach(progress::warn);
                }
                return readSome(first, planned, queries, fault, importing);
            });
            for (int i = 1; i < readers; i++) {
                ends.submit(() -> {
                    SourceSession session = importing(snapshot);
                    importing.countDown();
                    return session == null
                            ? new Counted(0, new Misfits(planned.columns().size()))
                            : readSome(session, planned, queries, Fault.NONE, new CountDownLatch(0));
                });
            }
            long rows = 0;
            Misfits misfits = new Misfits(planned.columns().size());
            for (int i = 0; i < readers; i++) {
                Counted some = ends.take().get();
                rows += some.rows();
                misfits.addAll(some.misfits());
            }
            return new Counted(rows, misfits);
        } catch (ExecutionException e) {
            throw failure(e.getCause(), first);
        } finally {
            cancellation.forget(interrupt);
            threads.shutdownNow();
            awaitEnd(threads);
        }
    }

    /**
     * Ends the readers that are left after a failure: one that still ran could write a part after the others were removed.
     * For two seconds they are asked to, so that each closes its session in order, unless the server is gone.
     */
    private void awaitEnd(ExecutorService threads) {
        boolean interrupted = false;
        for (int i = 0; !threads.isTerminated() && i < 150; i++) {
            if (i >= 10 || !sessions.end()) {
                sessions.kill();
            }
            try {
                threads.awaitTermination(200, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private RuntimeException failure(@Nullable Throwable cause, SourceSession first) {
        if (cancellation.isCancelled()) {
            return Extract.cancelled(request);
        }
        if (cause instanceof SQLException sql) {
            return first.failure(request, sql);
        }
        if (cause instanceof RuntimeException known) {
            return known;
        }
        return new IllegalStateException("a reader failed", cause);
    }

    /** Reads ranges until none is left, then ends the session; that of the first reader when the others have its snapshot. */
    private Counted readSome(
            SourceSession session, PlannedRead planned, Queue<String> queries, Fault loss, CountDownLatch importing)
            throws SQLException, InterruptedException {
        CsvEncoder encoder = new CsvEncoder(parts, nullMarker);
        try {
            QueryReader reader = session.reader(way, planned.columns(), nullMarker, encoder, progress, loss);
            for (String query = queries.poll(); query != null; query = queries.poll()) {
                if (sessions.ended()) {
                    throw Extract.cancelled(request);
                }
                reader.read(query);
            }
            importing.await();
            sessions.close(session);
            long before = encoder.writingNanos();
            encoder.finish();
            progress.addTime(0, encoder.writingNanos() - before);
            return new Counted(reader.rowsRead(), reader.misfits());
        } catch (Throwable e) {
            encoder.abort();
            throw e;
        } finally {
            sessions.close(session);
        }
    }

    /** Another session that sees the snapshot; null where there is none after all, and the others read everything. */
    private @Nullable SourceSession importing(SharedSnapshot snapshot) throws SQLException, InterruptedException {
        SourceSession session;
        try {
            session = request.server().open(request, Connecting.LOGIN);
        } catch (SQLException e) {
            if (!request.server().isFull(e)) {
                throw e;
            }
            // Other programs, or workers, have what `max_connections` allows this one.
            refused.incrementAndGet();
            lease.giveBackOne();
            snapshot.absent();
            return null;
        }
        if (!sessions.add(session)) {
            throw Extract.cancelled(request);
        }
        try {
            if (fault == Fault.SNAPSHOT_NOT_IMPORTED || snapshot.join(request, session)) {
                return session;
            }
            sessions.close(session);
            return null;
        } catch (SQLException | RuntimeException | InterruptedException e) {
            sessions.close(session);
            throw e;
        }
    }
}
