package org.tofro.connect.jdbc.mysql;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.Cursor;
import org.tofro.connect.jdbc.CursorRead;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.PlannedRead;
import org.tofro.connect.jdbc.RangeSizes;
import org.tofro.connect.jdbc.ReadPlan;
import org.tofro.connect.jdbc.ReadRange;
import org.tofro.connect.jdbc.ReadSource;
import org.tofro.connect.jdbc.SingleQuery;
import org.tofro.connect.jdbc.SplitDecision;
import org.tofro.connect.jdbc.SqlTokens;
import org.tofro.connect.jdbc.mysql.MysqlColumns.Described;
import org.tofro.connect.types.ColumnSelection;
import org.tofro.connect.types.TypedColumn;
import org.tofro.data.Schema;
import org.tofro.data.SqlScript;
import org.tofro.data.TableName;
import org.tofro.problem.Spelling;

/** Decides how to read a source of MySQL, from the server's catalogue and its indexes; reads no row. */
final class MysqlPlanner {
    private final ExtractRequest request;
    private final MysqlSession session;
    private @Nullable MysqlTable table;

    MysqlPlanner(ExtractRequest request, MysqlSession session) {
        this.request = request;
        this.session = session;
    }

    /** The one table that the plan reads, quoted; null where it reads others too. */
    @Nullable
    String table() {
        return table == null ? null : table.sql();
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
        List<Described> described;
        boolean indexed = false;
        if (source instanceof ReadSource.OfTable of) {
            MysqlTable read = readable(of.table());
            from = read.sql();
            described = describe(read, of.table());
            select = "SELECT " + (request.columns().isEmpty() ? "*" : chosenOrAll(described)) + " FROM " + from;
            origin = "table " + of.table();
            indexed = read.hasIndex(List.of(cursor.column()));
        } else {
            SqlScript script = ((ReadSource.OfSql) source).sql();
            from = "(" + single(script) + "\n) AS source";
            select = "SELECT * FROM " + from;
            origin = script.origin();
            described = describe(script, single(script));
        }
        MysqlType type = MysqlColumns.byName(described).get(cursor.column());
        if (type == null) {
            throw CursorRead.withoutColumn(
                    request, cursor.column(), MysqlColumns.byName(described).keySet());
        }
        CursorRead.Stretch stretch =
                CursorRead.find(request, new MysqlCursorValues(request, session), cursor, type, from);
        List<String> key = request.splitBy().isEmpty() && indexed ? List.of(cursor.column()) : request.splitBy();
        MysqlPlanner planner = new MysqlPlanner(
                request.reading(
                        new ReadSource.OfSql(new SqlScript(select + "\nWHERE " + stretch.condition(), origin)), key),
                session);
        PlannedRead read = planner.plan();
        table = planner.table;
        return read.stretch(stretch, request);
    }

    private PlannedRead planTable(TableName name) throws SQLException {
        MysqlTable read = readable(name);
        table = read;
        List<Described> described = describe(read, name);
        List<TypedColumn> columns = choose(described);
        SplitDecision split = new MysqlRanges(request, session, read, MysqlColumns.byName(described), null).decide();
        String select = "SELECT " + MysqlReader.list(columns) + " FROM " + read.sql();
        return planned(columns, split, range -> where(select, range));
    }

    private MysqlTable readable(TableName name) throws SQLException {
        MysqlTable found = MysqlTable.of(session, request.database(), name);
        if (found == null) {
            throw ExtractException.permanent("%s: there is no table '%s' that user '%s' may see%s"
                    .formatted(
                            request.where(),
                            name,
                            request.server().user(),
                            meant(name, MysqlTable.names(session, request.database()))));
        }
        return found;
    }

