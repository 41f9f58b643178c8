package org.tofro.connect.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.connect.eventlog.FieldForm.Shape;
import org.tofro.data.RedshiftType;

/** What becomes of a value of each type: its staged form, or the reason why its line is rejected. */
class FieldFormTest {
    private static String form(String type, EventField.@Nullable Epoch epoch, Shape shape, String value) {
        EventField field = new EventField("f", "/f", RedshiftType.parse(type).orElseThrow(), false, epoch);
        EventRow row = new EventRow(List.of(field), "null_marker");
        row.clear();
        byte[] bytes = ("<" + value + ">").getBytes(StandardCharsets.UTF_8);
        row.put(0, shape, bytes, 1, bytes.length - 1);
        int length = row.encode();
        return length < 0
                ? String.valueOf(row.reason())
                : new String(row.encoded(), 0, length - 1, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            smallint; 32767; 32767
            smallint; 32768; OUT_OF_RANGE
            smallint; -32769; OUT_OF_RANGE
            integer; 42; 42
            integer; -0; -0
            integer; 42.0; 42
            integer; 4.2e1; 42
            integer; 42.5; FRACTION
            integer; 1e-1; FRACTION
            integer; 1e9; 1000000000
            integer; 1e10; OUT_OF_RANGE
            integer; 1e999999999; OUT_OF_RANGE
            integer; 1e99999999999; OUT_OF_RANGE
            integer; 0e99; 0
            integer; 007; 7
            bigint; 9223372036854775807; 9223372036854775807
            bigint; -9223372036854775808; -9223372036854775808
            bigint; 9223372036854775808; OUT_OF_RANGE
            bigint; 9223372036854775807.0; 9223372036854775807
            decimal(6,2); 1234.56; 1234.56
            decimal(6,2); 1234.560; 1234.560
            decimal(6,2); 1234.567; TOO_MANY_DIGITS
            decimal(6,2); 12345.6; TOO_MANY_DIGITS
            decimal(6,2); 1.5e3; 1500
            decimal(6,2); 1e-3; TOO_MANY_DIGITS
            decimal(6,2); 1e-999999999; TOO_MANY_DIGITS
            decimal(38,37); 1.0000000000000000000000000000000000001; 1.0000000000000000000000000000000000001
            double precision; 0.1; 0.1
            double precision; -1.5e-7; -1.5e-7
            double precision; 1e400; OUT_OF_RANGE
            double precision; 1e-400; OUT_OF_RANGE
            double precision; 0e-400; 0e-400
            double precision; 0.1000000000000000000000000000000000000000000000001; 0.1
            real; 1e39; OUT_OF_RANGE
            real; 0.1; 0.1
            """)
    void numbers(String type, String value, String expected) {
        assertThat(form(type, null, Shape.NUMBER, value)).isEqualTo(expected);
        assertThat(form(type, null, Shape.TEXT, value)).as("as text").isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            integer; ``; NOT_A_NUMBER
            integer; abc; NOT_A_NUMBER
            integer; 4 2; NOT_A_NUMBER
            integer; 42x; NOT_A_NUMBER
            integer; -; NOT_A_NUMBER
            integer; .5; NOT_A_NUMBER
            integer; 5.; NOT_A_NUMBER
            integer; 5e; NOT_A_NUMBER
            decimal(6,2); NaN; NOT_A_NUMBER
            double precision; NaN; NOT_A_NUMBER
            double precision; Infinity; NOT_A_NUMBER
            double precision; 0x1p3; NOT_A_NUMBER
            double precision; 1d; NOT_A_NUMBER
            boolean; true; t
            boolean; FALSE; f
            boolean; T; t
            boolean; 0; f
            boolean; yes; NOT_A_BOOLEAN
            boolean; ``; NOT_A_BOOLEAN
            date; 2026-11-23; 2026-11-23
            date; 2026-02-29; NOT_A_DATE
            date; 2024-02-29; 2024-02-29
            date; 2026-11-23T00:00:00; NOT_A_DATE
            date; 0000-01-01; NOT_A_DATE
            date; 26-11-23; NOT_A_DATE
            time; 14:30; 14:30:00
            time; 14:30:05.25; 14:30:05.250000
            time; 24:00:00; NOT_A_TIME
            time; 14:30:05.1234567; TOO_FINE
            timestamp; 2026-11-23; 2026-11-23 00:00:00
            timestamp; 2026-11-23T14:30:05; 2026-11-23 14:30:05
            timestamp; 2026-11-23 14:30:05.5; 2026-11-23 14:30:05.500000
            timestamp; 2026-11-23T14:30:05,123; 2026-11-23 14:30:05.123000
            timestamp; 2026-11-23T14:30:05.123456000; 2026-11-23 14:30:05.123456
            timestamp; 2026-11-23T14:30:05.1234567; TOO_FINE
            timestamp; 2026-11-23T14:30:05Z; 2026-11-23 14:30:05
            timestamp; 2026-11-23T00:30:05+01:00; 2026-11-22 23:30:05
            timestamp; 2026-12-31T23:30:05-0130; 2027-01-01 01:00:05
            timestamp; 2026-11-23 14:30:05 +02; 2026-11-23 12:30:05
            timestamp; 0001-01-01T00:00:00+01:00; NOT_A_TIMESTAMP
            timestamp; 9999-12-31T23:59:59.999999Z; 9999-12-31 23:59:59.999999
            timestamp; 9999-12-31T23:59:59-01:00; NOT_A_TIMESTAMP
            timestamp; 2026-11-23T14:30:60Z; NOT_A_TIMESTAMP
            timestamp; 2026-11-23T14:30:05Zx; NOT_A_TIMESTAMP
            timestamp; 2026-11-23T14:30:05+19:00; NOT_A_TIMESTAMP
            timestamp; 2026-11-23T14; NOT_A_TIMESTAMP
            timestamp; 2026-11-23T; NOT_A_TIMESTAMP
            timestamp; 2026-11-23T14:30:; NOT_A_TIMESTAMP
            timestamp; 2026-11-23T14:30:05.; NOT_A_TIMESTAMP
            timestamp; tomorrow at noon; NOT_A_TIMESTAMP
            timestamptz; 2026-11-23T00:30:05+01:00; 2026-11-22 23:30:05+00
            timestamptz; 2026-11-23T00:30:05; 2026-11-23 00:30:05+00
            varchar(4); abcd; "abcd"
            varchar(4); abcde; TOO_LONG
            varchar(4); ää; "ää"
            varchar(3); ää; TOO_LONG
            varchar(9); a"b; "a""b"
            varchar(9); ``; ""
            varchar(9); null_marker; TOO_LONG
            varchar(20); null_marker; "null_marker"
            char(2); ab; "ab"
            char(2); a; NOT_EXACT_WIDTH
            char(2); ä; NOT_EXACT_WIDTH
            """)
    void texts(String type, String value, String expected) {
        assertThat(form(type, null, Shape.TEXT, value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "MILLIS, 1764000000123, 2025-11-24 16:00:00.123000",
        "MILLIS, 1764000000123.456, 2025-11-24 16:00:00.123456",
        "MILLIS, 1764000000123.4567, TOO_FINE",
        "MILLIS, 1.764e12, 2025-11-24 16:00:00",
        "MILLIS, -1, 1969-12-31 23:59:59.999000",
        "MILLIS, 9223372036854775807, OUT_OF_RANGE",
        "MILLIS, 253402300800000, OUT_OF_RANGE",
        "MILLIS, -62135596800000, 0001-01-01 00:00:00",
        "MILLIS, -62135596800001, OUT_OF_RANGE",
        "SECONDS, 1764000000, 2025-11-24 16:00:00",
        "SECONDS, 1764000000.25, 2025-11-24 16:00:00.250000",
        "SECONDS, 99999999999999, OUT_OF_RANGE",
        "SECONDS, 253402300799, 9999-12-31 23:59:59",
        "SECONDS, 253402300800, OUT_OF_RANGE",
        "SECONDS, 2026-11-23, NOT_A_NUMBER"
    })
    void countedTimes(EventField.Epoch epoch, String value, String expected) {
        assertThat(form("timestamp", epoch, Shape.NUMBER, value)).isEqualTo(expected);
    }

    @Test
    void shapesThatHaveNoPlace() {
        assertThat(form("timestamp", null, Shape.NUMBER, "1764000000")).isEqualTo("EPOCH");
        assertThat(form("timestamp", EventField.Epoch.SECONDS, Shape.BOOLEAN, "true"))
                .isEqualTo("NOT_A_NUMBER");
        for (String type : List.of("integer", "decimal(6,2)", "real", "boolean", "date", "time", "timestamptz")) {
            assertThat(form(type, null, Shape.NESTED, "{}")).as(type).isEqualTo("NESTED");
        }
        assertThat(form("integer", null, Shape.BOOLEAN, "true")).isEqualTo("NOT_A_NUMBER");
        assertThat(form("varchar(9)", null, Shape.NESTED, "{\"a\":1}")).isEqualTo("\"{\"\"a\"\":1}\"");
        assertThat(form("varchar(9)", null, Shape.TEXT, "a\0b")).isEqualTo("NUL");
    }
}
