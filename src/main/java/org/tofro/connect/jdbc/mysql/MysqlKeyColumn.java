package org.tofro.connect.jdbc.mysql;

import java.util.Optional;
import org.tofro.connect.jdbc.keys.KeyKind;

/**
 * A column of the key by whose ranges a table is read.
 *
 * @param name as the table has it
 * @param kind what its values are
 * @param nullable whether rows may have none
 */
record MysqlKeyColumn(String name, KeyKind kind, boolean nullable) {
    /** The column, or nothing where ranges of its type cannot be made. */
    static Optional<MysqlKeyColumn> of(String name, MysqlType type) {
        return Optional.ofNullable(
                        switch (type.name()) {
                            case "tinyint", "smallint", "mediumint", "int", "bigint", "year" -> KeyKind.INTEGER;
                            case "decimal" -> KeyKind.DECIMAL;
                            case "date" -> KeyKind.DATE;
                            case "datetime", "timestamp" -> KeyKind.TIMESTAMP;
                            case "char", "varchar" -> KeyKind.TEXT;
                            case "binary", "varbinary" -> KeyKind.BINARY;
                            default -> null;
                        })
                .map(kind -> new MysqlKeyColumn(name, kind, type.nullable()));
    }

    String sql() {
        return Identifiers.quote(name);
    }

    /** Its values in a select list, as keys hold them. */
    String printed() {
        return kind == KeyKind.BINARY ? "HEX(" + sql() + ")" : sql();
    }

    /** A value as SQL; the server takes a string for a date where it stands beside one, zero dates too. */
    String literal(String value) {
        return switch (kind) {
            case INTEGER, DECIMAL -> number(value);
            case BINARY -> "x'" + value + "'";
            default -> Identifiers.string(value);
        };
    }

    private static String number(String value) {
        if (!value.matches("-?[0-9]+(\\.[0-9]+)?")) {
            throw new IllegalArgumentException("no number");
        }
        return value;
    }
}
