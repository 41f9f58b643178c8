package org.tofro.connect.jdbc.mysql;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.tofro.data.TableName;

/** Names and strings as MySQL's SQL writes them, in every mode of the server. */
final class Identifiers {
    private Identifiers() {}

    /** A name in backquotes. */
    static String quote(String name) {
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("an identifier cannot hold a NUL character");
        }
        return '`' + name.replace("`", "``") + '`';
    }

    /** A table's name; its schema is a database. */
    static String quote(TableName table) {
        return table.schema() == null ? quote(table.name()) : quote(table.schema()) + "." + quote(table.name());
    }

    /** A string by the digits of its bytes: what a backslash means depends on the server's mode. */
    static String string(String text) {
        return "_utf8mb4 x'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
    }
}
