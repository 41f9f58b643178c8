package org.tofro.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.CassandraColumn;
import org.tofro.connect.cassandra.CassandraColumn.What;
import org.tofro.connect.cassandra.CassandraExtract;
import org.tofro.connect.cassandra.CassandraExtraction;
import org.tofro.connect.cassandra.CassandraRequest;
import org.tofro.connect.cassandra.SelectShape;
import org.tofro.connect.types.Mask;
import org.tofro.data.RedshiftType;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.SqlScript;
import org.tofro.data.TableName;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.CassandraConnection.Consistency;
import org.tofro.settings.Secret;
import org.tofro.settings.Settings;

/**
 * Reads a table or a SELECT of Cassandra into staged files.
 *
 * @param connection the cluster
 * @param keyspace the keyspace in it
 * @param source what to read
 * @param columns the columns to take, in order; empty for all of them
 * @param consistency how many replicas must answer; null for the connection's own
 * @param splits how many readers share the work; null for the extract's own choice
 * @param rowsPerSecond most rows to read in a second; null for no limit
 */
public record ExtractFromCassandra(
        String connection,
        String keyspace,
        CassandraRequest.Source source,
        List<CassandraColumn> columns,
        @Nullable Consistency consistency,
        @Nullable Integer splits,
        @Nullable Integer rowsPerSecond)
        implements Step {
    public static final StepType TYPE = new StepType(
            "extract-from-cassandra",
            List.of("extract-cassandra"),
            "Reads a table or a SELECT of Cassandra into staged files.",
            ExtractFromCassandra::read);

    public ExtractFromCassandra {
        columns = List.copyOf(columns);
    }

    private static ExtractFromCassandra read(Fields fields) {
        String connection = fields.field(
                        "connection", "The cluster, a connection of type cassandra in the runner file.", "hostname")
                .connectionOr("cassandra", "cassandra");
        String keyspace = fields.field("keyspace", "The keyspace, as Cassandra spells it.")
                .text();
        String table = fields.field("table", "The table or materialized view to read, as Cassandra spells it.")
                .optionalText();
        SqlScript cql = fields.field(
                        "cql",
                        "A SELECT to read; it is asked for range by range of tokens, so it must not aggregate, group,"
                                + " order or limit.")
                .optionalSql();
        fields.exactlyOne("table", "cql");
        SqlScript where = fields.field("where", "Conditions on the rows of 'table', as CQL has them behind WHERE.")
                .optionalSql();
        boolean filtering = fields.field(
                        "allow_filtering", "Lets the server look at every row for conditions that it has no index for.")
                .flagOr(false);
        List<CassandraColumn> columns = fields.field(
                        "columns",
                        "The columns to take, in this order, with new names and types; `{writetime: column, as: name}` and"
                                + " `{ttl: column, as: name}` take when a value was written and how long it lives. All"
                                + " columns where it is missing.")
                .each(ExtractFromCassandra::column);
        Consistency consistency = ConsistencyField.read(fields, "How many replicas must answer.");
        Integer splits = fields.field("splits", "How many readers share the work.")
                .optionalInteger(1, 64, "the extract decides");
        Integer rowsPerSecond = fields.field("max_rows_per_second", "Most rows that are read in a second.")
                .optionalInteger(1, 1_000_000_000, "as many as come");
        CassandraRequest.Source source = source(fields, keyspace, table, cql, where, filtering, columns);
        return new ExtractFromCassandra(connection, keyspace, source, columns, consistency, splits, rowsPerSecond);
    }

    private static CassandraRequest.Source source(
            Fields fields,
            String keyspace,
            @Nullable String table,
            @Nullable SqlScript cql,
            @Nullable SqlScript where,
            boolean filtering,
            List<CassandraColumn> columns) {
        if (cql == null) {
            String problem = where == null ? null : SelectShape.problemOf(where.text());
            if (problem != null) {
                fields.problem("where", "'where' cannot be used: " + problem);
            }
            return new CassandraRequest.OfTable(
                    table == null ? "" : table, where == null ? null : where.text(), filtering);
        }
        for (String field : List.of("where", "allow_filtering")) {
            if (fields.has(field)) {
                fields.problem(field, "'" + field + "' goes with 'table'; with 'cql' it stands in the SELECT itself");
            }
        }
        if (columns.stream().anyMatch(column -> column.what() != What.VALUE)) {
            fields.problem(
                    "columns", "'writetime' and 'ttl' go with 'table'; with 'cql' they stand in the SELECT itself");
        }
        try {
            SelectShape shape = SelectShape.parse(cql.text());
            if (shape.keyspace() != null && !shape.keyspace().equals(keyspace)) {
                fields.problem(
                        "cql",
                        "'cql' reads the keyspace '" + shape.keyspace() + "', and 'keyspace' is '" + keyspace + "'");
            }
            return new CassandraRequest.OfSelect(shape, cql.origin());
        } catch (SelectShape.Refused e) {
            fields.problem("cql", "'cql' cannot be read range by range: " + e.getMessage());
            return new CassandraRequest.OfTable("", null, false);
        }
    }

    private static CassandraColumn column(Fields fields) {
        String name = fields.field("name", "The column's name in Cassandra.").optionalText();
        String writetime = fields.field(
                        "writetime",
                        "Instead of 'name': the column whose moment of writing is taken, in microseconds since 1970.")
                .optionalText();
        String ttl = fields.field("ttl", "Instead of 'name': the column whose seconds left to live are taken.")
                .optionalText();
        String as = fields.field("as", "Its name in the warehouse, where that differs.")
                .optionalText();
        RedshiftType type = fields.field("type", "Its type in the warehouse, as Redshift spells it.")
                .optionalRedshiftType("the one that follows from Cassandra's");
        List<String> given =
                Stream.of(name, writetime, ttl).filter(Objects::nonNull).toList();
        What what = writetime != null ? What.WRITETIME : ttl != null ? What.TTL : What.VALUE;
        if (given.size() != 1) {
            String field = given.isEmpty() ? "name" : what == What.TTL ? "ttl" : "writetime";
            fields.problem(field, "a column has exactly one of 'name', 'writetime' and 'ttl'");
        } else if (as == null && what != What.VALUE) {
            fields.problem(
                    what == What.TTL ? "ttl" : "writetime", "a column of 'writetime' or 'ttl' needs a name by 'as'");
        }
        return new CassandraColumn(
                what,
                given.isEmpty() ? "" : given.get(given.size() - 1),
                as,
                type == null ? null : type.ddl(),
                MaskField.of(MaskField.read(fields, type), null));
    }

    @Override
    public TableUse tables() {
        TableUse.Ref table = new TableUse.Ref(connection, keyspace, new TableName(null, source.table()));
        return new TableUse(Set.of(table), Set.of(), true, Set.of(connection));
    }

    @Override
    public boolean producesFiles() {
        return true;
    }

    @Override
    public boolean needsMaskKey() {
        return columns.stream()
                .anyMatch(column -> column.mask() != null && column.mask().kind() == Mask.Kind.HMAC);
    }

    @Override
    public List<String> details() {
        List<String> details = new ArrayList<>();
        if (source instanceof CassandraRequest.OfSelect select) {
            details.add("reads a SELECT (" + select.origin() + ") of the keyspace " + keyspace + " at " + connection);
        } else if (source.where() != null) {
            details.add("takes the rows where " + source.where().strip());
        }
        if (source.filtering()) {
            details.add("lets the server look at every row (ALLOW FILTERING)");
        }
        if (!columns.isEmpty()) {
            details.add("takes the columns "
                    + columns.stream().map(ExtractFromCassandra::shown).collect(Collectors.joining(", ")));
        }
        if (consistency != null) {
            details.add("reads at consistency " + consistency);
        }
        if (splits != null) {
            details.add("shares the work among " + splits + (splits == 1 ? " reader" : " readers"));
        }
        if (rowsPerSecond != null) {
            details.add("reads at most " + rowsPerSecond + " rows a second");
        }
        return details;
    }

    private static String shown(CassandraColumn column) {
        String what = column.what() == What.VALUE
                ? column.name()
                : column.what().name().toLowerCase(Locale.ROOT) + " of " + column.name();
        return what
                + (column.as() == null || column.as().equals(column.name()) ? "" : " as " + column.as())
                + (column.type() == null ? "" : " " + column.type())
                + (column.mask() == null
                        ? ""
                        : ", masked (" + column.mask().kind().word() + ")");
    }

    @Override
    public List<String> inspect(Settings settings) {
        CassandraConnection cluster = (CassandraConnection)
                Objects.requireNonNull(settings.connections().get(connection));
        return CassandraExtract.plan(request(cluster, settings.maskKey(), OptionalLimit.NONE))
                .lines();
    }

    private CassandraRequest request(CassandraConnection cluster, @Nullable Secret maskKey, OptionalLimit limit) {
        return new CassandraRequest(
                cluster,
                keyspace,
                source,
                columns.stream().map(column -> column.withKey(maskKey)).toList(),
                consistency == null ? cluster.consistency() : consistency,
                splits == null ? CassandraRequest.DEFAULT_READERS : splits,
                rowsPerSecond,
                limit);
    }

    @Override
    public Flow expand(Upstream upstream) {
        CassandraConnection cluster = upstream.connection(connection, CassandraConnection.class);
        return Extracting.from(
                upstream,
                new CassandraExtraction(request(
                        cluster, upstream.settings().maskKey(), upstream.run().limit())));
    }
}
