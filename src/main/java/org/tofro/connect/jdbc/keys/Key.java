package org.tofro.connect.jdbc.keys;

import java.util.List;

/**
 * A key, a value per column.
 *
 * @param values as the server prints them; none is NULL
 */
public record Key(List<String> values) {
    public Key {
        values = List.copyOf(values);
    }

    /** Keys are row data, which no message may show. */
    @Override
    public String toString() {
        return "a key of " + values.size() + (values.size() == 1 ? " column" : " columns");
    }
}
