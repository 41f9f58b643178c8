package org.tofro.connect.cassandra;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.Mask;
import org.tofro.settings.Secret;

/**
 * One entry of a step's {@code columns:}.
 *
 * @param what what of the column is taken
 * @param name the column, in Cassandra's own spelling
 * @param as its name in the warehouse; null for the same
 * @param type its type in the warehouse, in Redshift's spelling; null for the one that follows from Cassandra's
 * @param mask what is staged in place of its values; null for the values
 */
public record CassandraColumn(
        What what,
        String name,
        @Nullable String as,
        @Nullable String type,
        @Nullable Mask mask) implements Serializable {
    /** A column whose values are staged as they are. */
    public CassandraColumn(What what, String name, @Nullable String as, @Nullable String type) {
        this(what, name, as, type, null);
    }

    /** The same, masked by that key where it is masked by one. */
    public CassandraColumn withKey(@Nullable Secret key) {
        return mask == null ? this : new CassandraColumn(what, name, as, type, new Mask(mask.kind(), key));
    }

    /** What can be taken of a column. */
    public enum What {
        VALUE,
        /** The moment at which its value was written, in microseconds since 1970 unless the writer said otherwise. */
        WRITETIME,
        /** The seconds that its value has left to live. */
        TTL
    }

    /** How it is named among the source's columns. */
    String source() {
        return switch (what) {
            case VALUE -> name;
            case WRITETIME -> "writetime(" + name + ")";
            case TTL -> "ttl(" + name + ")";
        };
    }
}
