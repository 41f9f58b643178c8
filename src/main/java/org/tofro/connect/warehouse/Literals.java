package org.tofro.connect.warehouse;

/**
 * String literals for the statements that take no bind parameters: COPY, UNLOAD and DDL.
 *
 * <p>Redshift reads a backslash in a plain literal as an escape, so doubling quotes alone would be injectable; both are
 * escaped. See "String literals" and "COPY" in the Amazon Redshift Database Developer Guide.
 */
final class Literals {
    private Literals() {}

    static String quote(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a literal cannot hold a NUL character");
        }
        return '\'' + value.replace("\\", "\\\\").replace("'", "''") + '\'';
    }
}
