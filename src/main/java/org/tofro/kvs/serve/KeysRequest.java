package org.tofro.kvs.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.kvs.KvsColumn;
import org.tofro.kvs.KvsKey;
import org.tofro.kvs.KvsSchema;

/**
 * The body of a request for many keys.
 *
 * @param keys each a value, an array of the parts' values, or an object of them by column
 * @param fields those to read; none stands for all
 */
record KeysRequest(List<JsonNode> keys, List<String> fields) {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    /** @param most the keys that one request may have */
    static KeysRequest read(byte[] body, int most) {
        JsonNode root = root(body);
        Iterator<String> names = root.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!name.equals("keys") && !name.equals("fields")) {
                throw bad("the body has no '" + name + "'; it has 'keys' and 'fields'");
            }
        }
        if (!root.path("keys").isArray()) {
            throw bad(
                    "'keys' is missing or no array; a body looks like {\"keys\": [\"a\", \"b\"], \"fields\": [\"f\"]}");
        }
        if (root.path("keys").size() > most) {
            throw new ApiException(
                    400,
                    "too_many_keys",
                    "the request has " + root.path("keys").size() + " keys, and this service takes " + most
                            + " at once");
        }
        List<String> fields = new ArrayList<>();
        JsonNode given = root.path("fields");
        if (!given.isMissingNode() && !given.isArray()) {
            throw bad("'fields' is no array of names");
        }
        for (JsonNode field : given) {
            if (!field.isTextual()) {
                throw bad("'fields' is no array of names");
            }
            fields.add(field.textValue());
        }
        List<JsonNode> keys = new ArrayList<>();
        root.path("keys").forEach(keys::add);
        return new KeysRequest(keys, fields);
    }

    private static JsonNode root(byte[] body) {
        JsonNode root;
        try {
            root = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            throw bad("the body is no JSON"
                    + (place == null ? "" : ": line " + place.getLineNr() + ", column " + place.getColumnNr()));
        } catch (IOException e) {
            throw bad("the body is no JSON");
        }
        if (!root.isObject()) {
            throw bad("the body is no JSON object");
        }
        return root;
    }

    /** The keys by the version's columns, each once. */
    List<KvsKey> keys(KvsSchema schema) {
        Set<KvsKey> read = new LinkedHashSet<>();
        for (JsonNode key : keys) {
            read.add(key(key, schema.key()));
        }
        return List.copyOf(read);
    }

    private static KvsKey key(JsonNode key, List<KvsColumn> columns) {
        List<Object> parts = new ArrayList<>();
        if (key.isArray()) {
            key.forEach(part -> parts.add(text(part)));
        } else if (key.isObject()) {
            for (KvsColumn column : columns) {
                parts.add(text(key.get(column.name())));
            }
            if (key.size() != columns.size()) {
                throw badKey("a key has " + names(columns) + ", and no other member");
            }
        } else {
            parts.add(text(key));
        }
        return new KvsKey(parts);
    }

    private static String names(List<KvsColumn> columns) {
        return String.join(
                ", ", columns.stream().map(column -> "'" + column.name() + "'").toList());
    }

    private static String text(@Nullable JsonNode part) {
        if (part == null || !part.isValueNode() || part.isNull()) {
            throw badKey("a part of a key is missing, or is neither a text, a number nor a truth value");
        }
        return part.asText();
    }

    private static ApiException badKey(String message) {
        return new ApiException(400, "bad_key", message);
    }

    private static ApiException bad(String message) {
        return new ApiException(400, "bad_request", message);
    }
}
