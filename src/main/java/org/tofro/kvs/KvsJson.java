package org.tofro.kvs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Schemas and figures as the text that a version's row holds. */
final class KvsJson {
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    private KvsJson() {}

    static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record is always written", e);
        }
    }

    static KvsSchema schema(String text) {
        return read(text, KvsSchema.class);
    }

    static VersionFigures figures(String text) {
        return read(text, VersionFigures.class);
    }

    private static <T> T read(String text, Class<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new KvsException(
                    "the versions table holds a description that this program cannot read; is it older than"
                            + " the one that wrote it?",
                    e);
        }
    }
}
