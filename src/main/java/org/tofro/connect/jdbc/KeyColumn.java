package org.tofro.connect.jdbc;

import java.util.Optional;
import org.tofro.connect.jdbc.keys.KeyKind;
import org.tofro.data.TableName;

/**
 * A column of the key by whose ranges a source is read.
 *
 * @param name as the source has it
 * @param type PostgreSQL's own name of its type
 * @param kind what its values are
 */
record KeyColumn(String name, String type, KeyKind kind) {
    /** The column, or nothing where ranges of its type cannot be made. */
    static Optional<KeyColumn> of(String name, PostgresType type) {
        return kind(type.typeName()).map(kind -> new KeyColumn(name, base(type.typeName()), kind));
    }

    private static Optional<KeyKind> kind(String type) {
        return Optional.ofNullable(
                switch (base(type)) {
                    case "int2", "int4", "int8", "oid" -> KeyKind.INTEGER;
                    case "numeric" -> KeyKind.DECIMAL;
                    case "date" -> KeyKind.DATE;
                    case "timestamp", "timestamptz" -> KeyKind.TIMESTAMP;
                    case "uuid" -> KeyKind.UUID;
                    case "text", "varchar", "bpchar" -> KeyKind.TEXT;
                    default -> null;
                });
    }

    /** The driver calls a column with a sequence by a name that no cast knows. */
    private static String base(String type) {
        return switch (type) {
            case "smallserial" -> "int2";
            case "serial" -> "int4";
            case "bigserial" -> "int8";
            default -> type;
        };
    }

    String sql() {
        return TableName.quote(name);
    }

    /**
     * A value of the column as SQL.
     *
     * @param escaped the value, its quotes doubled
     */
    String literal(String escaped) {
        return "'" + escaped + "'::pg_catalog." + type;
    }
}
