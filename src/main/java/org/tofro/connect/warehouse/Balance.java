package org.tofro.connect.warehouse;

import java.sql.SQLException;
import org.tofro.data.TableName;

/**
 * The counts of one publication, each from a counter of its own, and whether they add up.
 *
 * @param tables the two tables
 * @param staged rows of the staging table, by a query
 * @param leftOut rows of them that are not to be published, by a query
 * @param before rows of the production table before, by a query
 * @param due rows of it that are to go, by a query; what DELETE reports where only DELETE finds them
 * @param deleted rows that DELETE reports
 * @param inserted rows that INSERT reports
 * @param after rows of the production table after, by a query
 */
record Balance(
        TablePair tables, long staged, long leftOut, long before, long due, long deleted, long inserted, long after) {
    static long count(WarehouseSession session, TableName table) throws SQLException {
        return session.number("SELECT count(*) FROM " + table.sql());
    }

    /** Throws, so that the transaction is rolled back, unless every row is accounted for. */
    void demandEven(String mode) throws WarehouseException {
        if (inserted == staged - leftOut && deleted == due && after == before - deleted + inserted) {
            return;
        }
        String left = leftOut == 0 ? "" : ", of which " + leftOut + " are left out";
        String gone = deleted == due ? "" : " instead of " + due;
        String held = deleted == due && deleted == before
                ? ""
                : tables.destination() + " held " + before + (due == 0 ? "" : ", DELETE reports " + deleted + gone)
                        + ", ";
        throw new WarehouseException(
                tables.source() + " holds " + staged + " rows" + left + ", " + held + "INSERT reports " + inserted
                        + " and " + tables.destination() + " would hold " + after + "; the " + mode
                        + " was rolled back",
                false,
                null);
    }
}
