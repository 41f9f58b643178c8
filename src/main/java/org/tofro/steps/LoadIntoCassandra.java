package org.tofro.steps;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepTransform;
import org.tofro.connect.cassandra.load.LoadCassandra;
import org.tofro.connect.cassandra.load.LoadOnce;
import org.tofro.connect.cassandra.load.LoadTarget;
import org.tofro.connect.extract.CommittedAttempt;
import org.tofro.connect.extract.ExtractTransform;
import org.tofro.connect.unload.UnloadExtraction;
import org.tofro.connect.warehouse.Unload;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.SqlQuery;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.CassandraConnection.Consistency;
import org.tofro.settings.RedshiftConnection;

/**
 * Loads rows into a table of Cassandra, or deletes rows there.
 *
 * @param connection the cluster
 * @param keyspace the keyspace in it
 * @param table the table in that
 * @param warehouse where {@code sql} and {@code source} are
 * @param source a table of the warehouse; null where its rows are not what is loaded
 * @param sql a query of the warehouse, likewise; staged files of an earlier step are loaded where both are null
 * @param columns which source column each of the table's columns takes; empty where they go by their names
 * @param how what becomes of a row
 */
public record LoadIntoCassandra(
        String connection,
        String keyspace,
        String table,
        String warehouse,
        @Nullable TableName source,
        @Nullable SqlQuery sql,
        Map<String, String> columns,
        How how)
        implements Step {
    public static final StepType TYPE = new StepType(
            "load-into-cassandra",
            List.of("load-cassandra"),
            "Loads staged files, a table or a query of the warehouse into a table of Cassandra, or deletes rows there. A"
                    + " try that is lost before its end writes the same cells again, and a run of an earlier interval that comes late changes"
                    + " nothing that a later one has written. Rows that have one partition key and come one after the other"
                    + " are written together: order them by it where that is cheap.",
            LoadIntoCassandra::read);

    private static final int MOST_TTL = 630_720_000;

    /**
     * What becomes of a row.
     *
     * @param timestamp the source column with its write timestamp; null for the run's
     * @param deletes the source column that is true for a row to delete; null where none is
     * @param deleteAll whether every row is deleted
     * @param ttl seconds that it lives; null for the table's own default
     * @param consistency how many replicas must acknowledge it; null for the step's default
     * @param writesPerSecond most rows in a second; null for no limit
     * @param writers how many writers share the files
     */
    public record How(
            @Nullable String timestamp,
            @Nullable String deletes,
            boolean deleteAll,
            @Nullable Integer ttl,
            @Nullable Consistency consistency,
            @Nullable Integer writesPerSecond,
            int writers) {}

    public LoadIntoCassandra {
        // A copy that keeps the order.
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }

    private static LoadIntoCassandra read(Fields fields) {
        String connection = fields.field(
                        "connection", "The cluster, a connection of type cassandra in the runner file.", "hostname")
                .connectionOr("cassandra", "cassandra");
        String keyspace = fields.field("keyspace", "The keyspace, as Cassandra spells it.")
                .text();
        String table = fields.field("table", "The table, as Cassandra spells it, which must exist.")
                .text();
        SqlQuery sql = fields.field(
                        "sql",
                        "A query of the warehouse whose rows are loaded, in place of the staged files of an earlier step.")
                .optionalQuery();
        TableName source = fields.field("source", "A table of the warehouse whose rows are loaded, likewise.")
                .optionalTable();
        if (sql != null && source != null) {
            fields.problem("source", "load-into-cassandra takes 'sql' or 'source' or staged files, and two are given");
        }
        String warehouse = fields.field(
                        "warehouse", "Where `sql` or `source` is, a connection of type redshift in the runner file.")
                .connectionOr("redshift", "redshift");
        Map<String, String> columns = fields.field(
                        "columns",
                        "Which column of the source each of the table's columns takes, as `{learner_id: user_id}`; only those"
                                + " are written then. Without it each goes to the table's column of its name.")
                .texts();
        How how = how(fields);
        return new LoadIntoCassandra(connection, keyspace, table, warehouse, source, sql, columns, how);
    }

    private static How how(Fields fields) {
        boolean deleteAll = fields.field(
                        "mode", "Whether rows are written, or the rows of the keys that come are deleted.")
                .choice("write", "delete")
                .equals("delete");
        String deletes = fields.field(
                        "deletes", "A boolean column of the source that is true for rows to delete; it is not written.")
                .optionalText();
        String timestamp = fields.field(
                        "timestamp",
                        "A column of the source with each row's write timestamp, a timestamp or a bigint of microseconds"
                                + " since 1970; it is not written unless `columns` says so. Without it the timestamp follows"
                                + " from the run: the start of its interval, later launches above earlier ones.")
                .optionalText();
        Integer ttl = fields.field("ttl", "Seconds that the rows live.")
                .optionalInteger(1, MOST_TTL, "as long as the table says");
        Consistency consistency = ConsistencyField.read(
                fields, "How many replicas must acknowledge a row; LOCAL_QUORUM where it is missing.");
        Integer writesPerSecond = fields.field(
                        "max_writes_per_second", "Most rows that are written in a second, by all writers together.")
                .optionalInteger(1, 1_000_000_000, "as many as the cluster takes");
        int writers =
                fields.field("writers", "How many writers share the files.").integerOr(2, 1, 64);
        if (deleteAll && (deletes != null || ttl != null)) {
            fields.problem(
                    deletes != null ? "deletes" : "ttl",
                    "'" + (deletes != null ? "deletes" : "ttl") + "' goes with `mode: write`");
        }
        return new How(timestamp, deletes, deleteAll, ttl, consistency, writesPerSecond, writers);
    }

    private boolean unloads() {
        return sql != null || source != null;
    }

    @Override
    public TableUse tables() {
        Set<TableUse.Ref> reads = new HashSet<>();
        if (source != null) {
            reads.add(new TableUse.Ref(warehouse, "", source));
        }
        if (sql != null) {
            sql.reads().forEach(read -> reads.add(new TableUse.Ref(warehouse, "", read)));
        }
        return new TableUse(
                reads,
                Set.of(new TableUse.Ref(connection, keyspace, new TableName(null, table))),
                sql == null || sql.understood(),
                // A set that takes the same name twice: whoever mixes the two up gets to read a problem.
                new HashSet<>(unloads() ? List.of(connection, warehouse) : List.of(connection)));
    }

    @Override
    public boolean consumesFiles() {
        return !unloads();
    }

    @Override
    public List<String> details() {
        List<String> details = new ArrayList<>();
        if (sql != null) {
            details.add("loads the rows of a query (" + sql.script().origin() + ")");
        }
        if (!columns.isEmpty()) {
            details.add("takes "
                    + columns.entrySet().stream()
                            .map(each -> each.getKey()
                                    + (each.getKey().equals(each.getValue()) ? "" : " from " + each.getValue()))
                            .collect(Collectors.joining(", ")));
        }
        if (how.deleteAll()) {
            details.add("deletes the rows of the keys that come");
        }
        if (how.deletes() != null) {
            details.add("deletes the rows for which " + how.deletes() + " is true");
        }
        details.add(
                how.timestamp() == null
                        ? "write timestamp: the start of the run's interval, later launches above earlier ones"
                        : "write timestamp: the column " + how.timestamp());
        if (how.ttl() != null) {
            details.add("rows live for " + how.ttl() + " s");
        }
        if (how.consistency() != null) {
            details.add("writes at consistency " + how.consistency());
        }
        if (how.writesPerSecond() != null) {
            details.add("writes at most " + how.writesPerSecond() + " rows a second");
        }
        details.add("AT LEAST ONCE: what was lost before its end writes the same cells again");
        return details;
    }

    @Override
    public Flow expand(Upstream upstream) {
        RunContext run = upstream.run();
        LoadTarget target = new LoadTarget(
                upstream.connection(connection, CassandraConnection.class),
                keyspace,
                table,
                columns,
                how.timestamp(),
                how.deletes(),
                how.deleteAll(),
                how.ttl(),
                how.consistency() == null ? Consistency.LOCAL_QUORUM : how.consistency(),
                how.writesPerSecond(),
                how.writers());
        CommittedAttempt.Place place = Extracting.place(upstream);
        LoadOnce load = new LoadOnce(
                new LoadCassandra(
                        target,
                        unloads() ? new ExtractTransform.Work(unload(upstream), place) : null,
                        upstream.s3(),
                        upstream.settings().stagingArea(),
                        run),
                place);
        StepTransform transform =
                unloads() ? StepTransform.of(run, load) : StepTransform.of(run, load, upstream.files());
        return new Flow(upstream.ready().apply("load", transform), null);
    }

    private UnloadExtraction unload(Upstream upstream) {
        RunContext run = upstream.run();
        String query;
        String origin;
        if (sql != null) {
            query = sql.script().text();
            origin = sql.script().origin();
        } else {
            TableName named = Objects.requireNonNull(source, "one of the two is there");
            TableName own =
                    upstream.writtenBefore(new TableUse.Ref(warehouse, "", named)) ? run.ownTable(named) : named;
            query = "SELECT * FROM " + own.sql();
            origin = "table " + named;
        }
        return new UnloadExtraction(new Unload(
                upstream.connection(warehouse, RedshiftConnection.class), run, upstream.step(), query, origin));
    }
}
