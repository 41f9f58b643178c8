package org.tofro.connect.kvs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.data.RedshiftType;

/** A JSON array with an object for each row, its values under their columns' names. */
final class JsonRows implements Collector {
    private static final JsonFactory JSON = new JsonFactory();

    private final SourceLayout layout;
    private final int most;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private int rows;

    JsonRows(SourceLayout layout, int most) {
        this.layout = layout;
        this.most = most == 0 ? Integer.MAX_VALUE : most;
    }

    @Override
    public void add(List<byte @Nullable []> values) {
        if (rows >= most) {
            return;
        }
        text.write(rows++ == 0 ? '[' : ',');
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (int i = 0; i < values.size(); i++) {
                SourceLayout.Value column = layout.values().get(i);
                json.writeFieldName(column.name());
                byte[] value = values.get(i);
                if (value == null) {
                    json.writeNull();
                } else {
                    write(json, column.redshift(), new String(value, StandardCharsets.UTF_8));
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(JsonGenerator json, RedshiftType type, String value) throws IOException {
        switch (type.kind()) {
            case SMALLINT, INTEGER, BIGINT, DECIMAL -> json.writeNumber(value);
            case REAL, DOUBLE -> {
                double number = Double.parseDouble(value);
                if (Double.isNaN(number) || Double.isInfinite(number)) {
                    json.writeString(value);
                } else {
                    json.writeNumber(value);
                }
            }
            case BOOLEAN -> json.writeBoolean(value.startsWith("t"));
            case SUPER -> json.writeRawValue(value);
            default -> json.writeString(value);
        }
    }

    @Override
    public long bytes() {
        return text.size();
    }

    @Override
    public boolean end(@Nullable ByteBuffer[] cells, int at) {
        text.write(']');
        cells[at] = rows == 0 ? null : ByteBuffer.wrap(text.toByteArray());
        text.reset();
        rows = 0;
        return false;
    }
}
