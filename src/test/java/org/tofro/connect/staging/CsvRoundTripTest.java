package org.tofro.connect.staging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.tofro.data.StagedFile;

class CsvRoundTripTest {
    @Provide
    Arbitrary<List<List<byte[]>>> tables() {
        Arbitrary<byte[]> plain =
                Arbitraries.bytes().filter(b -> b != 0).array(byte[].class).ofMaxSize(40);
        Arbitrary<byte[]> sharp = Arbitraries.of(
                        (byte) '"', (byte) ',', (byte) '\n', (byte) '\r', (byte) '\\', (byte) 'N')
                .array(byte[].class)
                .ofMaxSize(8);
        Arbitrary<byte[]> large = Arbitraries.of((byte) '"', (byte) 'x').map(b -> {
            byte[] value = new byte[150_000];
            Arrays.fill(value, b);
            return value;
        });
        Arbitrary<byte[]> value = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(30, plain), net.jqwik.api.Tuple.of(20, sharp), net.jqwik.api.Tuple.of(1, large));
        return Arbitraries.integers()
                .between(1, 5)
                .flatMap(columns ->
                        value.injectNull(0.2).list().ofSize(columns).list().ofMaxSize(20));
    }

    @Property(tries = 200)
    void everyRowComesBackAsItWas(@ForAll("tables") List<List<byte[]>> rows) throws IOException {
        String marker = NullMarker.generate();
        assertThat(marker).matches("tofro_null_[a-z0-9]{16}");
        Path folder = Files.createTempDirectory(Path.of("target"), "csv");
        try (StagingArea area = StagingArea.open(folder.toUri().toString(), null)) {
            Parts parts = area.parts(new AttemptPath("p", "r", "s", "1"), new LongAdder(), 200);
            CsvEncoder encoder = new CsvEncoder(parts, marker);
            for (List<byte[]> row : rows) {
                for (byte[] value : row) {
                    if (value == null) {
                        encoder.nothing();
                    } else {
                        encoder.quoted(value);
                    }
                }
                encoder.endRow();
            }
            encoder.finish();

            assertThat(parts.files().stream().mapToLong(StagedFile::rows).sum()).isEqualTo(rows.size());
            assertThat(parts.files().stream()
                            .mapToLong(StagedFile::longestRow)
                            .max()
                            .orElse(0))
                    .isEqualTo(rows.stream()
                            .mapToLong(row -> staged(row, marker))
                            .max()
                            .orElse(0));
            assertThat(Arrays.deepEquals(array(decoded(area, parts, marker)), array(rows)))
                    .isTrue();
            parts.discard();
        }
    }

    /** Bytes of a row in the staged form: a quote stands twice, and a comma or the line feed follows each value. */
    private static long staged(List<byte[]> row, String marker) {
        long bytes = 0;
        for (byte[] value : row) {
            bytes += 1 + (value == null ? marker.length() : 2 + value.length);
            for (byte b : value == null ? new byte[0] : value) {
                bytes += b == '"' ? 1 : 0;
            }
        }
        return bytes;
    }

    private static Object[] array(List<? extends List<?>> rows) {
        return rows.stream().map(List::toArray).toArray();
    }

    private static List<List<byte @Nullable []>> decoded(StagingArea area, Parts parts, String marker)
            throws IOException {
        List<List<byte @Nullable []>> rows = new ArrayList<>();
        for (StagedFile file : parts.files()) {
            try (CsvDecoder decoder = CsvDecoder.open(area.open(file), file.uri(), marker)) {
                List<byte @Nullable []> row;
                while ((row = decoder.next()) != null) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }
}
