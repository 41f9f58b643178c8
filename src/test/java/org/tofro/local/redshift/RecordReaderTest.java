package org.tofro.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records are the same whatever part of the file the reader sees at once: every border lies somewhere. */
class RecordReaderTest {
    private static final int WHOLE_FILE = 1 << 24;

    @Provide
    Arbitrary<String> files() {
        Arbitrary<String> sharp = Arbitraries.of("\"", "\"\"", "'", ",", "\n", "\r", "\r\n", "\\", "N", "a", "\u00e9")
                .list()
                .ofMaxSize(60)
                .map(parts -> String.join("", parts));
        Arbitrary<String> any = Arbitraries.strings().ofMaxLength(60);
        return Arbitraries.oneOf(sharp, sharp, any);
    }

    @Provide
    Arbitrary<String> options() {
        return Arbitraries.of(
                "CSV",
                "CSV IGNOREHEADER 2 IGNOREBLANKLINES",
                "CSV QUOTE ''''",
                "CSV DELIMITER 'a'",
                "DELIMITER ','",
                "DELIMITER ',' ESCAPE",
                "DELIMITER ',' ESCAPE NULL AS ''",
                "DELIMITER ',' REMOVEQUOTES IGNOREBLANKLINES",
                "DELIMITER ',' REMOVEQUOTES ESCAPE");
    }

    @Property(tries = 2000)
    void areCutTheSameWayByEveryWindow(@ForAll("files") String file, @ForAll("options") String options)
            throws IOException {
        byte[] bytes = file.getBytes(StandardCharsets.UTF_8);
        List<String> records = records(bytes, options, WHOLE_FILE);
        for (int window : new int[] {1, 2, 3, 5, 8, 13}) {
            assertThat(records(bytes, options, window))
                    .as("window of %d", window)
                    .isEqualTo(records);
        }
    }

    @Provide
    Arbitrary<List<List<String>>> tables() {
        Arbitrary<String> value = Arbitraries.of("\"", ",", "\n", "\r", "\\", "N", "a", "\u00e9", "bcdefghi")
                .list()
                .ofMaxSize(6)
                .map(parts -> String.join("", parts));
        return Arbitraries.integers()
                .between(1, 4)
                .flatMap(columns -> value.list().ofSize(columns).list().ofMaxSize(8));
    }

    @Provide
    Arbitrary<String> ends() {
        return Arbitraries.of("\n", "\r\n", "\r");
    }

    @Property(tries = 500)
    void fieldsOfCsvComeBack(@ForAll("tables") List<List<String>> rows, @ForAll("ends") String end) throws IOException {
        assertThat(fields(written(rows, end, RecordReaderTest::quoted), "CSV")).isEqualTo(rows);
    }

    @Property(tries = 500)
    void fieldsOfEscapedTextComeBack(@ForAll("tables") List<List<String>> rows, @ForAll("ends") String end)
            throws IOException {
        assertThat(fields(written(rows, end, RecordReaderTest::escaped), "DELIMITER ',' ESCAPE NULL AS ''"))
                .isEqualTo(rows);
    }

    private static String quoted(String value) {
        boolean plain = value.matches("[a-z]+");
        return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
    }

    private static String escaped(String value) {
        return value.replaceAll("[\\\\,\n\r]", "\\\\$0");
    }

