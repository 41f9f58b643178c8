package org.tofro.connect.jdbc.mysql;

/** What becomes of dates with a month or a day of zero, which MySQL has and nobody else. */
public enum ZeroDates {
    /** There must be none where Redshift is to have a date of them. */
    FAIL,
    /** They become NULL, and the report says how many. */
    NULL
}
