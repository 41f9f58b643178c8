package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.tofro.connect.StepRefusal;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;

/**
 * The rows of a staging table that are to be published: all of them, or the first of each key.
 *
 * @param key the key, which may be unknown
 * @param order which row of a key comes first; empty where all are taken
 * @param staged the rows of the staging table
 * @param leftOut those of them that are not taken
 */
record StagedRows(Key key, List<RowOrder> order, long staged, long leftOut) {
    /** All rows, whatever their keys. */
    static StagedRows all(Key key, long staged) {
        return new StagedRows(key, List.of(), staged, 0);
    }

    /**
     * The rows, one of each key. Where a key has several, the order says which is taken; without an order they are refused,
     * and so is an order that leaves open which of several different rows comes first. Rows that are alike in every column
     * count as one then: whichever is taken, the same is published.
     */
    static StagedRows oneOfEach(
            WarehouseSession session, RunContext run, Key key, List<RowOrder> order, long staged, List<String> notes)
            throws SQLException, StepRefusal {
        key.demandStaged();
        demandStaged(key, order);
        key.demandValues(session);
        Key.Repeated repeated = key.repeated(session);
        if (repeated.keys() == 0) {
            return all(key, staged);
        }
        TableName source = key.tables().source();
        if (order.isEmpty()) {
            Guards.refuse(
                    run,
                    "duplicates",
                    notes,
                    source + " has " + key.counted(repeated.keys())
                            + " with more than one row. `order_by` says for good which of them is taken",
                    "takes all of them for this run");
            return all(key, staged);
        }
        StagedRows rows = new StagedRows(key, order, staged, repeated.surplus());
        rows.demandDecided(session);
        notes.add("left out " + repeated.surplus() + " row" + (repeated.surplus() == 1 ? "" : "s") + " of "
                + key.counted(repeated.keys()) + " that came more than once (order_by " + shown(order) + ")");
        return rows;
    }

    private static void demandStaged(Key key, List<RowOrder> order) throws StepRefusal {
        TableShape from = key.tables().from();
        for (RowOrder each : order) {
            if (from.field(each.column()) == null) {
                throw new StepRefusal("order_by names '" + each.column() + "', which " + from.name()
                        + " does not have; its columns are " + String.join(", ", from.names()));
            }
        }
    }

    private void demandDecided(WarehouseSession session) throws SQLException, StepRefusal {
        TableShape from = key.tables().from();
        String first = "SELECT " + key.list() + " FROM (" + numbered("rank") + ") AS ranked WHERE " + place()
                + " = 1 GROUP BY " + from.apart(from.names());
        long open = session.number("SELECT count(*) FROM (SELECT " + key.list() + " FROM (" + first
                + ") AS firsts GROUP BY " + key.apart() + " HAVING count(*) > 1) AS undecided");
        if (open > 0) {
            throw new StepRefusal(key.tables().source() + " has " + key.counted(open)
                    + " with several different rows that come first by order_by "
                    + shown(order) + ". Nothing was changed; add a column to order_by that decides between them");
        }
    }

    private String numbered(String function) {
        TablePair tables = key.tables();
        return "SELECT " + tables.columns() + ", " + function + "() OVER (PARTITION BY " + key.apart() + " ORDER BY "
                + RowOrder.sql(order) + ") AS " + place() + " FROM "
                + tables.source().sql();
    }

    /** A name that no staged column has; Redshift takes upper and lower case for one. */
    private String place() {
        String name = "tofro_place";
        List<String> taken = key.tables().from().names().stream()
                .map(column -> column.toLowerCase(Locale.ROOT))
                .toList();
        while (taken.contains(name)) {
            name += "_";
        }
        return name;
    }

    private static String shown(List<RowOrder> order) {
        return order.stream().map(RowOrder::toString).collect(Collectors.joining(", "));
    }

    /** The rows as FROM names them, by the tables' alias. */
    String sql() {
        TablePair tables = key.tables();
        String rows = leftOut == 0
                ? tables.source().sql()
                : "(SELECT " + tables.columns() + " FROM (" + numbered("row_number") + ") AS ranked WHERE " + place()
                        + " = 1)";
        return rows + " AS " + tables.alias();
    }

    /** The statement that inserts them. */
    String insert() {
        TablePair tables = key.tables();
        return "INSERT INTO " + tables.destination().sql() + " (" + tables.columns() + ") SELECT "
                + tables.columns(tables.alias()) + " FROM " + sql();
    }
}
