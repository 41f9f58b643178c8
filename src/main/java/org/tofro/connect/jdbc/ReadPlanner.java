package org.tofro.connect.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.types.TypedColumn;
import org.tofro.data.Schema;
import org.tofro.data.SqlScript;
import org.tofro.data.TableName;
import org.tofro.problem.Spelling;

/** Decides how to read a source, from the server's catalogue and in the extract's own snapshot; reads no row. */
final class ReadPlanner {
    private final ExtractRequest request;
    private final PostgresSession session;
    private final long leastPlanningMillis;

    ReadPlanner(ExtractRequest request, PostgresSession session) {
        this(request, session, PlanningTime.LEAST_MILLIS);
    }

    ReadPlanner(ExtractRequest request, PostgresSession session, long leastPlanningMillis) {
        this.request = request;
        this.session = session;
        this.leastPlanningMillis = leastPlanningMillis;
    }

    PlannedRead plan() throws SQLException {
        if (request.source() instanceof ReadSource.OfTable of) {
            return planTable(of.table());
        }
        if (request.source() instanceof ReadSource.New of) {
            return planNew(of.of(), of.cursor());
        }
        return planSql(((ReadSource.OfSql) request.source()).sql());
    }

    /** A query for what is new; an index on the cursor finds its rows, or lets several readers share them. */
    private PlannedRead planNew(ReadSource source, Cursor cursor) throws SQLException {
        String from;
        String select;
        String origin;
        if (source instanceof ReadSource.OfTable of) {
            TableFacts facts = readable(of.table());
            from = facts.sql();
            select = "SELECT " + (request.columns().isEmpty() ? "*" : chosenOrAll(facts)) + " FROM " + from;
            origin = "table " + of.table();
        } else {
            SqlScript script = ((ReadSource.OfSql) source).sql();
            from = "(\n" + SingleQuery.of(script, SqlTokens.of(script.text())) + "\n) AS source";
            select = "SELECT * FROM " + from;
            origin = script.origin();
            describe(script, SingleQuery.of(script, SqlTokens.of(script.text())));
        }
        CursorRead.Stretch stretch = CursorRead.find(
                request, new PostgresCursorValues(session), cursor, cursorType(from, cursor.column()), from);
        ExtractRequest query = request.reading(
                new ReadSource.OfSql(new SqlScript(select + "\nWHERE " + stretch.condition(), origin)),
                splitBy(cursor.column()));
        PlannedRead read = new ReadPlanner(query, session, leastPlanningMillis).plan();
        return read.stretch(stretch, request);
    }

    /** The step's own choice, else the cursor, where it is among what is read. */
    private List<String> splitBy(String cursor) {
        boolean read = request.columns().isEmpty()
                || request.columns().stream().anyMatch(column -> column.name().equals(cursor));
        return !request.splitBy().isEmpty() || !read ? request.splitBy() : List.of(cursor);
    }

