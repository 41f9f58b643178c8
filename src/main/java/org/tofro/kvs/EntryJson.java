package org.tofro.kvs;

import com.datastax.oss.protocol.internal.util.Bytes;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Entries and keys as JSON. */
public final class EntryJson {
    private static final JsonFactory JSON = new JsonFactory();

    private EntryJson() {}

    static String text(KvsEntry entry) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            fields(entry, json);
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes what is written", e);
        }
        return text.toString();
    }

    /** Writes the fields as an object. */
    public static void fields(KvsEntry entry, JsonGenerator json) throws IOException {
        json.writeStartObject();
        for (KvsColumn column : entry.columns()) {
            json.writeFieldName(column.name());
            Object value = entry.fields().get(column.name());
            if (column.json() && value instanceof String text && isValue(text)) {
                json.writeRawValue(text);
            } else {
                value(value, json);
            }
        }
        json.writeEndObject();
    }

    /** Writes a key as an object of its columns. */
    public static void key(List<KvsColumn> columns, KvsKey key, JsonGenerator json) throws IOException {
        json.writeStartObject();
        for (int i = 0; i < columns.size(); i++) {
            json.writeFieldName(columns.get(i).name());
            value(key.parts().get(i), json);
        }
        json.writeEndObject();
    }

    /** One text that is no JSON would spoil the whole answer; it is served as a string. */
    private static boolean isValue(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            int depth = 0;
            int values = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth == 0) {
                    values++;
                }
            }
            return values == 1;
        } catch (IOException e) {
            return false;
        }
    }

    private static void value(@Nullable Object value, JsonGenerator json) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            json.writeNumber(((Number) value).longValue());
        } else if (value instanceof BigInteger whole) {
            json.writeNumber(whole);
        } else if (value instanceof BigDecimal decimal) {
            json.writeNumber(decimal.toString());
        } else if (value instanceof Double || value instanceof Float) {
            floating((Number) value, json);
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value instanceof Collection<?> elements) {
            json.writeStartArray();
            for (Object element : elements) {
                value(element, json);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> each : map.entrySet()) {
                json.writeFieldName(text(each.getKey()));
                value(each.getValue(), json);
            }
            json.writeEndObject();
        } else {
            json.writeString(text(value));
        }
    }

    private static void floating(Number value, JsonGenerator json) throws IOException {
        if (Double.isFinite(value.doubleValue())) {
            json.writeNumber(value.toString());
        } else {
            json.writeString(value.toString());
        }
    }

    private static String text(@Nullable Object value) {
        if (value instanceof ByteBuffer bytes) {
            return Bytes.toHexString(bytes);
        }
        if (value instanceof InetAddress address) {
            return String.valueOf(address.getHostAddress());
        }
        // Moments, dates, times and uuids print themselves in their standard forms.
        return String.valueOf(value);
    }
}
