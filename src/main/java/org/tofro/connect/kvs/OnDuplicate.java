package org.tofro.connect.kvs;

/** What happens where a key has more rows than its field takes. */
public enum OnDuplicate {
    /** The step is refused, with how many keys there are. */
    FAIL,
    /** The first by the order is taken. */
    FIRST,
    /** The last by the order is taken. */
    LAST,
    /** The one with the smallest values is taken, and how many keys there are is noted. */
    SMALLEST
}
