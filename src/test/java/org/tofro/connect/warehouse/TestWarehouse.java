package org.tofro.connect.warehouse;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.Column;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.Schema;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.data.WorkRules;
import org.tofro.local.redshift.Faults;
import org.tofro.local.redshift.Isolation;
import org.tofro.local.redshift.LocalWarehouse;
import org.tofro.local.redshift.RedshiftFront;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Secret;
import org.tofro.settings.Settings;

/** The warehouse that all tests of this JVM share, under one isolation level, and what a run does there. */
public final class TestWarehouse {
    public static final String STAGING = "s3://staging/protocol/";
    static final String MARKER = "tofro_null_test";
    static final Guards GUARDS = new Guards(false, 20, false);
    static final Schema TWO_COLUMNS =
            new Schema(List.of(new Column("id", "integer", "integer"), new Column("name", "varchar(20)", "text")));

    final LocalWarehouse server = LocalWarehouse.shared();
    private final RedshiftFront front;

    TestWarehouse(Isolation isolation) {
        front = isolation == Isolation.SNAPSHOT ? server.front : server.serializable;
        front.faults().clear();
    }

    public TestWarehouse() {
        this(Isolation.SNAPSHOT);
    }

    /** A name that nothing else in this JVM has. */
    public static String fresh(String stem) {
        return stem + "_" + Long.toString(System.nanoTime(), 36);
    }

    Faults faults() {
        return front.faults();
    }

    public RedshiftConnection connection() {
        return connection(LocalWarehouse.ROLE, List.of());
    }

    RedshiftConnection connection(String role, List<RedshiftConnection.Permission> permissions) {
        return new RedshiftConnection(
                "redshift",
                true,
                "127.0.0.1",
                front.port(),
                "dev",
                "etl",
                Secret.of("Secret1"),
                false,
                role,
                null,
                permissions,
                Map.of());
    }

    public S3Connection s3() {
        URI endpoint = server.settings.s3().endpoint();
        return new S3Connection("s3", true, "us-east-1", endpoint.toString(), "local", Secret.of("local-secret"));
    }

    /** A run under a lease of a minute, taken from whoever holds it. */
    public RunContext launch(String pipeline, String run) throws Exception {
        return launch(pipeline, run, 60, Map.of());
    }

    RunContext launch(String pipeline, String run, int seconds, Map<String, String> accepted) throws Exception {
        long token = new Lease(connection(), pipeline, seconds).acquire(fresh("holder"), run, dead -> true);
        return context(pipeline, run, token, accepted);
    }

    /** Has the run hold its pipeline's lease for some minutes, under the token that it names. */
    public void hold(RunContext run) throws Exception {
        Lease lease = new Lease(connection(), run.pipeline(), 600);
        if (lease.look()
                .filter(held -> held.live() && held.token() == run.token())
                .isPresent()) {
            return;
        }
        lease.acquire(fresh("holder"), run.run(), dead -> true);
        sql("UPDATE " + SafetyTables.lease(run.pipeline()).sql() + " SET token = " + run.token());
    }

    static RunContext context(String pipeline, String run, long token, Map<String, String> accepted) {
        Instant day = Instant.parse("2026-11-23T00:00:00Z");
        return new RunContext(
                pipeline,
                run,
                token,
                day,
                day.plusSeconds(86400),
                RunContext.OptionalLimit.NONE,
                false,
                accepted,
                WorkRules.NONE);
    }

