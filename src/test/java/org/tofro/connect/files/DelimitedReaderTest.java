package org.tofro.connect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.connect.files.PlainFile.row;
import static org.tofro.connect.files.PlainFile.rows;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.tofro.connect.extract.ExtractException;

class DelimitedReaderTest {
    private static final DelimitedFormat TSV = DelimitedFormat.of(Layout.TSV);
    private static final DelimitedFormat TEXT = DelimitedFormat.of(Layout.POSTGRES_TEXT);
    private static final DelimitedFormat CSV = DelimitedFormat.of(Layout.CSV);

    @Test
    void theAncestorsTsvHasATextForNullAndBackslashesBeforeWhatIsNoSeparator() throws IOException {
        assertThat(rows("1\tNULL\t\n2\ta\\\tb\\\nc\\\\\t\\NULL\n3\tNULLS\tx", TSV))
                .containsExactly(row("1", null, ""), row("2", "a\tb\nc\\", "NULL"), row("3", "NULLS", "x"));
    }

    @Test
    void aBackslashThatCouldMeanTwoThingsIsRefusedInTsv() throws IOException {
        String why =
                "has a backslash before '%s'; write \\\\ for a backslash, or say `format: postgres-text` where \\n is"
                        + " a line feed";
        assertThat(rows("a\\n\tb\n\\N\tb\nok\tok\n\\NUL\tb\n", TSV))
                .containsExactly(
                        row("!f, line 1: " + why.formatted("n")),
                        row("!f, line 2: " + why.formatted("N")),
                        row("ok", "ok"),
                        row("!f, line 4: " + why.formatted("N")));
    }

    @Test
    void postgresTextIsReadAsItsManualSays() throws IOException {
        assertThat(rows("\\N\t\\b\\f\\n\\r\\t\\v\\\\\t\\101\\x4a\\x4\\7\\q\n\\\\.\tNULL\t\n", TEXT))
                .containsExactly(row(null, "\b\f\n\r\t\u000b\\", "AJ\u0004\u0007q"), row("\\.", "NULL", ""));
        assertThat(rows("a\n\\.\n", TEXT)).containsExactly(row("a"));
        assertThat(rows("a\n\\.\nb\n", TEXT))
                .containsExactly(row("a"), row("!f, line 2: \\. ends the data, and more follows it"));
        assertThat(rows("a\\N\n\\Na\n\\N\\t\nb\\", TEXT))
                .containsExactly(
                        row("!f, line 1: has \\N inside a field; it is NULL where it stands alone"),
                        row("!f, line 2: has more in a field that begins with \\N, which is NULL"),
                        row("!f, line 3: has more in a field that begins with \\N, which is NULL"),
                        row("!f, line 4: ends in a backslash; the file seems to be cut off"));
    }

    @Test
    void inCsvNothingIsNullAndTwoQuotesAreNot() throws IOException {
        assertThat(rows("1,,\"\"\r\n\"a\"\"b\",\"c,\r\nd\",NULL\r\nx,y,", CSV))
                .containsExactly(row("1", null, ""), row("a\"b", "c,\r\nd", "NULL"), row("x", "y", null));
    }

    @Test
    void csvThatIsNotRfc4180IsRefusedByTheLineInWhichItsRowBegins() throws IOException {
        assertThat(rows("\"a\nb\" c,d\na\"b,c\nok,ok\na\rb,c\n\"open\n", CSV))
                .containsExactly(
                        row("!f, line 1: has text behind a closing quote; a quote within quotes is written twice"),
                        row("!f, line 3: has a quote in a field that does not begin with one; quote the whole field"),
                        row("ok", "ok"),
                        row("!f, line 5: has a carriage return inside a value that is not quoted"),
                        row("!f, line 6: has a quote that is never closed"));
    }

    @Test
    void aCarriageReturnIsNeverTakenForAPartOfALineEndThatTheFileDoesNotHave() throws IOException {
        assertThat(rows("a\nb\r\nc\n", TSV))
                .containsExactly(
                        row("a"),
                        row("!f, line 2: ends in a carriage return and a line feed, and the lines before it in a line"
                                + " feed alone"),
                        row("c"));
        assertThat(rows("a\r\nb\nc\r\n", TSV))
                .containsExactly(
                        row("a"),
                        row("!f, line 2: ends in a line feed alone, and the lines before it in a carriage return and a"
                                + " line feed"),
                        row("c"));
    }

    @Test
    void byteOrderMarksAreKnown() throws IOException {
        assertThat(rows("\ufeffa,b\n", CSV)).containsExactly(row("a", "b"));
        assertThat(rows("\ufeff", CSV)).isEmpty();
        assertThat(rows("", CSV)).isEmpty();
        assertThat(rows("a,b\n".getBytes(StandardCharsets.UTF_16), CSV))
                .containsExactly(row("!f, line 1: the file is UTF-16; write it in UTF-8"));
    }

    @Test
    void everyMemberOfACompressedFileIsReadHoweverTheBytesArrive() throws IOException {
        byte[] gzip = concat(gzip("a\n"), gzip("b\nc"), gzip(""), gzip("d\n"));
        byte[] zstd = concat(zstd("a\n"), zstd("b\nc"), zstd("d\n"));
        for (byte[] stored : new byte[][] {gzip, zstd}) {
            try (DelimitedReader reader = DelimitedReader.open(PlainFile.slow(stored, 1), "f", TSV)) {
                StringBuilder read = new StringBuilder();
                while (reader.next()) {
                    read.append(reader.text(0)).append(';');
                }
                assertThat(read.toString()).isEqualTo("a;b;cd;");
            }
        }
    }

    @Test
    void damagedAndMisnamedCompressionIsSaid() throws IOException {
        byte[] gzip = gzip("a\nb\n");
        byte[] zstd = zstd("a\nb\n");
        assertThatThrownBy(() -> rows(Arrays.copyOf(gzip, gzip.length - 3), TSV))
                .isInstanceOf(ExtractException.class)
                .hasMessageStartingWith("f is cut off: its gzip data ends at byte " + (gzip.length - 3));
        assertThatThrownBy(() -> rows(Arrays.copyOf(zstd, zstd.length - 3), TSV))
                .isInstanceOf(ExtractException.class)
                .hasMessageStartingWith("f is cut off: its zstd data ends at byte " + (zstd.length - 3));
        assertThatThrownBy(() -> rows(concat(gzip, "more".getBytes(StandardCharsets.UTF_8)), TSV))
                .isInstanceOf(ExtractException.class)
                .hasMessageStartingWith("f is no good gzip file: there is no gzip member at byte " + gzip.length);
        assertThatThrownBy(() -> rows(gzip, TSV.compressed(Compression.ZSTD)))
                .isInstanceOf(ExtractException.class)
                .hasMessageStartingWith("f is no good zstd file: it cannot be decompressed up to there at byte ");
    }

    @Test
    void aRowHasALimit() throws IOException {
        String quoted = "\"" + "x\n".repeat(DelimitedReader.LONGEST_ROW / 2 + 1);
        assertThat(rows("a\n" + quoted, CSV))
                .containsExactly(
                        row("a"), row("!f, line 2: has more than 16777216 bytes; is a quote closed that it opens?"));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    private static byte[] zstd(String text) {
        return Zstd.compress(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] concat(byte[]... parts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.write(part);
        }
        return out.toByteArray();
    }
}
