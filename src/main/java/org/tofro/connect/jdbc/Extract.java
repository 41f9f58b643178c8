package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import org.tofro.connect.jdbc.Reading.Way;
import org.tofro.connect.staging.NullMarker;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFiles;

/**
 * Reads a table or a query of PostgreSQL into staged files: every row as it was at one moment, in no particular order.
 *
 * <p>Readers work side by side on ranges of the table under one exported snapshot. When the connection is lost the
 * extract starts again as a whole, once, with new files, and notes it in its progress; the result is never a mixture of
 * two moments. Where it throws, nothing that it staged is left, as far as the staging area could be reached.
 *
 * <p>Memory per reader: some megabytes of rows, or a single row where that is larger; a part's buffers.
 */
public final class Extract {
    private static final long PAUSE_MILLIS = 1000;

    private final StagingArea area;
    private final Way way;
    private final Fault fault;

    public Extract(StagingArea area) {
        this(area, Fault.NONE);
    }

    Extract(StagingArea area, Fault fault) {
        this(area, Way.COPY, fault);
    }

    Extract(StagingArea area, Way way, Fault fault) {
        this.area = area;
        this.way = way;
        this.fault = fault;
    }

    /** How a request would be read, without reading a row. Throws an {@link ExtractException}. */
    public static ReadPlan plan(ExtractRequest request) {
        try (ConnectionBudget.Lease lease = ConnectionBudget.acquire(request.connection(), 1, () -> false);
                PostgresSession session = PostgresSession.open(request)) {
            return new ReadPlanner(request, session).plan().plan();
        } catch (SQLException e) {
            throw PostgresErrors.translate(request, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(request);
        }
    }

    /**
     * Reads everything and stages it. Blocks until the last part is stored. Throws an {@link ExtractException}, or a
     * {@link org.tofro.connect.staging.StagingException} where the staging area failed.
     */
    public StagedFiles run(ExtractRequest request, ExtractProgress progress, Cancellation cancellation) {
        Parts parts = area.parts(request.path(), progress.storedBytes());
        String nullMarker = NullMarker.generate();
        try {
            return new Reading(request, parts, nullMarker, progress, cancellation, way, fault).read();
        } catch (ExtractException e) {
            parts.discard();
            if (!e.transientTrouble() || cancellation.isCancelled()) {
                throw e;
            }
            progress.note("started again as a whole, because " + e.getMessage());
            progress.startAgain();
        } catch (RuntimeException e) {
            parts.discard();
            throw e;
        }
        pause(request);
        try {
            return new Reading(request, parts, nullMarker, progress, cancellation, way, fault).read();
        } catch (RuntimeException e) {
            parts.discard();
            throw e;
        }
    }

    private static void pause(ExtractRequest request) {
        try {
            Thread.sleep(PAUSE_MILLIS + ThreadLocalRandom.current().nextLong(PAUSE_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(request);
        }
    }

    static ExtractException cancelled(ExtractRequest request) {
        return ExtractException.permanent(request.where() + ": the extract was cancelled");
    }
}
