package org.tofro.connect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.staging.NullMarker;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.TypedColumn;
import org.tofro.data.Schema;
import org.tofro.data.StagedFiles;

class StageRowsTest {
    private static final DelimitedFormat CSV = DelimitedFormat.of(Layout.CSV);

    @TempDir
    Path folder;

    private static List<TypedColumn> columns(String... types) {
        return StageRows.columns(
                "f",
                java.util.stream.IntStream.range(0, types.length)
                        .mapToObj(i -> new ColumnChoice("c" + i, null, types[i]))
                        .toList());
    }

    private StagedFiles stage(StagingArea area, DelimitedFormat format, List<TypedColumn> columns, byte[]... files)
            throws IOException {
        Parts parts =
                area.parts(new AttemptPath("p", "r", "s", String.valueOf(System.nanoTime())), new LongAdder(), 200);
        String marker = NullMarker.generate();
        CsvEncoder encoder = new CsvEncoder(parts, marker);
        StageRows rows = new StageRows(columns, format, encoder, new ExtractProgress(), Long.MAX_VALUE);
        for (int i = 0; i < files.length; i++) {
            rows.read(new ByteArrayInputStream(files[i]), "f" + (i + 1));
        }
        encoder.finish();
        String misfits = rows.misfits();
        if (misfits != null) {
            throw ExtractException.permanent(misfits);
        }
        return new StagedFiles(
                "s",
                "1",
                StagedFiles.FileFormat.CSV_ZSTD,
                marker,
                new Schema(columns.stream().map(TypedColumn::staged).toList()),
                rows.rowsRead(),
                parts.files(),
                null);
    }

