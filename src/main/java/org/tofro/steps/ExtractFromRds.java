package org.tofro.steps;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.Cursor;
import org.tofro.connect.jdbc.Extract;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.PostgresServer;
import org.tofro.connect.jdbc.RdsExtraction;
import org.tofro.connect.jdbc.ReadPlan;
import org.tofro.connect.jdbc.ReadSource;
import org.tofro.connect.jdbc.SourceServer;
import org.tofro.connect.jdbc.mysql.MysqlServer;
import org.tofro.connect.jdbc.mysql.ZeroDates;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.data.RunContext;
import org.tofro.data.SqlScript;
import org.tofro.data.TableName;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Incremental;
import org.tofro.pipeline.Landing;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.Connection;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.Settings;

/**
 * Reads a query or a table of an RDS database into staged files.
 *
 * @param connection the server
 * @param database the database on it
 * @param sql the query; null where {@code table} is given
 * @param table the table; null where {@code sql} is given
 * @param columns the columns to take, in order; empty for all of them
 * @param splitBy the key's columns, by whose ranges readers share what has no pages; empty for the primary key
 * @param splits how many readers share the work; null for the extract's own choice
 * @param news how it tells what is new since the last run; null where it reads everything
 * @param zeroDates what becomes of MySQL's dates that are none
 */
