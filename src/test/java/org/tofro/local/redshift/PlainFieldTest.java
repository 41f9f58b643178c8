package org.tofro.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is plain becomes what the conversion would make of it, and ordinary values are plain. */
class PlainFieldTest {
    private static final List<String> EDGES = List.of(
            "0",
            "-0",
            "+1",
            "007",
            "-0.00",
            "-0.05",
            "0.50",
            "00.5",
            ".5",
            "5.",
            "1.239",
            "9999.99",
            "10000.00",
            "-9999.99",
            "1e5",
            "1e-3",
            "1.5E",
            "--1",
            "-",
            "32767",
            "32768",
            "-32768",
            "2147483647",
            "2147483648",
            "9223372036854775807",
            "9223372036854775808",
            "9999999999999999999",
            "99999999999999999999",
            "nan",
            "Infinity",
            "t",
            "true",
            "x",
            "2024-02-29",
            "2023-02-29",
            "1900-02-29",
            "2000-02-29",
            "0000-02-29",
            "2026-04-31",
            "2026-00-10",
            "2026-13-01",
            "2026-1-1",
            "2026-01-1 ",
            "2026-01-01 10:11:12.5+02",
            "2026-01-01T10:11:12Z",
            "2026-01-01 ",
            "2026-01-01x",
            " 1",
            "1 ",
            "\t",
            "  ",
            "",
            "a\u0000b",
            "\u00e9",
            "{\"a\": 1}",
            "00ff");

    @Provide
    Arbitrary<CopyColumn> columns() {
        Arbitrary<CopyColumn> simple = Arbitraries.of(
                        "int2",
                        "int4",
                        "int8",
                        "numeric",
                        "float4",
                        "float8",
                        "bool",
                        "date",
                        "timestamp",
                        "timestamptz",
                        "time",
                        "bytea",
                        "jsonb",
                        "varchar",
                        "text")
                .map(type -> column(type, -1));
        Arbitrary<CopyColumn> numeric = Combinators.combine(
                        Arbitraries.integers().between(1, 21),
                        Arbitraries.integers().between(0, 6))
                .as((precision, scale) -> column("numeric", ((Math.max(precision, scale) << 16) | scale) + 4));
        Arbitrary<CopyColumn> text = Combinators.combine(
                        Arbitraries.of("varchar", "bpchar"),
                        Arbitraries.integers().between(1, 12))
                .as((type, length) -> column(type, length + 4));
        return Arbitraries.oneOf(simple, numeric, text);
    }

    private static CopyColumn column(String type, int modifier) {
        return new CopyColumn("c", type, modifier, false, false, type);
    }

    @Provide
    Arbitrary<byte[]> fields() {
        Arbitrary<byte[]> edges = Arbitraries.of(EDGES).map(text -> text.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> numbers = Arbitraries.strings()
                .withChars("0123456789-+.eE")
                .ofMaxLength(21)
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> moments = Combinators.combine(
                        Arbitraries.integers().between(0, 2500),
                        Arbitraries.integers().between(0, 13),
                        Arbitraries.integers().between(0, 32),
                        Arbitraries.strings().withChars("0123456789:.+-TZ /").ofMaxLength(12))
                .as((year, month, day, time) ->
                        "%04d-%02d-%02d%s".formatted(year, month, day, time).getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> texts = Arbitraries.strings()
                .withChars(" \t\n\\ab\u00e9\u0085\u00a0\u3000")
                .ofMaxLength(14)
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> any = Arbitraries.bytes().array(byte[].class).ofMaxSize(14);
        // The borders of UTF-8: too long, surrogates, beyond U+10FFFF, cut off.
        Arbitrary<byte[]> borders = Combinators.combine(
                        Arbitraries.of(0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf4, 0xf5),
                        Arbitraries.of(0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0),
                        Arbitraries.of(0x80, 0xbf).list().ofMaxSize(2))
                .as(PlainFieldTest::character);
        return Arbitraries.oneOf(edges, numbers, moments, texts, any, borders);
    }

    private static byte[] character(int first, int second, List<Integer> rest) {
        byte[] bytes = {(byte) first, (byte) second, 'a', 'a'};
        for (int i = 0; i < rest.size(); i++) {
            bytes[2 + i] = rest.get(i).byteValue();
        }
        return bytes;
    }

    @Provide
    Arbitrary<String> options() {
        return Arbitraries.of(
                        "EMPTYASNULL",
                        "BLANKSASNULL",
                        "TRIMBLANKS",
                        "TRUNCATECOLUMNS",
                        "ROUNDEC",
                        "ACCEPTINVCHARS AS '^'",
                        "TIMEFORMAT 'auto'",
                        "TIMEFORMAT 'epochsecs'")
                .set()
                .ofMaxSize(4)
                .map(words -> "CSV " + String.join(" ", words));
    }

    @Property(tries = 30_000)
    void aPlainFieldBecomesWhatTheConversionMakesOfIt(
            @ForAll("columns") CopyColumn column, @ForAll("fields") byte[] field, @ForAll("options") String words)
            throws IOException, BadField {
        CopyCommand.Options options = CopyOptions.of(words);
        byte[] around = new byte[field.length + 2];
        System.arraycopy(field, 0, around, 1, field.length);
        int end = 1 + field.length;
        if (PlainField.of(column, options).is(around, 1, end)) {
            RowBuffer loaded = new RowBuffer();
            new ColumnLoader(column, options).load(around, 1, end, loaded);
            byte[] value = new FieldConversion(column, options).convert(field);
            RowBuffer converted = new RowBuffer();
            converted.value(value, 0, value.length);
            assertThat(sent(loaded)).isEqualTo(sent(converted));
        }
    }

    private static String sent(RowBuffer rows) throws IOException {
        String[] sent = {""};
        rows.flush((bytes, length) -> {
            sent[0] = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            return true;
        });
        return sent[0];
    }

    /** Else every field would go the long way, which nobody would see but in the time that a load takes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "int2 ! -1 ! -32767",
                "int4 ! -1 ! 2147483647",
                "int8 ! -1 ! 9223372036854775807",
                "int8 ! -1 ! 0",
                "numeric ! 393222 ! 9999.99",
                "numeric ! 393222 ! -0.05",
                "numeric ! 131078 ! 0.05",
                "numeric ! -1 ! 123456789012345678901234567890.123456789",
                "float8 ! -1 ! -1.5e-7",
                "float4 ! -1 ! 3",
                "bool ! -1 ! t",
                "date ! -1 ! 2024-02-29",
                "timestamp ! -1 ! 2026-02-28 10:11:12.123456",
                "timestamptz ! -1 ! 2026-02-28T10:11:12+02",
                "time ! -1 ! 10:11:12.5",
                "jsonb ! -1 ! {\"a\": 1}",
                "varchar ! 9 ! a, \\b",
                "varchar ! 9 ! ''",
                "varchar ! 20 ! \u00e9\u4e2d\ud83d\ude00",
                "bpchar ! 8 ! abcd",
                "text ! -1 ! a",
                "bytea ! -1 ! 00fF",
            })
    void ordinaryValuesArePlain(String type, int modifier, String field) {
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        assertThat(PlainField.of(column(type, modifier), CopyOptions.of("CSV")).is(bytes, 0, bytes.length))
                .isTrue();
    }
}
