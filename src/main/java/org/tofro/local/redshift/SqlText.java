package org.tofro.local.redshift;

/** Literals and names that the front writes into SQL for PostgreSQL. */
final class SqlText {
    private SqlText() {}

    /** A string literal that means the same whatever {@code standard_conforming_strings} says. */
    static String literal(String value) {
        return "E'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** A quoted identifier. */
    static String name(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