public record ExtractFromRds(
        String connection,
        String database,
        @Nullable SqlScript sql,
        @Nullable TableName table,
        List<SelectedColumn> columns,
        List<String> splitBy,
        @Nullable Integer splits,
        @Nullable Incremental news,
        ZeroDates zeroDates)
        implements Step {
    public static final StepType TYPE = new StepType(
            "extract-from-rds",
            List.of("extract-rds", "extract-postgres"),
            "Reads a query or a table of an RDS database into staged files.",
            ExtractFromRds::read);

    /** An interval that ends then is cut at the moment at which it is read. */
    private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

    private static final Pattern LAG =
            Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,18})?|[0-9]{1,9} *(second|minute|hour|day|week)s?");

    public ExtractFromRds {
        columns = List.copyOf(columns);
        splitBy = List.copyOf(splitBy);
    }

    private static ExtractFromRds read(Fields fields) {
        String connection = fields.field(
                        "connection",
                        "The server, a connection of type postgres or mysql in the runner file.",
                        "hostname",
                        "host_name",
                        "source_host")
                .connection("postgres", "mysql");
        String database =
                fields.field("database", "The database on that server.").text();
        SqlScript sql = fields.field(
                        "sql", "The query to read; an expression such as `${var:x}` in it stands for a value.")
                .optionalSql();
        TableName table = fields.field("table", "The table to read, whole.").optionalTable();
        fields.exactlyOne("sql", "table");
        List<SelectedColumn> columns = fields.field(
                        "columns",
                        "The columns to take, in this order, with new names and types; all where it is missing.")
                .each(SelectedColumn::read);
        List<String> splitBy = fields.field(
                        "split_by",
                        "The columns by whose ranges readers share what they read; an index must have them in order."
                                + " In PostgreSQL it is for a view, or a query that is more than one table: a table is"
                                + " read by ranges of its pages. In MySQL a table, or a query of one, is read by"
                                + " ranges of the primary key where nothing is named.")
                .names();
        Set<String> masked = SelectedColumn.masked(columns);
        splitBy.stream()
                .filter(masked::contains)
                .forEach(name -> fields.problem(
                        "split_by",
                        "'split_by' names '" + name
                                + "', which is masked; its values would be sent back to the server and"
                                + " stand in its logs. Name another column"));
        Integer splits = fields.field("splits", "How many readers share the work.")
                .optionalInteger(1, 64, "the extract decides");
        Incremental news = fields.field(
                        "incremental",
                        "Reads only what is new since the last run; it is published by `upsert`, `append` or"
                                + " `replace-interval`, and how far it came stands in that table's ledger.")
                .mapping(ExtractFromRds::incremental);
        if (news != null && masked.contains(news.cursor())) {
            fields.problem(
                    "incremental",
                    "the cursor '" + news.cursor()
                            + "' is masked, and how far it was read stands in the ledger as it is;"
                            + " take another cursor, or take the mask off");
        }
        String zeroDates = fields.field(
                        "zero_dates",
                        "What becomes of MySQL's dates with a month or a day of zero: the run fails, or they become"
                                + " NULL and the report counts them.")
                .choice("fail", "null");
        return new ExtractFromRds(
                connection,
                database,
                sql,
                table,
                columns,
                splitBy,
                splits,
                news,
                ZeroDates.valueOf(zeroDates.toUpperCase(Locale.ROOT)));
    }

    private static Incremental incremental(Fields fields) {
        String cursor = fields.field(
                        "cursor",
                        "The column whose values do not fall behind as rows are written: a timestamp, a date or a"
                                + " number, best with an index.")
                .text();
        String initialValue = fields.field(
                        "initial_value", "Where the first run begins, inclusive; at the beginning where it is missing.")
                .optionalText();
        String lag = fields.field(
                        "lag",
                        "How far behind the last run's end each run begins again, for rows that were committed, or reach a"
                                + " replica, late: a span such as `15 minutes`, or a number for a cursor of numbers.")
                .optionalText();
        if (lag != null && !LAG.matcher(lag).matches()) {
            fields.problem(
                    "lag",
                    "'lag' is a span of time such as 15 minutes, or a number for a cursor of numbers, and '" + lag
                            + "' is neither");
        }
        String nulls = fields.field(
                        "null_cursor",
                        "What becomes of rows whose cursor is NULL: the run fails, they are skipped, or every run reads"
                                + " all of them.")
                .choice("fail", "skip", "read");
        return new Incremental(cursor, initialValue, lag, Incremental.Nulls.valueOf(nulls.toUpperCase(Locale.ROOT)));
    }

    /** A query's tables are not looked for: it may read any table of its database. */
    @Override
    public TableUse tables() {
        Set<TableUse.Ref> reads = table == null ? Set.of() : Set.of(new TableUse.Ref(connection, database, table));
        Set<TableUse.Database> queried = table == null ? Set.of(new TableUse.Database(connection, database)) : Set.of();
        return new TableUse(reads, Set.of(), true, Set.of(connection), queried);
    }

    @Override
    public Optional<Incremental> incremental() {
        return Optional.ofNullable(news);
    }

    @Override
    public boolean needsMaskKey() {
        return SelectedColumn.needKey(columns);
    }

    @Override
    public boolean producesFiles() {
        return true;
    }

    @Override
    public List<String> details() {
        List<String> details = new ArrayList<>();
        if (sql != null) {
            details.add("reads a query (" + sql.origin() + ") of the database " + database + " at " + connection);
        }
        if (!columns.isEmpty()) {
            details.add("takes the columns "
                    + columns.stream().map(SelectedColumn::toString).collect(Collectors.joining(", ")));
        }
        if (!splitBy.isEmpty()) {
            details.add("is read by ranges of " + String.join(", ", splitBy) + " where it has no pages");
        }
        if (news != null) {
            details.add("reads what is new by " + news.cursor()
                    + (news.lag() == null ? "" : ", beginning " + news.lag() + " before the end of the last run"));
        }
        if (zeroDates == ZeroDates.NULL) {
            details.add("makes NULL of dates with a month or a day of zero");
        }
        if (splits != null) {
            details.add("shares the work among " + splits + (splits == 1 ? " reader" : " readers"));
        }
        return details;
    }

    @Override
    public List<String> inspect(Settings settings) {
        ReadPlan plan = Extract.plan(new ExtractRequest(
                server(Objects.requireNonNull(settings.connections().get(connection))),
                database,
                news == null ? source() : new ReadSource.New(source(), firstCursor(news)),
                SelectedColumn.choices(columns, settings.maskKey()),
                splitBy,
                readers(),
                RunContext.OptionalLimit.NONE,
                new AttemptPath("plan", "-", "-", "-")));
        List<String> lines = new ArrayList<>();
        int ranges = plan.ranges().size();
        if (news != null) {
            lines.add("as a first run would read it:");
        }
        lines.add(ranges == 1 ? plan.reason() : ranges + " ranges, " + plan.readers() + " readers: " + plan.reason());
        if (ranges > 1) {
            plan.ranges().forEach(range -> lines.add("range: " + range));
        }
        plan.fidelity().forEach(line -> lines.add("column " + line));
        return lines;
    }

    private SourceServer server(Connection server) {
        return server instanceof MysqlConnection mysql
                ? new MysqlServer(mysql, zeroDates)
                : new PostgresServer((PostgresConnection) server);
    }

    private ReadSource source() {
        return table != null
                ? new ReadSource.OfTable(table)
                : new ReadSource.OfSql(Objects.requireNonNull(sql, "the reader demands sql or table"));
    }

    /** As a first run would have it that were started now. */
    private static Cursor firstCursor(Incremental news) {
        return cursor(news, true, Instant.EPOCH, NEVER, false);
    }

    private static Cursor cursor(Incremental news, boolean repeatable, Instant start, Instant end, boolean backfill) {
        return new Cursor(
                news.cursor(),
                news.initialValue(),
                news.lag(),
                Cursor.Nulls.valueOf(news.nulls().name()),
                repeatable,
                null,
                start,
                end,
                backfill);
    }

    /** What was read already is known on the worker, when the step starts. */
    private static RdsExtraction.Since since(Upstream upstream, Incremental news) {
        RunContext run = upstream.run();
        Landing landing = upstream.landing();
        TableUse.Ref destination = landing.publishing().destination();
        Cursor cursor =
                cursor(news, landing.publishing().repeatable(), run.intervalStart(), run.intervalEnd(), run.backfill());
        return new RdsExtraction.Since(
                cursor,
                upstream.connection(destination.connection(), RedshiftConnection.class),
                run.ownTable(destination.table()),
                landing.step(),
                landing.steps());
    }

    private int readers() {
        return splits == null ? ExtractRequest.DEFAULT_SPLITS : splits;
    }

    @Override
    public Flow expand(Upstream upstream) {
        return Extracting.from(
                upstream,
                new RdsExtraction(
                        server(upstream.connection(connection, Connection.class)),
                        database,
                        source(),
                        news == null ? null : since(upstream, news),
                        SelectedColumn.choices(columns, upstream.settings().maskKey()),
                        splitBy,
                        readers(),
                        upstream.run()));
    }
}
