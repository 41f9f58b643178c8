package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Reading.Way;
import org.tofro.connect.staging.NullMarker;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFiles;

/**
 * Reads a table or a query of a relational server into staged files: every row as it was at one moment, in no particular order.
 *
 * <p>Readers work side by side on ranges of the table under one exported snapshot. When a connection is lost, or a
 * replica cancels a query to go on with its replay, the extract waits some minutes for the server, starts again as a
 * whole, once, with new files, and notes it in its progress; the result is never a mixture of two moments. Where it
 * throws, nothing that it staged is left, as far as the staging area could be reached.
 *
 * <p>Memory per reader: some megabytes of rows, or a single row where that is larger; a part's buffers.
 */
public final class Extract {
    private final StagingArea area;
    private final Way way;
    private final Fault fault;
    private final Duration patience;

    public Extract(StagingArea area) {
        this(area, Fault.NONE);
    }

    /** Loses something on the way, for a test. */
    public Extract(StagingArea area, Fault fault) {
        this(area, Way.COPY, fault);
    }

    Extract(StagingArea area, Way way, Fault fault) {
        this(area, way, fault, Connecting.PATIENCE);
    }

    /** @param patience how long to wait for a server that was lost */
    Extract(StagingArea area, Way way, Fault fault, Duration patience) {
        this.area = area;
        this.way = way;
        this.fault = fault;
        this.patience = patience;
    }

    /** How a request would be read, without reading a row. Throws an {@link ExtractException}. */
    public static ReadPlan plan(ExtractRequest request) {
        try (ConnectionBudget.Lease lease = ConnectionBudget.acquire(request.server(), 1, () -> false);
                SourceSession session = request.server().open(request, Connecting.LOGIN_AT_THE_START)) {
            return session.plan(request, request.splits()).read().plan();
        } catch (SQLException e) {
            throw request.server().translate(request, e);
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
        Connecting connecting = new Connecting(request, progress, cancellation, patience);
        ExtractException loss = null;
        while (true) {
            try (ConnectionBudget.Lease lease = ConnectionBudget.acquire(
                    request.server(), request.server().sessions(request.splits()), cancellation::isCancelled)) {
                SourceSession first = loss == null ? connecting.first() : connecting.again(loss);
                progress.phase("reading");
                try {
                    return new Reading(request, parts, nullMarker, progress, cancellation, way, fault, lease)
                            .read(first);
                } catch (RuntimeException e) {
                    parts.discard();
                    loss = firstLoss(e, loss, cancellation);
                }
            } catch (InterruptedException e) {
                parts.discard();
                if (!cancellation.isCancelled()) {
                    Thread.currentThread().interrupt();
                }
                throw cancelled(request);
            }
        }
    }

    /** The trouble after which the extract starts again; where it does not, throws what ends it. */
    private static ExtractException firstLoss(
            RuntimeException e, @Nullable ExtractException before, Cancellation cancellation) {
        if (!(e instanceof ExtractException trouble) || !trouble.transientTrouble() || cancellation.isCancelled()) {
            throw e;
        }
        if (before != null) {
            throw new ExtractException(
                    trouble.getMessage() + ". The extract was tried twice; `resume` goes on with it", true, trouble);
        }
        return trouble;
    }

    static ExtractException cancelled(ExtractRequest request) {
        return ExtractException.permanent(request.where() + ": the extract was cancelled");
    }
}
