package org.tofro.connect.jdbc.keys;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What a split asks the server: each question is a step into an index, or is given up when it takes too long. */
public interface KeyIndex {
    /** The first key of the range; empty where it has none. */
    Optional<Key> first(KeyRange range) throws SQLException;

    /**
     * The greatest value of a column among the range's keys that begin with the prefix; there is one.
     *
     * @param prefix values of the columns before it
     */
    String greatest(KeyRange range, List<String> prefix) throws SQLException;

    /**
     * The range's first key that begins with the prefix and whose next column is at least a value, other than the key at
     * which the range begins; empty where there is none.
     */
    Optional<Key> next(KeyRange range, List<String> prefix, String atLeast) throws SQLException;

    /** The keys in the server's order, each once. */
    List<Key> sorted(Collection<Key> keys) throws SQLException;

    /** Whether counting the range's rows takes longer than a range should. */
    boolean heavy(KeyRange range) throws SQLException;

    /** Whether there is time left to cut ranges again. */
    boolean hasTime();
}
