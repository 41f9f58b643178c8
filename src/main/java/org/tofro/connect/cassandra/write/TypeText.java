package org.tofro.connect.cassandra.write;

import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.DataTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads a type as CQL spells it, such as {@code frozen<map<text, bigint>>}. */
final class TypeText {
    private final String text;
    private int at;

    private TypeText(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException where it is no type, or one that only a keyspace knows */
    static DataType parse(String text) {
        TypeText reader = new TypeText(text.strip());
        DataType type = reader.type(false);
        if (reader.at != reader.text.length()) {
            throw reader.unknown();
        }
        return type;
    }

    private IllegalArgumentException unknown() {
        return new IllegalArgumentException("'" + text + "' is no type that can be written");
    }

    private DataType type(boolean frozen) {
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        String name = text.substring(start, at).toLowerCase(Locale.ROOT);
        return switch (name) {
            case "frozen" -> {
                expect('<');
                DataType inner = type(true);
                expect('>');
                yield inner;
            }
            case "list" -> DataTypes.listOf(parts(1).get(0), frozen);
            case "set" -> DataTypes.setOf(parts(1).get(0), frozen);
            case "map" -> {
                List<DataType> parts = parts(2);
                yield DataTypes.mapOf(parts.get(0), parts.get(1), frozen);
            }
            case "tuple" -> DataTypes.tupleOf(parts(0).toArray(DataType[]::new));
            case "vector" -> {
                expect('<');
                DataType element = type(false);
                expect(',');
                int from = at;
                while (at < text.length() && Character.isDigit(text.charAt(at))) {
                    at++;
                }
                if (from == at || at - from > 5) {
                    throw unknown();
                }
                int dimensions = Integer.parseInt(text.substring(from, at));
                expect('>');
                yield DataTypes.vectorOf(element, dimensions);
            }
            default -> single(name);
        };
    }

    private List<DataType> parts(int count) {
        expect('<');
        List<DataType> parts = new ArrayList<>();
        do {
            parts.add(type(false));
        } while (has(','));
        expect('>');
        if (count > 0 && parts.size() != count) {
            throw unknown();
        }
        return parts;
    }

    private DataType single(String name) {
        return switch (name) {
            case "ascii" -> DataTypes.ASCII;
            case "text", "varchar" -> DataTypes.TEXT;
            case "bigint" -> DataTypes.BIGINT;
            case "int" -> DataTypes.INT;
            case "smallint" -> DataTypes.SMALLINT;
            case "tinyint" -> DataTypes.TINYINT;
            case "varint" -> DataTypes.VARINT;
            case "counter" -> DataTypes.COUNTER;
            case "double" -> DataTypes.DOUBLE;
            case "float" -> DataTypes.FLOAT;
            case "decimal" -> DataTypes.DECIMAL;
            case "boolean" -> DataTypes.BOOLEAN;
            case "date" -> DataTypes.DATE;
            case "time" -> DataTypes.TIME;
            case "timestamp" -> DataTypes.TIMESTAMP;
            case "duration" -> DataTypes.DURATION;
            case "uuid" -> DataTypes.UUID;
            case "timeuuid" -> DataTypes.TIMEUUID;
            case "blob" -> DataTypes.BLOB;
            case "inet" -> DataTypes.INET;
            default -> throw unknown();
        };
    }

    private void expect(char c) {
        if (!has(c)) {
            throw unknown();
        }
    }

    private boolean has(char c) {
        skipBlanks();
        if (at == text.length() || text.charAt(at) != c) {
            return false;
        }
        at++;
        skipBlanks();
        return true;
    }

    private void skipBlanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }
}
