package org.tofro.connect.cassandra;

import com.datastax.oss.driver.api.core.DriverException;
import java.time.Duration;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.connect.cassandra.session.CassandraSessions;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.NullMarker;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFiles;

/**
 * Reads a table or a SELECT of Cassandra into staged files, in no particular order: every row that lay still is staged
 * once. There is no snapshot; {@link CassandraReadPlan#NO_SNAPSHOT} says what that means.
 *
 * <p>Readers work side by side on ranges of tokens. A page is written when it has come whole, so one that failed is asked
 * for again where it begins and stages nothing twice: after errors that a server answers with, for some tries; after a
 * loss of all nodes, for some minutes. Where it throws, nothing that it staged is left, as far as the staging area could
 * be reached.
 *
 * <p>Memory per reader: two pages of about a megabyte, or a single row where that is larger; a part's buffers.
 */
public final class CassandraExtract {
    /** For a cluster to come back. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private final StagingArea area;
    private final Duration patience;

    public CassandraExtract(StagingArea area) {
        this(area, PATIENCE);
    }

    CassandraExtract(StagingArea area, Duration patience) {
        this.area = area;
        this.patience = patience;
    }

    /** How a request would be read, without reading a row. Throws an {@link ExtractException}. */
    public static CassandraReadPlan plan(CassandraRequest request) {
        try (CassandraSessions.Lease lease = CassandraSessions.open(request.connection())) {
            return plan(request, lease);
        } catch (CassandraException e) {
            throw CassandraErrors.connecting(e);
        }
    }

    private static CassandraReadPlan plan(CassandraRequest request, CassandraSessions.Lease lease) {
        try {
            return new CassandraPlanner(request, lease.session()).plan();
        } catch (DriverException e) {
            throw CassandraErrors.translate(request, e);
        }
    }

    /** Reads everything and stages it. Blocks until the last part is stored. Throws an {@link ExtractException}. */
    public StagedFiles run(
            CassandraRequest request, AttemptPath path, ExtractProgress progress, Cancellation cancellation) {
        Parts parts = area.parts(path, progress.storedBytes());
        try (CassandraSessions.Lease lease = CassandraSessions.open(request.connection())) {
            CassandraReadPlan plan = plan(request, lease);
            progress.note(plan.reason());
            progress.note(CassandraReadPlan.NO_SNAPSHOT);
            progress.phase("reading");
            return new CassandraReading(
                            request,
                            plan,
                            lease.session(),
                            parts,
                            NullMarker.generate(),
                            progress,
                            cancellation,
                            patience)
                    .read(path);
        } catch (RuntimeException e) {
            parts.discard();
            throw e instanceof CassandraException unconnected ? CassandraErrors.connecting(unconnected) : e;
        } catch (InterruptedException e) {
            parts.discard();
            if (!cancellation.isCancelled()) {
                Thread.currentThread().interrupt();
            }
            throw cancelled(request);
        }
    }

    static ExtractException cancelled(CassandraRequest request) {
        return ExtractException.permanent(request.where() + ": the extract was cancelled");
    }
}
