package org.tofro.local.redshift;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** One message of the PostgreSQL protocol ("Message Formats", postgresql.org): a type and what follows the length. */
final class Message {
    private final char type;
    private final byte[] body;

    Message(char type, byte[] body) {
        this.type = type;
        this.body = body;
    }

    /** The type byte; NUL for the first message of a connection, which has none. */
    char type() {
        return type;
    }

    byte[] body() {
        return body;
    }

    static Message of(char type, Object... parts) {
        Builder body = new Builder();
        for (Object part : parts) {
            if (part instanceof String text) {
                body.text(text);
            } else if (part instanceof Integer number) {
                body.int32(number);
            } else if (part instanceof Short number) {
                body.int16(number);
            } else if (part instanceof Character character) {
                body.int8(character);
            } else {
                body.raw((byte[]) part);
            }
        }
        return new Message(type, body.bytes());
    }

    /** An ErrorResponse or NoticeResponse. */
    static Message fields(char type, Map<Character, String> fields) {
        Builder body = new Builder();
        fields.forEach((key, value) -> body.int8(key).text(value));
        return new Message(type, body.int8('\0').bytes());
    }

    /** The fields of an ErrorResponse or NoticeResponse. */
    Map<Character, String> fields() {
        Map<Character, String> fields = new LinkedHashMap<>();
        Reader reader = reader();
        for (char key = reader.int8(); key != 0; key = reader.int8()) {
            fields.put(key, reader.text());
        }
        return fields;
    }

    Reader reader() {
        return new Reader(body);
    }

    /** Reads a body from its start. */
    static final class Reader {
        private final ByteBuffer buffer;

        Reader(byte[] body) {
            buffer = ByteBuffer.wrap(body);
        }

        char int8() {
            return (char) (buffer.get() & 0xff);
        }

        int int16() {
            return buffer.getShort();
        }

        int int32() {
            return buffer.getInt();
        }

        String text() {
            int start = buffer.position();
            while (buffer.get() != 0) {}
            return new String(buffer.array(), start, buffer.position() - 1 - start, StandardCharsets.UTF_8);
        }

        byte[] bytes(int length) {
            byte[] bytes = new byte[length];
            buffer.get(bytes);
            return bytes;
        }

        byte[] rest() {
            return Arrays.copyOfRange(buffer.array(), buffer.position(), buffer.limit());
        }
    }

    private static final class Builder {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Builder text(String text) {
            out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            return int8('\0');
        }

        Builder int8(char value) {
            out.write(value);
            return this;
        }

        Builder int16(int value) {
            out.write(value >> 8);
            out.write(value);
            return this;
        }

        Builder int32(int value) {
            return int16(value >> 16).int16(value);
        }

        Builder raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
