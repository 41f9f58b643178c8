package org.tofro.connect.warehouse;

import java.io.Serializable;
import java.util.List;
import org.tofro.data.RedshiftType;

/**
 * A query whose rows belong to keys.
 *
 * @param query one query
 * @param origin where it stands, for messages
 * @param keys its columns that make up the key, in the key's order
 * @param others the columns that are wanted beside, in the files' order; one may come twice
 */
public record KeyedQuery(String query, String origin, List<KeyColumn> keys, List<OtherColumn> others)
        implements Serializable {
    public KeyedQuery {
        keys = List.copyOf(keys);
        others = List.copyOf(others);
    }

    /**
     * A part of the key.
     *
     * @param name the query's column
     * @param form what its values are
     */
    public record KeyColumn(String name, KeyForm form) implements Serializable {}

    /**
     * A column beside the key.
     *
     * @param name the query's column
     * @param type its type
     */
    public record OtherColumn(String name, RedshiftType type) implements Serializable {}

    /** What the values of a key's part are, and so how they are written. */
    public enum KeyForm {
        INTEGER,
        TEXT,
        /** Text of 36 characters, in lower case. */
        UUID
    }
}
