package org.tofro.connect.jdbc;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.extract.Extraction;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.warehouse.Watermark;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.RedshiftConnection;

/**
 * A table or a query of a relational server, or what is new of it.
 *
 * @param connection the source
 * @param database the database on it
 * @param source what to read
 * @param since what of it is new; null to read everything
 * @param columns which columns; empty for all
 * @param splitBy the key's columns where it has no pages; empty for the primary key
 * @param splits most readers at a time
 * @param run the run
 * @param fault what is to go wrong, for tests
 */
public record RdsExtraction(
        PostgresConnection connection,
        String database,
        ReadSource source,
        @Nullable Since since,
        List<ColumnChoice> columns,
        List<String> splitBy,
        int splits,
        RunContext run,
        Fault fault)
        implements Extraction {
    public RdsExtraction {
        columns = List.copyOf(columns);
        splitBy = List.copyOf(splitBy);
    }

    public RdsExtraction(
            PostgresConnection connection,
            String database,
            ReadSource source,
            @Nullable Since since,
            List<ColumnChoice> columns,
            List<String> splitBy,
            int splits,
            RunContext run) {
        this(connection, database, source, since, columns, splitBy, splits, run, Fault.NONE);
    }

    /**
     * How an incremental extract learns what is new.
     *
     * @param cursor all but what the last run has read
     * @param warehouse where it is published
     * @param target the table it is published to, whose ledger knows how far runs have come
     * @param publisher the step that publishes it
     * @param steps all steps of the pipeline
     */
    public record Since(
            Cursor cursor, RedshiftConnection warehouse, TableName target, String publisher, Set<String> steps)
            implements java.io.Serializable {
        public Since {
            steps = Set.copyOf(steps);
        }

        private Cursor cursor(RunContext run, String step, RunningSteps.Work running) throws Exception {
            return new Watermark(warehouse, target, publisher, steps)
                    .find(run, step, running)
                    .map(cursor::after)
                    .orElse(cursor);
        }
    }

    /** {@inheritDoc} What is new can only now be asked for. */
    @Override
    public StagedFiles stage(
            StagingArea area,
            AttemptPath path,
            RunningSteps.Work running,
            ExtractProgress progress,
            Cancellation cancellation)
            throws Exception {
        ReadSource read = since == null ? source : new ReadSource.New(source, since.cursor(run, path.step(), running));
        ExtractRequest request =
                new ExtractRequest(connection, database, read, columns, splitBy, splits, run.limit(), path);
        return new Extract(area, fault).run(request, progress, cancellation);
    }
}
