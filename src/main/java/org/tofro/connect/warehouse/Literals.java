package org.tofro.connect.warehouse;

import java.io.Serializable;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Literals for the statements that take no bind parameters, COPY, UNLOAD and DDL, and for the values of scripts, whose type
 * has to follow from their place as it does for what is written there by hand.
 *
 * <p>Redshift reads a backslash in a plain literal as an escape, so doubling quotes alone would be injectable; both are
 * escaped. See "String literals" and "COPY" in the Amazon Redshift Database Developer Guide.
 */
final class Literals {
    private Literals() {}

    static String quote(String value) {
        return '\'' + inside(value) + '\'';
    }

    /** A text as a part of a string that something else begins and ends. */
    static String inside(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a literal cannot hold a NUL character");
        }
        return value.replace("\\", "\\\\").replace("'", "''");
    }

    /** A text, a number, true, false or null. */
    static String of(@Nullable Serializable value) {
        if (value == null) {
            return "NULL";
        }
        if (value instanceof Boolean flag) {
            return flag ? "TRUE" : "FALSE";
        }
        if (value instanceof BigDecimal number) {
            // A minus behind a minus would begin a comment.
            return number.signum() < 0 ? "(" + number.toPlainString() + ")" : number.toPlainString();
        }
        return quote((String) value);
    }
}
