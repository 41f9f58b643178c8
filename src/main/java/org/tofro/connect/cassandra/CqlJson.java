package org.tofro.connect.cassandra;

import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.ListType;
import com.datastax.oss.driver.api.core.type.MapType;
import com.datastax.oss.driver.api.core.type.SetType;
import com.datastax.oss.driver.api.core.type.TupleType;
import com.datastax.oss.driver.api.core.type.UserDefinedType;
import com.datastax.oss.driver.api.core.type.VectorType;
import com.datastax.oss.protocol.internal.ProtocolConstants;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values of many parts as JSON text, exactly. Lists, sets, vectors and tuples are arrays; a map is an object whose keys
 * are the text of its own; a user-defined type is an object of its fields. Numbers and booleans stand bare, but NaN and
 * Infinity, as JSON has none, in quotes; blobs are {@code "0x..."}, moments {@code "2014-09-01 08:00:00.25Z"}; all else is
 * its text in quotes. What is missing is null.
 */
final class CqlJson {
    private CqlJson() {}

    static byte[] text(DataType type, ByteBuffer value) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(Math.max(64, 2 * value.remaining()));
        write(type, value.duplicate(), json);
        return json.toByteArray();
    }

    private static void write(DataType type, @Nullable ByteBuffer value, ByteArrayOutputStream json) {
        if (value == null) {
            ascii("null", json);
        } else if (type instanceof ListType list) {
            elements(list.getElementType(), value, json);
        } else if (type instanceof SetType set) {
            elements(set.getElementType(), value, json);
        } else if (type instanceof MapType map) {
            entries(map, value, json);
        } else if (type instanceof UserDefinedType own) {
            fields(own, value, json);
        } else if (type instanceof TupleType tuple) {
            json.write('[');
            List<DataType> types = tuple.getComponentTypes();
            for (int i = 0; i < types.size(); i++) {
                separate(i, json);
                write(types.get(i), part(value), json);
            }
            json.write(']');
        } else if (type instanceof VectorType vector) {
            vector(vector, value, json);
        } else {
            single(type, value, json);
        }
    }

    private static void elements(DataType element, ByteBuffer value, ByteArrayOutputStream json) {
        json.write('[');
        int size = value.hasRemaining() ? value.getInt() : 0;
        for (int i = 0; i < size; i++) {
            separate(i, json);
            write(element, part(value), json);
        }
        json.write(']');
    }

    private static void entries(MapType map, ByteBuffer value, ByteArrayOutputStream json) {
        json.write('{');
        int size = value.hasRemaining() ? value.getInt() : 0;
        for (int i = 0; i < size; i++) {
            separate(i, json);
            ByteArrayOutputStream key = new ByteArrayOutputStream();
            write(map.getKeyType(), part(value), key);
            byte[] text = key.toByteArray();
            if (text[0] == '"') {
                json.write(text, 0, text.length);
            } else {
                string(ByteBuffer.wrap(text), json);
            }
            json.write(':');
            write(map.getValueType(), part(value), json);
        }
        json.write('}');
    }

    /** A value that was written before its type got a field ends before that. */
    private static void fields(UserDefinedType own, ByteBuffer value, ByteArrayOutputStream json) {
        json.write('{');
        for (int i = 0; i < own.getFieldNames().size(); i++) {
            separate(i, json);
            string(own.getFieldNames().get(i).asInternal(), json);
            json.write(':');
            write(own.getFieldTypes().get(i), part(value), json);
        }
        json.write('}');
    }

    /** Elements of a fixed size stand side by side; others have their sizes in front, as {@link #unsigned} reads them. */
    private static void vector(VectorType vector, ByteBuffer value, ByteArrayOutputStream json) {
        int fixed = fixedSize(vector.getElementType());
        json.write('[');
        for (int i = 0; i < vector.getDimensions(); i++) {
            separate(i, json);
            write(vector.getElementType(), slice(value, fixed > 0 ? fixed : unsigned(value)), json);
        }
        json.write(']');
    }

    /** What the server's own serializers say of lengths: AbstractType.valueLengthIfFixed of Cassandra 5. */
    private static int fixedSize(DataType type) {
        if (type instanceof VectorType vector) {
            return fixedSize(vector.getElementType()) * vector.getDimensions();
        }
        return switch (type.getProtocolCode()) {
            case ProtocolConstants.DataType.BOOLEAN -> 1;
            case ProtocolConstants.DataType.INT, ProtocolConstants.DataType.FLOAT -> 4;
            case ProtocolConstants.DataType.BIGINT,
                    ProtocolConstants.DataType.DOUBLE,
                    ProtocolConstants.DataType.TIMESTAMP -> 8;
            case ProtocolConstants.DataType.UUID, ProtocolConstants.DataType.TIMEUUID -> 16;
            default -> 0;
        };
    }

    /** A number of as many bytes as its first one has leading ones, and one more: VIntCoding of Cassandra. */
    private static int unsigned(ByteBuffer value) {
        int first = value.get() & 0xff;
        int more = Integer.numberOfLeadingZeros(~(first << 24));
        long number = more == 8 ? 0 : first & (0xff >> more);
        for (int i = 0; i < more; i++) {
            number = (number << 8) | (value.get() & 0xff);
        }
        return Math.toIntExact(number);
    }

    /** The next part, which has its size in front; null where it is missing. */
    private static @Nullable ByteBuffer part(ByteBuffer value) {
        if (!value.hasRemaining()) {
            return null;
        }
        int size = value.getInt();
        return size < 0 ? null : slice(value, size);
    }

    private static ByteBuffer slice(ByteBuffer value, int size) {
        ByteBuffer part = value.slice(value.position(), size);
        value.position(value.position() + size);
        return part;
    }

    private static void single(DataType type, ByteBuffer value, ByteArrayOutputStream json) {
        switch (type.getProtocolCode()) {
            case ProtocolConstants.DataType.ASCII, ProtocolConstants.DataType.VARCHAR -> string(value, json);
            case ProtocolConstants.DataType.BLOB, ProtocolConstants.DataType.CUSTOM -> {
                StringBuilder digits = new StringBuilder(2 + 2 * value.remaining()).append("0x");
                CqlText.hex(value, digits);
                string(digits.toString(), json);
            }
            default -> {
                if (value.hasRemaining()) {
                    single(type.getProtocolCode(), value, json);
                } else {
                    ascii("null", json);
                }
            }
        }
    }

    private static void single(int code, ByteBuffer value, ByteArrayOutputStream json) {
        switch (code) {
            case ProtocolConstants.DataType.BOOLEAN -> ascii(value.get(value.position()) == 0 ? "false" : "true", json);
            case ProtocolConstants.DataType.DECIMAL ->
                ascii(CqlText.decimal(value).toString(), json);
            case ProtocolConstants.DataType.TIMESTAMP -> string(CqlText.timestamp(value, "Z"), json);
            case ProtocolConstants.DataType.FLOAT, ProtocolConstants.DataType.DOUBLE -> {
                String number = CqlValue.printed(code, value);
                boolean finite = number.charAt(number.length() - 1) <= '9';
                if (finite) {
                    ascii(number, json);
                } else {
                    string(number, json);
                }
            }
            case ProtocolConstants.DataType.INT,
                    ProtocolConstants.DataType.BIGINT,
                    ProtocolConstants.DataType.SMALLINT,
                    ProtocolConstants.DataType.TINYINT,
                    ProtocolConstants.DataType.COUNTER -> ascii(CqlValue.printed(code, value), json);
            case ProtocolConstants.DataType.VARINT ->
                ascii(CqlText.varint(value).toString(), json);
            default -> string(CqlValue.printed(code, value), json);
        }
    }

    private static void separate(int index, ByteArrayOutputStream json) {
        if (index > 0) {
            json.write(',');
        }
    }

    private static void ascii(String text, ByteArrayOutputStream json) {
        for (int i = 0; i < text.length(); i++) {
            json.write(text.charAt(i));
        }
    }

    private static void string(String text, ByteArrayOutputStream json) {
        string(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), json);
    }

    /** Bytes of UTF-8 as they are, but those that JSON has to have in another form. */
    private static void string(ByteBuffer utf8, ByteArrayOutputStream json) {
        json.write('"');
        for (int i = utf8.position(); i < utf8.limit(); i++) {
            byte b = utf8.get(i);
            switch (b) {
                case '"' -> ascii("\\\"", json);
                case '\\' -> ascii("\\\\", json);
                case '\n' -> ascii("\\n", json);
                case '\r' -> ascii("\\r", json);
                case '\t' -> ascii("\\t", json);
                case '\b' -> ascii("\\b", json);
                case '\f' -> ascii("\\f", json);
                default -> {
                    if (b >= 0 && b < 0x20) {
                        ascii("\\u00%02x".formatted(b), json);
                    } else {
                        json.write(b);
                    }
                }
            }
        }
        json.write('"');
    }
}
