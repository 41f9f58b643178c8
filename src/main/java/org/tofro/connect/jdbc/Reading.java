package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.staging.Parts;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;
import org.tofro.data.StagedFiles.FileFormat;

/**
 * One go at an extract: one snapshot, its readers, and the files that they wrote. The session that plans also exports
 * the snapshot and is the first reader; it stays open until every other reader has ended, so the snapshot lives as long
 * as anybody may still want to import it.
 */
final class Reading {
    private final ExtractRequest request;
    private final Parts parts;
    private final String nullMarker;
    private final ExtractProgress progress;
    private final Cancellation cancellation;
    private final Way way;
    private final Fault fault;
    private final List<PostgresSession> sessions = new ArrayList<>();
    private boolean stopped;

    Reading(
            ExtractRequest request,
            Parts parts,
            String nullMarker,
            ExtractProgress progress,
            Cancellation cancellation,
            Way way,
            Fault fault) {
        this.request = request;
        this.parts = parts;
        this.nullMarker = nullMarker;
        this.progress = progress;
        this.cancellation = cancellation;
        this.way = way;
        this.fault = fault;
    }

    /** How rows leave the server. */
    enum Way {
        COPY,
        RESULT_SET
    }

    /** What one reader brought home. */
    private record Counted(long rows, Misfits misfits) {}

    StagedFiles read() {
        Runnable stop = () -> end(PostgresSession::kill);
        cancellation.onCancel(stop);
        try (ConnectionBudget.Lease lease =
                ConnectionBudget.acquire(request.connection(), request.splits(), cancellation::isCancelled)) {
            return read(lease);
        } catch (InterruptedException e) {
            if (!cancellation.isCancelled()) {
                Thread.currentThread().interrupt();
            }
            throw Extract.cancelled(request);
        } finally {
            cancellation.forget(stop);
            end(PostgresSession::close);
        }
    }

    private StagedFiles read(ConnectionBudget.Lease lease) throws InterruptedException {
        PostgresSession first;
        PlannedRead planned;
        String snapshot;
        try {
            first = open();
            planned = new ReadPlanner(request, first).plan();
            if (!request.splitBy().isEmpty() && planned.plan().readers() == 1) {
                progress.note(planned.plan().reason());
            }
            lease.keep(Math.min(lease.connections(), planned.plan().readers()));
            snapshot = lease.connections() > 1 ? export(first) : null;
        } catch (SQLException e) {
            throw failure(e);
        }
        Counted total = readAll(planned, first, snapshot, snapshot == null ? 1 : lease.connections());
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
                files);
    }

    /** The snapshot's name, or null where the server cannot give one: then there is one reader. */
    private static @Nullable String export(PostgresSession session) throws SQLException {
        try (Statement statement = session.statement();
                var row = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
            row.next();
            return row.getString(1);
        }
    }

    private Counted readAll(PlannedRead planned, PostgresSession first, @Nullable String snapshot, int readers)
            throws InterruptedException {
        Queue<String> queries = new ConcurrentLinkedQueue<>(planned.queries());
        ExecutorService threads = Executors.newFixedThreadPool(readers, task -> {
            Thread thread = new Thread(task, "tofro-reader-" + request.path().step());
            thread.setDaemon(true);
            return thread;
        });
        ExecutorCompletionService<Counted> ends = new ExecutorCompletionService<>(threads);
        Runnable interrupt = threads::shutdownNow;
        cancellation.onCancel(interrupt);
        try {
            for (int i = 0; i < readers; i++) {
                boolean leader = i == 0;
                ends.submit(() -> readSome(queries, planned.columns(), leader ? first : importing(snapshot), leader));
            }
            long rows = 0;
            Misfits misfits = new Misfits(planned.columns().size());
            for (int i = 0; i < readers; i++) {
                Counted some = ends.take().get();
                rows += some.rows();
                misfits.addAll(some.misfits());
            }
            end(PostgresSession::close);
            return new Counted(rows, misfits);
        } catch (ExecutionException e) {
            throw failure(e);
        } finally {
            cancellation.forget(interrupt);
            end(PostgresSession::kill);
            threads.shutdownNow();
            awaitEnd(threads);
        }
    }

    /** A reader that still runs could write a part after the others were removed. */
    private static void awaitEnd(ExecutorService threads) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!threads.isTerminated() && System.nanoTime() < deadline) {
            try {
                threads.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private RuntimeException failure(Exception e) {
        Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
        if (cancellation.isCancelled()) {
            return Extract.cancelled(request);
        }
        if (cause instanceof SQLException sql) {
            return PostgresErrors.translate(request, sql);
        }
        if (cause instanceof RuntimeException known) {
            return known;
        }
        return new IllegalStateException("a reader failed", cause);
    }

    private Counted readSome(Queue<String> queries, List<SourceColumn> columns, PostgresSession session, boolean leader)
            throws SQLException {
        CsvEncoder encoder = new CsvEncoder(parts, nullMarker);
        try {
            QueryReader reader = reader(session, columns, encoder, leader ? fault : Fault.NONE);
            for (String query = queries.poll(); query != null; query = queries.poll()) {
                reader.read(query);
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

    private QueryReader reader(PostgresSession session, List<SourceColumn> columns, CsvEncoder encoder, Fault loss) {
        return way == Way.COPY
                ? new CopyReader(session, columns, nullMarker, encoder, progress, loss)
                : new ResultSetReader(session, columns, encoder, progress, loss);
    }

    private PostgresSession importing(@Nullable String snapshot) throws SQLException {
        PostgresSession session = open();
        try (Statement statement = session.statement()) {
            // The name comes from the server and holds digits, letters and hyphens only; the statement takes no
            // parameter.
            statement.execute("SET TRANSACTION SNAPSHOT '" + snapshot + "'");
        }
        return session;
    }

    private PostgresSession open() throws SQLException {
        PostgresSession session = PostgresSession.open(request);
        synchronized (this) {
            if (!stopped) {
                sessions.add(session);
                return session;
            }
        }
        session.close();
        throw Extract.cancelled(request);
    }

    /** Ends every session that is still open, and every one that a late reader would open. */
    private void end(Consumer<PostgresSession> how) {
        List<PostgresSession> open;
        synchronized (this) {
            stopped = true;
            open = List.copyOf(sessions);
            sessions.clear();
        }
        open.forEach(how);
    }
}
