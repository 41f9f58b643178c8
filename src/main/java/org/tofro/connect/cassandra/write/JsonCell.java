package org.tofro.connect.cassandra.write;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A value of several parts, from JSON. */
record JsonCell(JsonPart part) implements Cell {
    /** A field that stands twice would lose one of its values. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    @Override
    public ByteBuffer of(byte[] bytes, int from, int to) throws Unfit {
        try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
            parser.nextToken();
            ByteBuffer value = part.read(parser);
            if (value == null) {
                throw new Unfit("is JSON's null, which is not NULL");
            }
            if (parser.nextToken() != null) {
                throw new Unfit("has something behind its JSON");
            }
            return value;
        } catch (IOException e) {
            // Its message quotes the value.
            throw new Unfit("is not JSON, or has a key twice");
        }
    }
}
