package org.tofro.connect.eventlog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import org.tofro.connect.eventlog.EventLog.Unknown;
import org.tofro.data.RedshiftType;

/** Lines that are a JSON object each. What no field points to is passed over, refused, or kept as the line has it. */
final class JsonLines implements LineFormat {
    private static final int NO_FIELD = -1;

    private final JsonFactory json = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(RedshiftType.MAX_ROW)
                    .build())
            .build();
    private final FieldTree tree;
    private final Unknown unknown;
    private final int restColumn;
    private final Rest rest = new Rest();
    private byte[] value = new byte[1 << 10];
    private byte[] line = {};
    private int start;

    JsonLines(EventLog.Contract contract) {
        this.tree = FieldTree.of(contract.fields());
        this.unknown = contract.unknown();
        this.restColumn = contract.fields().size();
    }

    @Override
    public void begin(Lines lines, String file) {}

    @Override
    public boolean next(Lines lines, EventRow row) throws IOException {
        do {
            if (!lines.next()) {
                return false;
            }
        } while (isBlank(lines));
        row.clear();
        line = lines.bytes();
        start = lines.start();
        int end = lines.end();
        if (lines.tooLong()) {
            row.reject(Reason.LINE_TOO_LONG, NO_FIELD);
        } else if (!Utf8.isValid(line, start, end)) {
            row.reject(Reason.NOT_UTF8, NO_FIELD);
        } else if (isWide(end)) {
            row.reject(Reason.NOT_JSON, NO_FIELD);
        } else {
            rest.clear();
            parse(end, row);
        }
        return true;
    }

    /** What Jackson would take for UTF-16 or UTF-32. */
    private boolean isWide(int end) {
        for (int i = start; i < Math.min(end, start + 4); i++) {
            if (line[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBlank(Lines lines) {
        byte[] bytes = lines.bytes();
        for (int i = lines.start(); i < lines.end(); i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private void parse(int end, EventRow row) {
        try (JsonParser parser = json.createParser(line, start, end - start)) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                // Reads on, because what begins with a value may still be no JSON.
                parser.skipChildren();
                parser.finishToken();
                row.reject(Reason.NOT_AN_OBJECT, NO_FIELD);
                return;
            }
            value(parser, tree, first, row);
            if (parser.nextToken() != null) {
                row.reject(Reason.NOT_JSON, NO_FIELD);
            }
            if (unknown == Unknown.REST && !rest.isEmpty()) {
                row.put(restColumn, FieldForm.Shape.NESTED, rest.bytes(), 0, rest.end());
            }
        } catch (JsonProcessingException e) {
            row.reject(Reason.NOT_JSON, NO_FIELD);
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        }
    }

    /** Takes the value at which the parser stands, and leaves the parser at its end. */
    private void value(JsonParser parser, FieldTree node, JsonToken token, EventRow row) throws IOException {
        boolean nested = token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY;
        int[] fields = node.fields();
        if (!nested) {
            for (int field : fields) {
                scalar(parser, token, field, row);
            }
            if (fields.length == 0) {
                // A field points into what is no object here.
                parser.finishToken();
            }
            return;
        }
        int from = fields.length == 0 ? 0 : tokenStart(parser);
        if (!node.goesOn()) {
            parser.skipChildren();
        } else if (token == JsonToken.START_OBJECT) {
            members(parser, node, row);
        } else {
            elements(parser, node, row);
        }
        for (int field : fields) {
            row.put(field, FieldForm.Shape.NESTED, line, from, position(parser));
        }
    }

    private void members(JsonParser parser, FieldTree node, EventRow row) throws IOException {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            FieldTree child = node.child(name);
            if (child == null) {
                unknown(parser, row);
            } else if (unknown == Unknown.IGNORE || !child.goesOn()) {
                value(parser, child, parser.nextToken(), row);
            } else {
                partly(parser, child, row);
            }
        }
    }

    /** A member of which fields take parts, or may; what they leave is kept below its name. */
    private void partly(JsonParser parser, FieldTree child, EventRow row) throws IOException {
        int nameStart = tokenStart(parser);
        JsonToken token = parser.nextToken();
        int valueStart = tokenStart(parser);
        if (token == JsonToken.START_OBJECT && child.fields().length == 0) {
            int mark = rest.open(line, nameStart, valueStart);
            value(parser, child, token, row);
            rest.close(mark);
            return;
        }
        value(parser, child, token, row);
        if (child.fields().length == 0 && token != JsonToken.VALUE_NULL) {
            // An array, or a value where fields expect an object: whole, because parts of it have no names.
            left(nameStart, position(parser), row);
        }
    }

    private void elements(JsonParser parser, FieldTree node, EventRow row) throws IOException {
        int at = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            FieldTree child = node.child(Integer.toString(at++));
            if (child == null) {
                parser.skipChildren();
                parser.finishToken();
            } else {
                value(parser, child, token, row);
            }
        }
    }

    private void unknown(JsonParser parser, EventRow row) throws IOException {
        int from = unknown == Unknown.REST ? tokenStart(parser) : 0;
        parser.nextToken();
        parser.skipChildren();
        parser.finishToken();
        left(from, unknown == Unknown.REST ? position(parser) : 0, row);
    }

    private void left(int from, int to, EventRow row) {
        if (unknown == Unknown.FAIL) {
            row.reject(Reason.UNKNOWN, NO_FIELD);
        } else if (unknown == Unknown.REST) {
            rest.add(line, from, to);
        }
    }

    private void scalar(JsonParser parser, JsonToken token, int field, EventRow row) throws IOException {
        switch (token) {
            case VALUE_NULL -> row.putNull(field);
            case VALUE_TRUE -> put(field, FieldForm.Shape.BOOLEAN, parser, row);
            case VALUE_FALSE -> put(field, FieldForm.Shape.BOOLEAN, parser, row);
            case VALUE_STRING -> put(field, FieldForm.Shape.TEXT, parser, row);
            default -> put(field, FieldForm.Shape.NUMBER, parser, row);
        }
    }

    private void put(int field, FieldForm.Shape shape, JsonParser parser, EventRow row) throws IOException {
        char[] chars = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int length = parser.getTextLength();
        if (value.length < 3 * length) {
            value = new byte[4 * length];
        }
        int end = Utf8.encode(chars, from, from + length, value);
        if (end < 0) {
            row.reject(Reason.SURROGATE, field);
            return;
        }
        row.put(field, shape, value, 0, end);
    }

    private int tokenStart(JsonParser parser) {
        return start + (int) parser.currentTokenLocation().getByteOffset();
    }

    private int position(JsonParser parser) {
        return start + (int) parser.currentLocation().getByteOffset();
    }
}
