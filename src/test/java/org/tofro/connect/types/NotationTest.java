package org.tofro.connect.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.data.RedshiftType;

/** What the text of a file becomes, or what is wrong with it; event logs take other liberties with the same readers. */
class NotationTest {
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            date; 2026-11-23; 2026-11-23
            date; 2024-02-29; 2024-02-29
            date; 2026-02-29; UNREADABLE
            date; 2026-11-23 00:00; UNREADABLE
            date; 0000-01-01; UNREADABLE
            date; 26-11-23; UNREADABLE
            timestamp; 2026-11-23; 2026-11-23 00:00:00
            timestamp; 2026-11-23 07:04; 2026-11-23 07:04:00
            timestamp; 2026-11-23T07:04:56.250000; 2026-11-23 07:04:56.25
            timestamp; 2026-11-23t07:04:56.1234560; 2026-11-23 07:04:56.123456
            timestamp; 2026-11-23 07:04:56.1234567; TOO_FINE
            timestamp; 2026-11-23 07:04:56,5; UNREADABLE
            timestamp; 2026-11-23 07:04.5; UNREADABLE
            timestamp; 2026-11-23 24:00:00; UNREADABLE
            timestamp; 2026-11-23 07:04:60; UNREADABLE
            timestamp; 2026-11-23 07:04:56Z; UNREADABLE
            timestamptz; 2026-11-23; UNREADABLE
            timestamptz; 2026-11-23 07:04:56Z; 2026-11-23 07:04:56+00
            timestamptz; 2026-11-23 07:04:56.05 UTC; 2026-11-23 07:04:56.05+00
            timestamptz; 2026-11-23 00:30:00+01:00; 2026-11-22 23:30:00+00
            timestamptz; 2026-11-23 00:30:00-0130; 2026-11-23 02:00:00+00
            timestamptz; 2026-11-23 00:30:00 +01; UNREADABLE
            timestamptz; 2026-11-23 00:30:00+16; UNREADABLE
            timestamptz; 0001-01-01 00:00:00+01; OUT_OF_YEARS
            time; 14:30; 14:30:00
            time; 24:00:00; 24:00:00
            time; 24:00:00.1; UNREADABLE
            time; 14:30:05.25; 14:30:05.25
            timetz; 14:30:05+02:30:15; 14:30:05+02:30:15
            timetz; 14:30:05.10-023015; 14:30:05.1-02:30:15
            timetz; 14:30:05+02:3015; UNREADABLE
            timetz; 14:30:05; UNREADABLE
            integer; +007; 7
            integer; -0; -0
            integer; 4.0; UNREADABLE
            decimal(6,2); +.5; 0.5
            decimal(6,2); 5.; 5
            decimal(6,2); 12.5e-1; 1.25
            double precision; 1e400; OUT_OF_RANGE
            double precision; 1e-400; OUT_OF_RANGE
            double precision; 0e-400; 0e-400
            double precision; infinity; Infinity
            double precision; 0x1p3; UNREADABLE
            real; 1e39; OUT_OF_RANGE
            """)
    void texts(String type, String text, String expected) {
        Notation notation = Notation.of(RedshiftType.parse(type).orElseThrow());
        byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
        byte[] staged = notation.staged(bytes, 1, bytes.length - 1);
        assertThat(
                        staged == null
                                ? notation.misfit(bytes, 1, bytes.length - 1).name()
                                : new String(staged, StandardCharsets.UTF_8))
                .isEqualTo(expected);
    }
}
