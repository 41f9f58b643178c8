package org.tofro.connect.jdbc;

import org.tofro.data.TableName;

/** What of a value is staged. */
enum Form {
    /** The text that the server prints for it. */
    PRINTED("as printed"),

    /** Two hexadecimal digits a byte, which COPY reads into varbyte. */
    HEX("as hexadecimal digits"),

    /** The same for the bytes of a text. */
    HEX_OF_TEXT("as hexadecimal digits of its text in UTF-8"),

    /** A real's number in full: the shortest text that means it as a real means another number as a double. */
    AS_DOUBLE("as double precision prints it");

    private final String words;

    Form(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** The expression in a select list. */
    String sql(String column, ServerEncoding encoding) {
        String name = TableName.quote(column);
        return switch (this) {
            case PRINTED -> name;
            case HEX -> "pg_catalog.encode(%s, 'hex')".formatted(name);
            // A cast to text would take the padding off a char and add a netmask to an inet; IS NULL is true of a row
            // of
            // NULLs, and format() makes an empty string of NULL.
            case HEX_OF_TEXT ->
                ("CASE WHEN %1$s IS DISTINCT FROM NULL THEN"
                                + " pg_catalog.encode(pg_catalog.convert_to(pg_catalog.format('%%s', %1$s), '%2$s'), 'hex') END")
                        .formatted(name, encoding.sent());
            case AS_DOUBLE -> "CAST(%s AS pg_catalog.float8)".formatted(name);
        };
    }
}