    private String unstaged(StagingArea area, StagedFiles files, DelimitedFormat format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new UnstageRows(area, files, format, new Cancellation()).into(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What a file of one row becomes. */
    private String staged(String type, String value) throws IOException {
        try (StagingArea area = StagingArea.open(folder.toUri().toString(), null)) {
            StagedFiles files = stage(area, CSV, columns(type), (value + "\n").getBytes(StandardCharsets.UTF_8));
            return unstaged(area, files, CSV).strip();
        }
    }

    private static String failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return String.valueOf(org.assertj.core.api.Assertions.catchThrowableOfType(ExtractException.class, call)
                .getMessage());
    }

    @Test
    void valuesAreReadAsTheirTypesAreWritten() throws IOException {
        assertThat(staged("integer", "+0012")).isEqualTo("12");
        assertThat(staged("bigint", "-9223372036854775808")).isEqualTo("-9223372036854775808");
        assertThat(staged("decimal(10,2)", "+12345678.90")).isEqualTo("12345678.90");
        assertThat(staged("decimal(10,2)", "-.5")).isEqualTo("-0.5");
        assertThat(staged("decimal(10,2)", "5.")).isEqualTo("5");
        assertThat(staged("decimal(10,2)", "1.25e3")).isEqualTo("1250");
        assertThat(staged("decimal(10,2)", "125E-2")).isEqualTo("1.25");
        assertThat(staged("double precision", "5e-324")).isEqualTo("5e-324");
        assertThat(staged("real", "-inf")).isEqualTo("-Infinity");
        assertThat(staged("boolean", "TRUE")).isEqualTo("t");
        assertThat(staged("boolean", "0")).isEqualTo("f");
        assertThat(staged("date", "2024-02-29")).isEqualTo("2024-02-29");
        assertThat(staged("timestamp", "2026-11-23T07:04:56.120000000")).isEqualTo("2026-11-23 07:04:56.12");
        assertThat(staged("timestamp", "2026-11-23")).isEqualTo("2026-11-23 00:00:00");
        assertThat(staged("timestamptz", "2026-11-23T01:04:56.000001+05:30"))
                .isEqualTo("2026-11-22 19:34:56.000001+00");
        assertThat(staged("timestamptz", "2026-11-23 01:04Z")).isEqualTo("2026-11-23 01:04:00+00");
        assertThat(staged("timestamptz", "2026-11-23 01:04:05 UTC")).isEqualTo("2026-11-23 01:04:05+00");
        assertThat(staged("timestamptz", "2026-11-23 01:04:05-0330")).isEqualTo("2026-11-23 04:34:05+00");
        assertThat(staged("time", "24:00")).isEqualTo("24:00:00");
        assertThat(staged("timetz", "12:34:56Z")).isEqualTo("12:34:56+00");
        assertThat(staged("varbyte(4)", "00fF")).isEqualTo("00fF");
        assertThat(staged("varchar(4)", "\"é,x\"")).isEqualTo("\"é,x\"");
        assertThat(staged("varchar(4)", "\"\"")).isEqualTo("\"\"");
        assertThat(staged("integer", "\"\"")).isEqualTo("");
        assertThat(staged("date", "")).isEqualTo("");
    }

    @Test
    void whatIsNoValueOfItsTypeIsCountedAndTheFirstPlaceIsSaid() {
        record Case(String type, String value, String says) {}
        String text = "`columns: type` with varchar(65535) would carry them";
        List<Case> cases = List.of(
                new Case(
                        "integer",
                        "1.0",
                        "not written as values of its type; a whole number is written with digits"
                                + " alone, perhaps after a sign, or " + text),
                new Case(
                        "integer",
                        " 1",
                        "not written as values of its type; a whole number is written with digits"
                                + " alone, perhaps after a sign, or " + text),
                new Case(
                        "integer",
                        "2147483648",
                        "out of the range of its type; `columns: type` with bigint or"
                                + " varchar(65535) would carry them"),
                new Case(
                        "bigint",
                        "99999999999999999999",
                        "out of the range of its type; `columns: type` with"
                                + " decimal(38,0) or varchar(65535) would carry them"),
                new Case(
                        "decimal(5,2)",
                        "1.005",
                        "with more digits than its type; `columns: type` with decimal(6,3) or"
                                + " varchar(65535) would carry them"),
                new Case(
                        "decimal(5,2)",
                        "1e9999999",
                        "not written as values of its type; a number is written with digits"
                                + " and a point, without blanks, separators and currency, or " + text),
                new Case(
                        "decimal(5,2)",
                        "\"1,5\"",
                        "not written as values of its type; a number is written with digits"
                                + " and a point, without blanks, separators and currency, or " + text),
                new Case("double precision", "1e400", "out of the range of its type; " + text),
                new Case("real", "1e-50", "out of the range of its type; " + text),
                new Case(
                        "boolean",
                        "maybe",
                        "not written as values of its type; a boolean is written t, true, y, yes or 1,"
                                + " or f, false, n, no or 0, or " + text),
                new Case(
                        "date",
                        "2023-02-29",
                        "not written as values of its type; a date is written 2026-11-23, or " + text),
                new Case(
                        "date",
                        "23/11/2026",
                        "not written as values of its type; a date is written 2026-11-23, or " + text),
                new Case("timestamp", "2026-11-23 00:00:00.1234567", "finer than a microsecond; " + text),
                new Case(
                        "timestamp",
                        "2026-11-23 00:00:00Z",
                        "not written as values of its type; a timestamp is written"
                                + " 2026-11-23 07:04:56.000001, without a zone, or " + text),
                new Case(
                        "timestamptz",
                        "2026-11-23 00:00:00",
                        "not written as values of its type; a timestamptz is"
                                + " written 2026-11-23 07:04:56.000001+00, with Z or an offset, or " + text),
                new Case("timestamptz", "9999-12-31T23:59:59-01:00", "outside of the years 1 to 9999; " + text),
                new Case(
                        "timetz",
                        "12:00:00+01",
                        "with an offset other than +00, which timetz of Redshift does not keep; " + text),
                new Case(
                        "varbyte(1)",
                        "abc",
                        "not written as values of its type; bytes are written as two hexadecimal" + " digits each, or "
                                + text),
                new Case(
                        "varchar(3)",
                        "éé",
                        "longer than its type in bytes; the longest has 4 bytes, `columns: type` with"
                                + " varchar(4) would carry them"));
        for (Case each : cases) {
            assertThat(failure(() -> staged(each.type, each.value)))
                    .isEqualTo("column 'c0' (text -> %s): 1 value %s; the first of 'c0' stands in f1, line 1"
                            .formatted(each.type, each.says));
        }
    }

    @Test
    void everyColumnsMisfitsAreCountedOverAllFiles() {
        assertThat(failure(() -> {
                    try (StagingArea area = StagingArea.open(folder.toUri().toString(), null)) {
                        stage(
                                area,
                                CSV,
                                columns("integer", "date"),
                                "1,2026-01-01\n".getBytes(StandardCharsets.UTF_8),
                                "x,2026-01-01\n\"x\ny\",no\n".getBytes(StandardCharsets.UTF_8));
                    }
                }))
                .isEqualTo(
                        "column 'c0' (text -> integer): 2 values not written as values of its type; a whole number is"
                                + " written with digits alone, perhaps after a sign, or `columns: type` with varchar(65535) would"
                                + " carry them; column 'c1' (text -> date): 1 value not written as values of its type; a date is"
                                + " written 2026-11-23, or `columns: type` with varchar(65535) would carry them; the first of 'c0'"
                                + " stands in f2, line 1; the first of 'c1' stands in f2, line 2");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertThat(failure(() -> {
                    try (StagingArea area = StagingArea.open(folder.toUri().toString(), null)) {
                        stage(area, CSV, columns("varchar(9)"), "caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
                    }
                }))
                .isEqualTo(
                        "column 'c0' (text -> varchar(9)): 1 value with bytes that are not UTF-8; `columns: type` with"
                                + " varbyte(9) would carry them as bytes; the first of 'c0' stands in f1, line 1");
    }

    @Test
    void rowsHaveAsManyValuesAsThereAreColumns() {
        for (String row : List.of("1", "1,2,3", "")) {
            String says = row.isEmpty()
                    ? "is empty"
                    : row.equals("1")
                            ? "has 1 value, and there are 2 `columns`"
                            : "has 3 values, and there are 2 `columns`";
            assertThatThrownBy(() -> {
                        try (StagingArea area = StagingArea.open(folder.toUri().toString(), null)) {
                            stage(
                                    area,
                                    CSV,
                                    columns("integer", "integer"),
                                    ("1,2\n" + row + "\n").getBytes(StandardCharsets.UTF_8));
                        }
                    })
                    .isInstanceOf(ExtractException.class)
                    .hasMessage("f1, line 2: " + says);
        }
    }

    @Test
    void columnsAreFoundByTheHeaderOfEachFile() throws IOException {
        DelimitedFormat headed = CSV.withHeader(true);
        try (StagingArea area = StagingArea.open(folder.toUri().toString(), null)) {
            StagedFiles files = stage(
                    area,
                    headed,
                    columns("integer", "varchar(9)"),
                    "c1,other,c0\nx,y,1\n".getBytes(StandardCharsets.UTF_8),
                    "c0,c1\n2,z\n".getBytes(StandardCharsets.UTF_8),
                    "c0,c1\n".getBytes(StandardCharsets.UTF_8),
                    new byte[0]);
            assertThat(files.rowsRead()).isEqualTo(2);
            assertThat(unstaged(area, files, headed)).isEqualTo("c0,c1\n1,x\n2,z\n");
            assertThatThrownBy(() -> stage(
                            area,
                            headed,
                            columns("integer", "integer"),
                            "c0,C1\n1,2\n".getBytes(StandardCharsets.UTF_8)))
                    .hasMessage("f1, line 1: is the header, and has no column 'c1'; did you mean 'C1'?");
            assertThatThrownBy(() ->
                            stage(area, headed, columns("integer"), "c0,c0\n1,2\n".getBytes(StandardCharsets.UTF_8)))
                    .hasMessage("f1, line 1: names the column 'c0' twice");
        }
    }

    @Test
    void eachStagedFileBecomesAPlainOne() throws IOException {
        try (StagingArea area = StagingArea.open(folder.toUri().toString(), null)) {
            Path plain = Files.createDirectory(folder.resolve("plain"));
            StagedFiles none = stage(area, CSV, columns("integer"));
            List<Path> written = new UnstageRows(
                            area, none, DelimitedFormat.of(Layout.TSV).withHeader(true), new Cancellation())
                    .into(plain);
            assertThat(written).containsExactly(plain.resolve("part-00000.tsv"));
            assertThat(written.get(0)).hasContent("c0");
            StagedFiles some = stage(area, CSV, columns("integer"), "1\n\n".getBytes(StandardCharsets.UTF_8));
            Path packed = Files.createDirectory(folder.resolve("packed"));
            List<Path> gzip = new UnstageRows(
                            area,
                            some,
                            DelimitedFormat.of(Layout.POSTGRES_TEXT).compressed(Compression.GZIP),
                            new Cancellation())
                    .into(packed);
            assertThat(gzip).containsExactly(packed.resolve("part-00000.txt.gz"));
            assertThat(PlainFile.rows(Files.readAllBytes(gzip.get(0)), DelimitedFormat.of(Layout.POSTGRES_TEXT)))
                    .containsExactly(PlainFile.row("1"), PlainFile.row((String) null));
        }
    }

    @Provide
    Arbitrary<List<List<String>>> tables() {
        Arbitrary<String> text = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(12).filter(StageRowsTest::isUnicode),
                Arbitraries.of("", "NULL", "\\N", "\"", "a,b", "\r\n", "\t", "\ufeff", "é\\"));
        return text.injectNull(0.2).list().ofSize(3).list().ofMaxSize(10);
    }

    private static boolean isUnicode(String text) {
        return text.equals(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }

    /** Plain files, staged, and made plain again, are what they were. */
    @Property(tries = 60)
    void stagingAndUnstagingAreInverse(@ForAll("tables") List<List<@Nullable String>> rows, @ForAll Layout layout)
            throws IOException {
        DelimitedFormat format = DelimitedFormat.of(layout);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (DelimitedWriter writer = DelimitedWriter.open(plain, format)) {
            for (List<@Nullable String> row : rows) {
                for (String value : row) {
                    if (value == null) {
                        writer.nothing();
                    } else {
                        writer.value(value.getBytes(StandardCharsets.UTF_8));
                    }
                }
                writer.endRow();
            }
        }
        Path area = Files.createTempDirectory(Path.of("target"), "stage");
        try (StagingArea staging = StagingArea.open(area.toUri().toString(), null)) {
            StagedFiles files =
                    stage(staging, format, columns("varchar(99)", "varchar(99)", "varchar(99)"), plain.toByteArray());
            assertThat(files.rowsRead()).isEqualTo(rows.size());
            assertThat(files.rows()).isEqualTo(rows.size());
            ByteArrayOutputStream again = new ByteArrayOutputStream();
            new UnstageRows(staging, files, format, new Cancellation()).into(again);
            assertThat(Arrays.equals(again.toByteArray(), plain.toByteArray())).isTrue();
        }
    }
}