    private static byte[] written(List<List<String>> rows, String end, UnaryOperator<String> encoding) {
        StringBuilder file = new StringBuilder();
        for (List<String> row : rows) {
            file.append(String.join(",", row.stream().map(encoding).toList())).append(end);
        }
        return file.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static List<List<String>> fields(byte[] file, String options) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        RecordReader reader = new RecordReader(new ByteArrayInputStream(file), CopyOptions.of(options), 7);
        try {
            while (reader.next()) {
                rows.add(texts(reader));
            }
        } catch (BadRecord e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    @Test
    void linesAreCountedInsideOfQuotationMarksAndBehindBackslashes() throws IOException {
        assertThat(records("h\na,\"b\n\nc\"\r\nd\n".getBytes(StandardCharsets.UTF_8), "CSV IGNOREHEADER 1", 2))
                .containsExactly("line 2, raw a,\"bc\": [a, b\n\nc]", "line 5, raw d: [d]");
        assertThat(records("a|b\\\nc\nd\n".getBytes(StandardCharsets.UTF_8), "ESCAPE", 2))
                .containsExactly("line 1, raw a|b\\c: [a, b\nc]", "line 3, raw d: [d]");
    }

    @Test
    void theRawLineIsCutAndHasNoLineEnds() throws IOException {
        String line = "x".repeat(700) + ",\"" + "y".repeat(100) + "\n" + "z".repeat(700) + "\"";
        for (int window : new int[] {1, 700, 1023, 1024, 1025, WHOLE_FILE}) {
            assertThat(records((line + "\nnext").getBytes(StandardCharsets.UTF_8), "CSV", window))
                    .first()
                    .asString()
                    .startsWith("line 1, raw " + line.replace("\n", "").substring(0, 1024) + ": [");
        }
    }

    @Test
    void aBadQuoteEndsWithItsLine() throws IOException {
        for (int window : new int[] {1, 2, 3, WHOLE_FILE}) {
            assertThat(records("1,a\"b,c\n2,\"a\"b\n3,d\n4,\"e".getBytes(StandardCharsets.UTF_8), "CSV", window))
                    .containsExactly(
                            "line 1, raw 1,a\": Invalid quote formatting for CSV",
                            "line 2, raw 2,\"a\"b: Invalid quote formatting for CSV",
                            "line 3, raw 3,d: [3, d]",
                            "line 4, raw 4,\"e: Invalid quote formatting for CSV");
        }
    }

    /** "The maximum size of a single input row is 4 MB", t_preparing-input-data.html. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {"CSV ! x ! 1", "CSV ! \"\" ! 1", "DELIMITER ',' ESCAPE ! \\x ! 1", "CSV ! \u00e9 ! 2"})
    void aRecordMayHaveFourMegabytesWithoutItsQuotesAndEscapes(String options, String unit, int size)
            throws IOException, BadRecord {
        String quote = options.equals("CSV") ? "\"" : "";
        String most = quote + unit.repeat((4 << 20) / size);
        byte[] tooMuch = (most + unit.repeat(2000) + "\nb,c\n").getBytes(StandardCharsets.UTF_8);
        List<String> records = records(tooMuch, options, WHOLE_FILE);
        assertThat(records)
                .first()
                .asString()
                .startsWith("line 1, raw ")
                .endsWith(": Row size exceeds the limit of 4 MB");
        for (int window : new int[] {1000, WHOLE_FILE}) {
            RecordReader reader = new RecordReader(
                    new ByteArrayInputStream((most + quote).getBytes(StandardCharsets.UTF_8)),
                    CopyOptions.of(options),
                    window);
            assertThat(reader.next()).isTrue();
            assertThat(reader.fields().end(0)).isEqualTo(4 << 20);
            assertThat(records(tooMuch, options, window)).isEqualTo(records);
        }
    }

    /** Everything that a reader says of its file. */
    private static List<String> records(byte[] file, String options, int window) throws IOException {
        List<String> records = new ArrayList<>();
        RecordReader reader = new RecordReader(new ByteArrayInputStream(file), CopyOptions.of(options), window);
        while (true) {
            String said;
            try {
                if (!reader.next()) {
                    return records;
                }
                said = texts(reader).toString();
            } catch (BadRecord e) {
                said = e.reason();
            }
            records.add("line %d, raw %s: %s".formatted(reader.line(), reader.raw(), said));
        }
    }

    private static List<String> texts(RecordReader reader) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < reader.fields().count(); i++) {
            texts.add(reader.fields().text(i));
        }
        return texts;
    }
}
