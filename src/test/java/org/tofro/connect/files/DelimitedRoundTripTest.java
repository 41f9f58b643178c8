package org.tofro.connect.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** What is written is what is read, whatever it is. */
class DelimitedRoundTripTest {
    @Provide
    Arbitrary<List<List<byte[]>>> tables() {
        Arbitrary<byte[]> anyText =
                Arbitraries.strings().ofMaxLength(20).map(text -> text.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> sharp = Arbitraries.of(
                        "\"", ",", "\n", "\r", "\\", "N", "\t", "NULL", "\\N", ".", "b", "1", "x", "\ufeff", "\0", "é")
                .list()
                .ofMaxSize(6)
                .map(parts -> String.join("", parts).getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> large = Arbitraries.of((byte) '"', (byte) 'x', (byte) '\\', (byte) '\n')
                .map(b -> {
                    byte[] value = new byte[70_000];
                    Arrays.fill(value, b);
                    return value;
                });
        Arbitrary<byte[]> value =
                Arbitraries.frequencyOf(Tuple.of(30, anyText), Tuple.of(40, sharp), Tuple.of(1, large));
        return Arbitraries.integers()
                .between(1, 4)
                .flatMap(columns ->
                        value.injectNull(0.2).list().ofSize(columns).list().ofMaxSize(12));
    }

    @Provide
    Arbitrary<DelimitedFormat> formats() {
        Arbitrary<DelimitedFormat> own = Arbitraries.of(Layout.values()).map(DelimitedFormat::of);
        Arbitrary<DelimitedFormat> chosen = Arbitraries.of("NULL", "\\N", "-", "nothing")
                .flatMap(text -> Arbitraries.of(Layout.TSV, Layout.CSV)
                        .map(layout -> new DelimitedFormat(layout, false, text, Compression.AUTO)));
        return Arbitraries.oneOf(own, chosen)
                .flatMap(format -> Arbitraries.of(Compression.values()).map(format::compressed));
    }

    @Property(tries = 500)
    void everyRowComesBackAsItWas(@ForAll("tables") List<List<byte[]>> rows, @ForAll("formats") DelimitedFormat format)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DelimitedWriter writer = DelimitedWriter.open(out, format)) {
            for (List<byte[]> row : rows) {
                for (byte[] value : row) {
                    if (value == null) {
                        writer.nothing();
                    } else {
                        writer.value(value);
                    }
                }
                writer.endRow();
            }
        }
        List<Object[]> read = new ArrayList<>();
        try (DelimitedReader reader = DelimitedReader.open(PlainFile.slow(out.toByteArray(), 1000), "f", format)) {
            while (reader.next()) {
                @Nullable Object[] row = new Object[reader.fields()];
                for (int i = 0; i < row.length; i++) {
                    row[i] = reader.value(i);
                }
                read.add(row);
            }
        }
        Object[] expected = rows.stream().map(List::toArray).toArray();
        assertThat(Arrays.deepEquals(read.toArray(), expected))
                .as(() -> new String(out.toByteArray(), StandardCharsets.UTF_8))
                .isTrue();
    }

    /** A reader fed with garbage counts lines and says what is wrong; it never fails in another way, and always ends. */
    @Property(tries = 500)
    void garbageIsReadOrRefused(@ForAll("sharpText") String content, @ForAll("formats") DelimitedFormat format)
            throws IOException {
        PlainFile.rows(content, format.compressed(Compression.AUTO));
    }

    @Provide
    Arbitrary<String> sharpText() {
        return Arbitraries.of("\"", ",", "\n", "\r\n", "\r", "\\", "N", "\\N", "\t", "NULL", "\\.", "a", "\\x4", "\\07")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
    }
}
