package org.tofro.connect.warehouse;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import org.tofro.data.TableName;

/**
 * A column by whose values it is decided which of several rows of one key is taken: the row that comes first.
 *
 * @param column the column
 * @param descending whether the largest value comes first; a row without a value comes last either way
 */
public record RowOrder(String column, boolean descending) implements Serializable {
    /** NULLS LAST, because Redshift and PostgreSQL take NULL for the largest of all values. */
    private String sql() {
        return TableName.quote(column) + (descending ? " DESC" : " ASC") + " NULLS LAST";
    }

    static String sql(List<RowOrder> order) {
        return order.stream().map(RowOrder::sql).collect(Collectors.joining(", "));
    }

    /** As the plan and messages show it. */
    @Override
    public String toString() {
        return column + (descending ? " desc" : "");
    }
}
