package org.tofro.connect.kvs;

/** How the rows of a key become a field. */
public enum Collect {
    /** The value of its one row. */
    ONE,
    /** The different values, in the order of their type. */
    SET,
    /** The values in an order, equal ones too. */
    LIST,
    /** One value by another. */
    MAP,
    /** The first values of an order. */
    TOP_N,
    /** A JSON array with an object for each row. */
    JSON,
    /** How many rows there are. */
    COUNT;

    /** Whether all value columns make one field, which then needs a name. */
    public boolean joins() {
        return this == MAP || this == JSON || this == COUNT;
    }
}
