package org.tofro.connect.jdbc.keys;

import org.jspecify.annotations.Nullable;

/**
 * Keys that follow one another in the server's order; NULL is in none.
 *
 * @param from the first key; null for no beginning
 * @param before the key after the last one; null for no end
 */
public record KeyRange(@Nullable Key from, @Nullable Key before) {
    public static final KeyRange ALL = new KeyRange(null, null);
}