    /** Stages rows of text as an extract does; null is NULL, a column that is not a varchar is left bare. */
    StagedFiles stage(RunContext run, Schema schema, List<List<@Nullable String>> rows) {
        try (StagingArea area = StagingArea.open(STAGING, s3())) {
            Parts parts =
                    area.parts(new AttemptPath(run.pipeline(), run.run(), "extract", fresh("a")), new LongAdder());
            CsvEncoder encoder = new CsvEncoder(parts, MARKER);
            for (List<@Nullable String> row : rows) {
                for (int i = 0; i < row.size(); i++) {
                    String value = row.get(i);
                    if (value == null) {
                        encoder.nothing();
                    } else if (schema.columns().get(i).type().startsWith("varchar")) {
                        encoder.quoted(value.getBytes(StandardCharsets.UTF_8));
                    } else {
                        encoder.bare(value.getBytes(StandardCharsets.UTF_8));
                    }
                }
                encoder.endRow();
            }
            encoder.finish();
            return new StagedFiles(
                    "extract", "a", StagedFiles.FileFormat.CSV_ZSTD, MARKER, schema, rows.size(), parts.files(), null);
        }
    }

    /** Rows of {@link #TWO_COLUMNS}, given as {@code "1", "one", "2", null}. */
    StagedFiles stage(RunContext run, @Nullable String... values) {
        List<List<@Nullable String>> rows = new java.util.ArrayList<>();
        for (int i = 0; i < values.length; i += 2) {
            rows.add(Arrays.asList(values[i], values[i + 1]));
        }
        return stage(run, TWO_COLUMNS, rows);
    }

    LoadStaging load(RunContext run, TableName table) {
        return load(run, table, Settings.Limits.DEFAULT);
    }

    LoadStaging load(RunContext run, TableName table, Settings.Limits limits) {
        return new LoadStaging(connection(), s3(), STAGING, limits, run, "load", table, null, List.of());
    }

    ReloadTable reload(RunContext run, TableName source, TableName destination) {
        return reload(run, source, destination, List.of(), GUARDS);
    }

    ReloadTable reload(
            RunContext run, TableName source, TableName destination, List<String> primaryKey, Guards guards) {
        return new ReloadTable(publication(run, "reload", source, destination, primaryKey), guards);
    }

    /** A publication of rows that somebody else may have put into the source. */
    Publication publication(
            RunContext run, String step, TableName source, TableName destination, List<String> primaryKey) {
        return publication(run, step, source, false, destination, primaryKey);
    }

    Publication publication(
            RunContext run,
            String step,
            TableName source,
            boolean loadedHere,
            TableName destination,
            List<String> primaryKey) {
        return new Publication(
                connection(),
                Settings.Limits.DEFAULT,
                run,
                step,
                source,
                loadedHere,
                destination,
                null,
                null,
                primaryKey);
    }

    public CommitRecords records(RunContext run) {
        return new CommitRecords(connection(), run, "extract", 60);
    }

    static Figures perform(StepAction action, StagedFiles... files) throws Exception {
        try (RunningSteps.Work work = work()) {
            return action.perform(work, List.of(files));
        }
    }

    static RunningSteps.Work work() throws InterruptedException {
        return RunningSteps.apart().start("test");
    }

    Connection connect() throws SQLException {
        return server.connect(front);
    }

    /** Runs statements beside the run, each in a transaction of its own. */
    void sql(String... statements) throws SQLException {
        try (Connection connection = connect()) {
            LocalWarehouse.run(connection, statements);
        }
    }

    public List<String> rows(String sql) throws SQLException {
        try (Connection connection = connect()) {
            return LocalWarehouse.rows(connection, sql);
        }
    }

    List<String> content(TableName table) throws SQLException {
        return rows("SELECT id, name FROM " + table.sql() + " ORDER BY id, name");
    }

    /** The rows of a table's ledger, oldest first. */
    List<String> ledger(TableName table) throws SQLException {
        return rows("SELECT run, step, pipeline, rows_in, rows_out FROM "
                + SafetyTables.ledger(table).sql() + " ORDER BY place");
    }

    /** Makes a table of {@link #TWO_COLUMNS} with rows numbered from one. */
    void table(TableName table, int rows) throws SQLException {
        sql(
                "CREATE TABLE " + table.sql() + " (id integer, name varchar(20))",
                "INSERT INTO " + table.sql() + " SELECT i, 'old' FROM generate_series(1, " + rows + ") i");
    }
}
