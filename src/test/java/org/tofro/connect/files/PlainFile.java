package org.tofro.connect.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a reader makes of bytes, in tests. */
final class PlainFile {
    private PlainFile() {}

    /** Rows as text, NULL as null; a malformed row is one field that begins with {@code !}. */
    static List<List<@Nullable String>> rows(String content, DelimitedFormat format) throws IOException {
        return rows(content.getBytes(StandardCharsets.UTF_8), format);
    }

    static List<List<@Nullable String>> rows(byte[] content, DelimitedFormat format) throws IOException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        try (DelimitedReader reader = DelimitedReader.open(new ByteArrayInputStream(content), "f", format)) {
            while (true) {
                try {
                    if (!reader.next()) {
                        return rows;
                    }
                    List<@Nullable String> row = new ArrayList<>();
                    for (int i = 0; i < reader.fields(); i++) {
                        byte[] value = reader.value(i);
                        row.add(value == null ? null : new String(value, StandardCharsets.UTF_8));
                    }
                    rows.add(row);
                } catch (MalformedRowException e) {
                    rows.add(List.of("!" + e.getMessage()));
                    if (e.last()) {
                        return rows;
                    }
                }
            }
        } catch (MalformedRowException e) {
            rows.add(List.of("!" + e.getMessage()));
            return rows;
        }
    }

    /** A stream that gives few bytes at a time and never says that more are there, as a network does. */
    static InputStream slow(byte[] content, int most) {
        return new ByteArrayInputStream(content) {
            @Override
            public int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(length, most));
            }

            @Override
            public int available() {
                return 0;
            }
        };
    }

    static @Nullable List<@Nullable String> row(@Nullable String... values) {
        return Arrays.asList(values);
    }
}
