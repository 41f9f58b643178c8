package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.tofro.connect.StepRefusal;
import org.tofro.data.RedshiftType;
import org.tofro.data.TableName;

/**
 * The columns by which a row that is staged is known again in the production table. Redshift enforces no key, so whatever
 * depends on one asks for it here.
 *
 * @param tables the two tables
 * @param columns the key's columns; none where no key is known
 */
record Key(TablePair tables, List<String> columns) {
    static final String NOT_CHECKED = "duplicates: not checked (no primary_key)";

    /** Keys with more than one staged row: how many, and the rows beyond the first of each. */
    record Repeated(long keys, long surplus) {}

    boolean isKnown() {
        return !columns.isEmpty();
    }

    /** The columns as a message shows them. */
    String shown() {
        return "(" + String.join(", ", columns) + ")";
    }

    /** The columns as SQL lists them. */
    String list() {
        return TableShape.list(columns);
    }

    /** The columns as SQL lists them to group staged rows by their keys. */
    String apart() {
        return tables.from().apart(columns);
    }

    /** A number of keys, as a message says it. */
    String counted(long keys) {
        return keys + " key" + (keys == 1 ? "" : "s") + " " + shown();
    }

    /** Refuses a key of columns that are not staged. */
    void demandStaged() throws StepRefusal {
        for (String column : columns) {
            if (tables.from().field(column) == null) {
                throw new StepRefusal("primary_key names '" + column + "', which " + tables.source()
                        + " does not have; its columns are "
                        + String.join(", ", tables.from().names()));
            }
        }
    }

    /** Refuses staged rows without a whole key: NULL equals nothing, so they would come anew with every run. */
    void demandValues(WarehouseSession session) throws SQLException, StepRefusal {
        String missing = columns.stream()
                .map(column -> TableName.quote(column) + " IS NULL")
                .collect(Collectors.joining(" OR "));
        long without = session.number("SELECT count(*) FROM " + tables.source().sql() + " WHERE " + missing);
        if (without > 0) {
            throw new StepRefusal(tables.source() + " has " + without + " row" + (without == 1 ? "" : "s")
                    + " with NULL in the key " + shown()
                    + ". Nothing was changed; leave them out of the extract, or give a primary_key that every row has");
        }
    }

    Repeated repeated(WarehouseSession session) throws SQLException {
        return session.first(
                        row -> new Repeated(row.getLong(1), row.getLong(2)),
                        "SELECT count(*), coalesce(sum(times - 1), 0) FROM (SELECT count(*) AS times FROM "
                                + tables.source().sql() + " GROUP BY " + apart()
                                + " HAVING count(*) > 1) AS repeated")
                .orElseThrow();
    }

    /**
     * The condition under which a staged row by the tables' alias and a row of the destination have one key. The columns
     * themselves are compared, by which the server joins in place; the lengths of texts tell those apart that it takes for
     * equal.
     */
    String matches() {
        return columns.stream().map(this::matches).collect(Collectors.joining(" AND "));
    }

    private String matches(String column) {
        String target = TableName.quote(tables.destination().name()) + "." + TableName.quote(column);
        String equal = compared(column) + " = " + target;
        TableShape.Field to = tables.to().field(column);
        return to != null && to.keepsBlanks()
                ? equal + " AND octet_length(" + held(column, to) + ") = octet_length(" + target + ")"
                : equal;
    }

    /** The staged value as a varchar of the destination will hold it: of a char, without the blanks that fill it up. */
    private String held(String column, TableShape.Field to) {
        TableShape.Field from = tables.from().field(column);
        return from == null || from.keepsBlanks() ? staged(column) : cast(column, to);
    }

    private String staged(String column) {
        return tables.alias() + "." + TableName.quote(column);
    }

    private String cast(String column, TableShape.Field to) {
        return "CAST(" + staged(column) + " AS " + to.type() + ")";
    }

    /** The staged value as the destination will hold it, because an integer and a varchar do not compare. */
    private String compared(String column) {
        TableShape.Field from = tables.from().field(column);
        TableShape.Field to = tables.to().field(column);
        if (from == null || to == null || family(from.type()).equals(family(to.type()))) {
            return staged(column);
        }
        return cast(column, to);
    }

    private static String family(String type) {
        return RedshiftType.parse(type)
                .map(known -> switch (known.kind()) {
                    case SMALLINT, INTEGER, BIGINT, DECIMAL, REAL, DOUBLE -> "a number";
                    case CHAR, VARCHAR -> "a text";
                    default -> known.ddl();
                })
                .orElse(type);
    }

    /** How many keys of these rows stand in the destination, and how many of the rows have one of them. */
    Standing standing(WarehouseSession session, StagedRows rows) throws SQLException {
        return session.first(
                        row -> new Standing(row.getLong(1), row.getLong(2)),
                        "SELECT count(*), coalesce(sum(times), 0) FROM (SELECT count(*) AS times FROM " + rows.sql()
                                + " WHERE " + exists() + " GROUP BY " + apart() + ") AS standing")
                .orElseThrow();
    }

    /** Keys of staged rows that stand in the destination: how many, and the staged rows that have them. */
    record Standing(long keys, long rows) {}

    /** The condition that the key of a staged row stands in the destination. */
    String exists() {
        return "EXISTS (SELECT 1 FROM " + tables.destination().sql() + " WHERE " + matches() + ")";
    }
}
