package org.tofro.kvs.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param status of HTTP
 * @param type of the body
 * @param headers besides those of every answer
 * @param body its bytes
 */
record Reply(int status, String type, Map<String, String> headers, Bytes body) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Bytes that nobody changes. */
    static final class Bytes {
        private final byte[] content;

        Bytes(byte[] content) {
            this.content = content;
        }

        byte[] content() {
            return content;
        }
    }

    /** Writes a body. */
    @FunctionalInterface
    interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    static Reply json(int status, Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes what is written", e);
        }
        return new Reply(status, "application/json", Map.of(), new Bytes(bytes.toByteArray()));
    }

    static Reply error(ApiException e) {
        Reply reply = json(e.status(), json -> {
            json.writeObjectFieldStart("error");
            json.writeStringField("code", e.code());
            json.writeStringField("message", e.sentence());
            json.writeEndObject();
        });
        reply = reply.with("Cache-Control", "no-store");
        return e.passes() ? reply.with("Retry-After", "1") : reply;
    }

    Reply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, type, more, body);
    }

    /** The same without its body: what was asked for has not changed. */
    Reply notModified() {
        return new Reply(304, type, headers, new Bytes(new byte[0]));
    }
}
