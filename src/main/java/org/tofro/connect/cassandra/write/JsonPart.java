package org.tofro.connect.cassandra.write;

import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.ListType;
import com.datastax.oss.driver.api.core.type.MapType;
import com.datastax.oss.driver.api.core.type.SetType;
import com.datastax.oss.driver.api.core.type.TupleType;
import com.datastax.oss.driver.api.core.type.UserDefinedType;
import com.datastax.oss.driver.api.core.type.VectorType;
import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a value of one type where a parser of JSON stands. */
sealed interface JsonPart {
    /** The value of the token that the parser stands at, to its end; null for JSON's null. */
    @Nullable
    ByteBuffer read(JsonParser json) throws IOException, Cell.Unfit;

    static JsonPart of(DataType type) {
        if (type instanceof ListType list) {
            return new Elements(of(list.getElementType()));
        } else if (type instanceof SetType set) {
            return new Elements(of(set.getElementType()));
        } else if (type instanceof MapType map) {
            return new Entries(Cells.of(map.getKeyType()), of(map.getValueType()));
        } else if (type instanceof UserDefinedType own) {
            return new Fields(
                    own.getFieldNames().stream().map(name -> name.asInternal()).toList(),
                    own.getFieldTypes().stream().map(JsonPart::of).toList());
        } else if (type instanceof TupleType tuple) {
            return new Tuple(
                    tuple.getComponentTypes().stream().map(JsonPart::of).toList());
        } else if (type instanceof VectorType vector) {
            if (vector.getElementType().getProtocolCode() != ProtocolConstants.DataType.FLOAT) {
                throw new IllegalArgumentException("of vectors only those of float can be written");
            }
            return new Vector(of(vector.getElementType()), vector.getDimensions());
        }
        return new Single(Cells.single(type));
    }

    private static void demand(JsonParser json, JsonToken token, String what) throws Cell.Unfit {
        if (json.currentToken() != token) {
            throw new Cell.Unfit("is not " + what + " of JSON where its type has to have one");
        }
    }

    /** A string, number, true or false. */
    record Single(Cell cell) implements JsonPart {
        @Override
        public @Nullable ByteBuffer read(JsonParser json) throws IOException, Cell.Unfit {
            JsonToken token = json.currentToken();
            if (token == JsonToken.VALUE_NULL) {
                return null;
            }
            if (token == null || !token.isScalarValue()) {
                throw new Cell.Unfit("has an array or an object of JSON where its type has a single value");
            }
            byte[] text = json.getText().getBytes(StandardCharsets.UTF_8);
            return cell.of(text, 0, text.length);
        }
    }

    /** The elements of a list or a set, whose order and repetitions the server takes away. */
    record Elements(JsonPart element) implements JsonPart {
        @Override
        public @Nullable ByteBuffer read(JsonParser json) throws IOException, Cell.Unfit {
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                return null;
            }
            demand(json, JsonToken.START_ARRAY, "an array");
            List<ByteBuffer> parts = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                parts.add(present(element.read(json)));
            }
            return CellEncoder.pack(parts.size(), parts);
        }
    }

    private static ByteBuffer present(@Nullable ByteBuffer part) throws Cell.Unfit {
        if (part == null) {
            throw new Cell.Unfit("has a null among its elements, which Cassandra does not take");
        }
        return part;
    }

    /** The keys of JSON are text; those of a map that are not have their own text in there. */
    record Entries(Cell key, JsonPart value) implements JsonPart {
        @Override
        public @Nullable ByteBuffer read(JsonParser json) throws IOException, Cell.Unfit {
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                return null;
            }
            demand(json, JsonToken.START_OBJECT, "an object");
            List<ByteBuffer> parts = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                byte[] text = json.currentName().getBytes(StandardCharsets.UTF_8);
                parts.add(key.of(text, 0, text.length));
                json.nextToken();
                parts.add(present(value.read(json)));
            }
            return CellEncoder.pack(parts.size() / 2, parts);
        }
    }

    /** The components of a tuple; those that are missing are null. */
    record Tuple(List<JsonPart> components) implements JsonPart {
        @Override
        public @Nullable ByteBuffer read(JsonParser json) throws IOException, Cell.Unfit {
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                return null;
            }
            demand(json, JsonToken.START_ARRAY, "an array");
            @Nullable ByteBuffer[] parts = new @Nullable ByteBuffer[components.size()];
            int at = 0;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (at == parts.length) {
                    throw new Cell.Unfit("has more components than its tuple");
                }
                parts[at] = components.get(at).read(json);
                at++;
            }
            return sized(parts);
        }
    }

    /** The fields of a user-defined type; those that are missing are null. */
    record Fields(List<String> names, List<JsonPart> types) implements JsonPart {
        @Override
        public @Nullable ByteBuffer read(JsonParser json) throws IOException, Cell.Unfit {
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                return null;
            }
            demand(json, JsonToken.START_OBJECT, "an object");
            @Nullable ByteBuffer[] parts = new @Nullable ByteBuffer[names.size()];
            while (json.nextToken() != JsonToken.END_OBJECT) {
                int at = names.indexOf(json.currentName());
                if (at < 0) {
                    throw new Cell.Unfit("has a field that its type does not have");
                }
                json.nextToken();
                parts[at] = types.get(at).read(json);
            }
            return sized(parts);
        }
    }

    private static ByteBuffer sized(@Nullable ByteBuffer[] parts) {
        int bytes = Arrays.stream(parts)
                .mapToInt(part -> Integer.BYTES + (part == null ? 0 : part.remaining()))
                .sum();
        ByteBuffer value = ByteBuffer.allocate(bytes);
        for (ByteBuffer part : parts) {
            if (part == null) {
                value.putInt(-1);
            } else {
                value.putInt(part.remaining()).put(part.duplicate());
            }
        }
        return value.flip();
    }

    /** Numbers side by side. */
    record Vector(JsonPart element, int dimensions) implements JsonPart {
        @Override
        public @Nullable ByteBuffer read(JsonParser json) throws IOException, Cell.Unfit {
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                return null;
            }
            demand(json, JsonToken.START_ARRAY, "an array");
            ByteBuffer value = ByteBuffer.allocate(Float.BYTES * dimensions);
            while (json.nextToken() != JsonToken.END_ARRAY) {
                ByteBuffer part = present(element.read(json));
                if (!value.hasRemaining()) {
                    throw new Cell.Unfit("has more elements than its vector");
                }
                value.put(part);
            }
            if (value.hasRemaining()) {
                throw new Cell.Unfit("has fewer elements than its vector");
            }
            return value.flip();
        }
    }
}