    private PostgresType cursorType(String from, String column) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet nothing = statement.executeQuery("SELECT * FROM " + from + " LIMIT 0")) {
            Map<String, Integer> columns = new LinkedHashMap<>();
            for (int i = 1; i <= nothing.getMetaData().getColumnCount(); i++) {
                columns.put(nothing.getMetaData().getColumnLabel(i), i);
            }
            Integer at = columns.get(column);
            if (at == null) {
                throw CursorRead.withoutColumn(request, column, columns.keySet());
            }
            return SourceColumns.type(nothing.getMetaData(), at, session.encoding());
        }
    }

    private PlannedRead planTable(TableName table) throws SQLException {
        TableFacts facts = readable(table);
        String from = facts.sql();
        List<TypedColumn> columns = describe(
                "SELECT %s FROM %s LIMIT 0".formatted(request.columns().isEmpty() ? "*" : chosenOrAll(facts), from));
        return planned(columns, splitTable(facts), range -> where("SELECT " + list(columns) + " FROM " + from, range));
    }

    /** The table, which is there and may be read. */
    private TableFacts readable(TableName table) throws SQLException {
        TableFacts facts = TableFacts.of(session, table);
        if (facts == null) {
            throw ExtractException.permanent("%s: there is no table '%s'%s"
                    .formatted(request.where(), table, meant(table, TableFacts.names(session, table))));
        }
        List<String> hidden = request.columns().isEmpty() ? facts.hiddenColumns(session) : List.of();
        if (!hidden.isEmpty() && hidden.size() == facts.columns(session).size()) {
            throw ExtractException.permanent("%s: user '%s' may not read table '%s'; grant SELECT on it"
                    .formatted(request.where(), request.server().user(), table));
        }
        if (!hidden.isEmpty()) {
            throw ExtractException.permanent("%s: user '%s' may not read %s of table '%s'; name the others in `columns`"
                    .formatted(
                            request.where(),
                            request.server().user(),
                            hidden.stream().map(c -> "column '" + c + "'").collect(Collectors.joining(", ")),
                            table));
        }
        return facts;
    }

    private SplitDecision splitTable(TableFacts facts) throws SQLException {
        SplitDecision pages = PageSplit.of(request, session.version(), facts);
        String obstacle = PageSplit.obstacle(session.version(), facts);
        if (RangeSizes.oneReader(request) != null || obstacle == null) {
            return pages;
        }
        return splitByKey(facts.sql(), KeyColumns.ofTable(request, session, facts), obstacle);
    }

    private SplitDecision splitByKey(String from, KeyColumns key, String because) throws SQLException {
        String obstacle = key.obstacle() != null ? key.obstacle() : SameRows.doubt(session, "SELECT * FROM " + from);
        return obstacle == null
                ? new KeyDecision(request, session, from, key.columns(), because, leastPlanningMillis).decide()
                : SplitDecision.whole("one reader: %s, and %s".formatted(because, obstacle));
    }

    private static String where(String select, ReadRange range) {
        return range.equals(ReadRange.WHOLE) ? select : select + "\nWHERE " + range.condition("");
    }

    /** Only what comes close: a database may have thousands of tables. */
    private static String meant(TableName table, Collection<String> known) {
        return Spelling.nearest(table.toString(), known)
                .map(name -> "; did you mean '" + name + "'?")
                .orElse("");
    }

    /** A choice of columns must not ask for privileges on the others. */
    private String chosenOrAll(TableFacts facts) throws SQLException {
        List<String> known = facts.columns(session);
        boolean all = request.columns().stream().allMatch(c -> known.contains(c.name()));
        return all
                ? request.columns().stream()
                        .map(c -> TableName.quote(c.name()))
                        .distinct()
                        .collect(Collectors.joining(", "))
                : known.stream().map(TableName::quote).collect(Collectors.joining(", "));
    }

    private PlannedRead planSql(SqlScript script) throws SQLException {
        String sql = SingleQuery.of(script, SqlTokens.of(script.text()));
        List<TypedColumn> columns = describe(script, sql);
        String select = "SELECT " + list(columns) + " FROM (\n";
        QuerySplit pages = QuerySplit.of(request, session, sql);
        if (!pages.decision().isWhole() || request.splitBy().isEmpty() || RangeSizes.oneReader(request) != null) {
            return planned(columns, pages.decision(), range -> select + pages.query(range) + "\n) AS source");
        }
        SplitDecision keys = splitQueryByKey(sql, pages.decision().reason());
        return planned(columns, keys, range -> where(select + sql + "\n) AS source", range));
    }

    /** The columns of a query, whose faults are shown where they stand in the user's own text. */
    private List<TypedColumn> describe(SqlScript script, String sql) throws SQLException {
        String before = "SELECT * FROM (\n";
        try {
            return describe(before + sql + "\n) AS source LIMIT 0");
        } catch (SQLException e) {
            throw PostgresErrors.inQuery(request, script.text(), script.origin(), before.length(), e);
        }
    }

    private SplitDecision splitQueryByKey(String sql, String because) throws SQLException {
        String from = "(\n" + sql + "\n) AS source";
        KeyColumns key = KeyColumns.named(request, session, from);
        String moment = QueryShape.moment(SqlTokens.of(sql));
        String reason = because.replaceFirst("^one reader: ", "");
        return moment != null
                ? SplitDecision.whole("one reader: %s, and %s".formatted(reason, moment))
                : splitByKey(from, key, reason);
    }

    private List<TypedColumn> describe(String sql) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet nothing = statement.executeQuery(sql)) {
            return SourceColumns.of(request, session.encoding(), nothing.getMetaData());
        }
    }

    private static String list(List<TypedColumn> columns) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> SourceColumns.sql(columns.get(i), i))
                .collect(Collectors.joining(", "));
    }

    private PlannedRead planned(List<TypedColumn> columns, SplitDecision split, Function<ReadRange, String> query) {
        String limit =
                request.limit().isPresent() ? "\nLIMIT " + request.limit().rows() : "";
        List<String> queries =
                split.ranges().stream().map(range -> query.apply(range) + limit).toList();
        ReadPlan plan = new ReadPlan(
                new Schema(columns.stream().map(TypedColumn::staged).toList()),
                split.ranges(),
                Math.min(request.splits(), split.ranges().size()),
                split.reason(),
                columns.stream().map(TypedColumn::fidelity).toList(),
                null);
        return new PlannedRead(plan, columns, queries);
    }
}
