package org.tofro.connect.warehouse;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.staging.StagedFilesList;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.staging.StagingException;
import org.tofro.data.Column;
import org.tofro.data.Figures;
import org.tofro.data.RedshiftType;
import org.tofro.data.RunContext;
import org.tofro.data.Schema;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/**
 * Replaces a staging table's rows by those of staged files: one COPY from a manifest, in one transaction, counted.
 *
 * @param connection the warehouse
 * @param s3 how the manifest gets to S3
 * @param stagingArea where the manifest goes
 * @param limits the environment's limits
 * @param run the run
 * @param step the step's name
 * @param table the staging table
 * @param definition the DDL that makes it where it is missing; null to make it from the files' schema
 * @param primaryKey its informational key where Tofro makes it
 */
public record LoadStaging(
        RedshiftConnection connection,
        @Nullable S3Connection s3,
        String stagingArea,
        Settings.Limits limits,
        RunContext run,
        String step,
        TableName table,
        @Nullable String definition,
        List<String> primaryKey)
        implements StepAction {
    @Override
    public Figures perform(RunningSteps.Work work, List<StagedFiles> given) throws Exception {
        if (!stagingArea.startsWith("s3://")) {
            throw new StepRefusal("COPY reads from S3 only, and the staging area is " + stagingArea
                    + "; give the runner file a `staging_area: s3://bucket/prefix/`");
        }
        StagedFiles files = given.get(0);
        if (files.rowsRead() != files.rows() + files.leftOut().rows()) {
            throw new WarehouseException(
                    "step '" + files.step() + "' read " + files.rowsRead() + " rows and staged " + files.rows()
                            + "; nothing was loaded. Run the pipeline again; if it happens twice, report it",
                    false,
                    null);
        }
        if (files.longestRow() > RedshiftType.MAX_ROW) {
            throw new StepRefusal(
                    "the longest row that step '" + files.step() + "' staged has " + files.longestRow()
                            + " bytes, and COPY takes rows of at most " + RedshiftType.MAX_ROW
                            + " (4 MB). Nothing was loaded; leave its long values out with `columns:` or `sql:` of the extract");
        }
        String manifest = writeManifest(files);
        PublishProtocol protocol = new PublishProtocol(connection, limits, run, step, table, Optional.empty());
        Figures figures = protocol.run(work, (session, fence) -> load(session, fence, work, files, manifest));
        return figures.withBytes(files.bytes());
    }

    private String writeManifest(StagedFiles files) throws Exception {
        try (StagingArea area = StagingArea.open(stagingArea, s3)) {
            return StagedFilesList.writeManifest(area, run, step, files);
        }
    }

    private Ledger.Entry load(
            WarehouseSession session, Fence fence, RunningSteps.Work work, StagedFiles files, String manifest)
            throws SQLException, WarehouseException, StepRefusal {
        Optional<TableShape> defined = empty(session, fence, files.schema());
        long copied = 0;
        if (!files.files().isEmpty()) {
            work.phase("copying");
            long before = LoadErrors.lastQuery(session);
            try {
                session.execute(CopyStatement.of(connection, table, files, manifest));
            } catch (SQLException e) {
                throw counted(LoadErrors.explain(session, table, before, e), files, defined);
            }
            copied = session.number("SELECT pg_last_copy_count()");
        }
        long counted = session.number("SELECT count(*) FROM " + table.sql());
        work.rows.add(counted);
        if (copied != files.rows() || counted != files.rows()) {
            throw new WarehouseException(
                    "step '" + files.step() + "' staged " + files.rows() + " rows, COPY reports " + copied + " and "
                            + table + " holds " + counted
                            + "; the load was rolled back. Run `resume`; if it happens twice, report it",
                    false,
                    null);
        }
        new LoadedFiles(table).replace(session, run, step, files.eventFiles());
        return new Ledger.Entry(
                files.rows(),
                counted,
                files.range() == null ? null : files.range().text(),
                List.of());
    }

    /**
     * Adds to a failure of COPY which files it could not find, or else how many values are too long for a table that
     * somebody else defined.
     */
    private WarehouseException counted(WarehouseException failed, StagedFiles files, Optional<TableShape> defined) {
        if (failed.isTransient()) {
            return failed;
        }
        try (StagingArea area = StagingArea.open(stagingArea, s3)) {
            List<StagedFile> lost = area.lost(files.files());
            if (!lost.isEmpty()) {
                return new WarehouseException(
                        lost.size() + " of the " + files.files().size() + " files that step '" + files.step()
                                + "' staged are not in the staging area any more as they were, the first of them "
                                + lost.get(0).uri()
                                + ". `resume` cannot bring them back: start a new run",
                        false,
                        failed);
            }
            if (defined.isEmpty()) {
                return failed;
            }
            String tooLong = new LongValues(files, defined.get()).counted(area);
            return tooLong.isEmpty() ? failed : new WarehouseException(failed.getMessage() + tooLong, false, failed);
        } catch (IOException | StagingException e) {
            failed.addSuppressed(e);
            return failed;
        }
    }

    /**
     * Leaves the table there, of the right shape, and without rows.
     *
     * @return the table's shape; empty where it was made from the files' schema
     */
    private Optional<TableShape> empty(WarehouseSession session, Fence fence, Schema schema)
            throws SQLException, WarehouseException, StepRefusal {
        Optional<TableShape> found = TableShape.read(session, table);
        if (found.isPresent() && (run.limit().isPresent() || fence.madeByTofro(session))) {
            if (run.limit().isPresent() || !found.get().isOf(schema)) {
                session.execute("DROP TABLE " + table.sql());
                found = Optional.empty();
            }
        }
        if (found.isEmpty()) {
            String ddl = definition == null ? TableShape.create(table, schema, primaryKey) : definition;
            TableShape.make(session, connection, table, ddl);
            fence.setMadeByTofro(session, definition == null);
            if (definition == null) {
                return Optional.empty();
            }
            found = TableShape.read(session, table);
        }
        if (found.isEmpty()) {
            throw new WarehouseException("the table definition did not make " + table, false, null);
        }
        demandFits(found.get(), schema);
        session.execute("DELETE FROM " + table.sql());
        return found;
    }

    private void demandFits(TableShape shape, Schema schema) throws StepRefusal {
        List<String> wrong = new ArrayList<>();
        for (Column column : schema.columns()) {
            TableShape.Field field = shape.field(column.name());
            if (field == null) {
                wrong.add("it has no column '" + column.name() + "'");
            } else if (!new Assignment(column.type(), field.type()).keptByCopy()) {
                wrong.add("its column '" + column.name() + "' is " + field.type() + ", which would change values of "
                        + column.type());
            }
        }
        List<String> extracted = schema.names();
        for (TableShape.Field field : shape.columns()) {
            if (!extracted.contains(field.name()) && !field.filled()) {
                wrong.add("its column '" + field.name() + "' is not extracted and has no default");
            }
        }
        if (!wrong.isEmpty()) {
            throw new StepRefusal(table + " does not fit what was extracted: " + String.join("; ", wrong)
                    + ". Change the table, or name and type the extract's columns with `columns:`");
        }
    }
}