    /** The columns of a table; where the user may not read all of them, those that it may, if they are chosen by name. */
    private List<Described> describe(MysqlTable read, TableName name) throws SQLException {
        try {
            return MysqlColumns.of(session, "SELECT * FROM " + read.sql() + " LIMIT 0");
        } catch (SQLException e) {
            if (!MysqlErrors.isDenied(e)) {
                throw e;
            }
            List<String> readable = read.readableColumns(session);
            demandChosen(readable, name);
            return MysqlColumns.of(session, "SELECT " + quoted(readable) + " FROM " + read.sql() + " LIMIT 0");
        }
    }

    private void demandChosen(List<String> readable, TableName table) {
        List<String> chosen =
                request.columns().stream().map(column -> column.name()).toList();
        String user = request.server().user();
        if (readable.isEmpty()) {
            throw ExtractException.permanent("%s: user '%s' may not read table '%s'; grant SELECT on it"
                    .formatted(request.where(), user, table));
        }
        if (chosen.isEmpty() || !readable.containsAll(chosen)) {
            throw ExtractException.permanent(
                    "%s: user '%s' may read only '%s' of table '%s'; choose from them in `columns`"
                            .formatted(request.where(), user, String.join("', '", readable), table));
        }
    }

    private static String quoted(List<String> columns) {
        return columns.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
    }

    /** Only what comes close: a database may have thousands of tables. */
    private static String meant(TableName table, Collection<String> known) {
        return Spelling.nearest(table.name(), known)
                .map(name -> "; did you mean '" + name + "'?")
                .orElse("");
    }

    private PlannedRead planSql(SqlScript script) throws SQLException {
        String sql = single(script);
        List<Described> described = describe(script, sql);
        List<TypedColumn> columns = choose(described);
        String select = "SELECT " + MysqlReader.list(columns) + " FROM (";
        String oneReader = RangeSizes.oneReader(request);
        MysqlQuery query = MysqlQuery.of(sql);
        TableName name = query.table();
        MysqlTable read = name == null ? null : MysqlTable.of(session, request.database(), name);
        if (oneReader != null || read == null) {
            String why = query.obstacle() != null ? query.obstacle() : "what it reads from is no table";
            return planned(
                    columns,
                    SplitDecision.whole(
                            oneReader != null ? oneReader : "one reader: the query is not split, because " + why),
                    range -> select + sql + "\n) AS source");
        }
        table = read;
        List<Described> all = MysqlColumns.of(session, "SELECT * FROM " + read.sql() + " LIMIT 0");
        SplitDecision split = query.isCheaperWhole(session, read)
                ? SplitDecision.whole("one reader: the server finds the query's rows by an index for less")
                : new MysqlRanges(request, session, read, MysqlColumns.byName(all), query.condition()).decide();
        return planned(columns, split, range -> select + query.of(range) + "\n) AS source");
    }

    /** The columns of a query; the server counts the lines of the user's own text. */
    private List<Described> describe(SqlScript script, String sql) throws SQLException {
        try {
            return MysqlColumns.of(session, "SELECT * FROM (" + sql + "\n) AS source LIMIT 0");
        } catch (SQLException e) {
            throw MysqlErrors.inQuery(request, script.origin(), e);
        }
    }

    private List<TypedColumn> choose(List<Described> described) {
        ColumnSelection selection = new ColumnSelection(request.where());
        described.forEach(column -> selection.add(column.name(), column.type()));
        return selection.choose(request.columns());
    }

    /** All where one of them is not there, so that the choice of columns says so. */
    private String chosenOrAll(List<Described> described) {
        List<String> known = described.stream().map(Described::name).toList();
        List<String> chosen = request.columns().stream()
                .map(column -> column.name())
                .distinct()
                .toList();
        return quoted(known.containsAll(chosen) ? chosen : known);
    }

    /** The query without the semicolon that may end it, and with what MySQL 8 reserves in quotes. */
    private static String single(SqlScript script) {
        return ReservedWords.quoted(SingleQuery.of(script, SqlTokens.ofMysql(script.text())));
    }

    private static String where(String select, ReadRange range) {
        return range.equals(ReadRange.WHOLE) ? select : select + "\nWHERE " + range.condition("");
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
