package org.tofro.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records of strings, numbers, enums, lists, maps and records as JSON, null left out.
 *
 * <p>Over Jackson's streams, because its object mapper takes 300 ms to load, and asking a daemon that runs takes 40.
 */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    static String write(Record value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            write(value, json);
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("cannot write " + value.getClass(), e);
        }
        return text.toString();
    }

    /** Null where the text does not hold such a record. */
    static <T extends Record> @Nullable T read(String text, Class<T> type) {
        try (JsonParser json = FACTORY.createParser(text)) {
            json.nextToken();
            return type.cast(read(json, type));
        } catch (IOException | ReflectiveOperationException | IllegalArgumentException e) {
            return null;
        }
    }

    private static void write(Object value, JsonGenerator json) throws IOException, ReflectiveOperationException {
        if (value instanceof Record composed) {
            json.writeStartObject();
            for (RecordComponent component : composed.getClass().getRecordComponents()) {
                Object part = component.getAccessor().invoke(composed);
                if (part != null) {
                    json.writeFieldName(component.getName());
                    write(part, json);
                }
            }
            json.writeEndObject();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName((String) entry.getKey());
                write(entry.getValue(), json);
            }
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object item : list) {
                write(item, json);
            }
            json.writeEndArray();
        } else if (value instanceof Number number) {
            json.writeNumber(number.longValue());
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else {
            json.writeString(value.toString());
        }
    }

    private static Object read(JsonParser json, Type type) throws IOException, ReflectiveOperationException {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == List.class ? readList(json, generic) : readMap(json, generic);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return readRecord(json, plain);
        } else if (plain == long.class) {
            return json.getLongValue();
        } else if (plain == int.class) {
            return json.getIntValue();
        } else if (plain == boolean.class) {
            return json.getBooleanValue();
        } else if (plain.isEnum()) {
            return constant(plain, json.getText());
        }
        return json.getText();
    }

    private static Object constant(Class<?> type, String name) {
        for (Object constant : type.getEnumConstants()) {
            if (constant.toString().equals(name)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(type + " has no " + name);
    }

    private static Object readRecord(JsonParser json, Class<?> type) throws IOException, ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Map<String, Object> parts = new HashMap<>();
        expect(json.currentToken(), JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            for (RecordComponent component : components) {
                if (component.getName().equals(name)) {
                    parts.put(name, read(json, component.getGenericType()));
                }
            }
            if (!parts.containsKey(name)) {
                json.skipChildren();
            }
        }
        expect(json.currentToken(), JsonToken.END_OBJECT);
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = parts.get(components[i].getName());
        }
        return type.getDeclaredConstructor(types).newInstance(values);
    }

    private static List<Object> readList(JsonParser json, ParameterizedType type)
            throws IOException, ReflectiveOperationException {
        expect(json.currentToken(), JsonToken.START_ARRAY);
        List<Object> items = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            items.add(read(json, type.getActualTypeArguments()[0]));
        }
        return items;
    }

    private static Map<String, Object> readMap(JsonParser json, ParameterizedType type)
            throws IOException, ReflectiveOperationException {
        expect(json.currentToken(), JsonToken.START_OBJECT);
        Map<String, Object> entries = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            entries.put(name, read(json, type.getActualTypeArguments()[1]));
        }
        expect(json.currentToken(), JsonToken.END_OBJECT);
        return entries;
    }

    private static void expect(@Nullable JsonToken found, JsonToken wanted) throws IOException {
        if (found != wanted) {
            throw new IOException("found " + found + " where " + wanted + " belongs");
        }
    }
}
