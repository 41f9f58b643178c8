package org.tofro.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class DatedTextTest {
    private static DatedText daily(String template) {
        return new DatedText(template, ZoneOffset.UTC, Interval.ofDay(LocalDate.of(2026, 11, 23)));
    }

    private static DatedText of(String template, String zone, String start, String end) {
        return new DatedText(template, ZoneId.of(zone), new Interval(Instant.parse(start), Instant.parse(end)));
    }

    @Test
    void anIntervalHasEachOfItsDates() {
        assertThat(daily("s3://e/{date:yyyy/MM/dd}/x-{date:dd}").texts()).containsExactly("s3://e/2026/11/23/x-23");
        assertThat(daily("{date:HH}").texts()).hasSize(24).startsWith("00").endsWith("23");
        assertThat(daily("{date:yyyy-MM}").texts()).containsExactly("2026-11");
        assertThat(daily("plain").texts()).containsExactly("plain");
        assertThat(of("{date:dd'T'HH}", "UTC", "2026-11-23T05:00:00Z", "2026-11-23T06:00:00Z")
                        .texts())
                .containsExactly("23T05");
        assertThat(of("{date:MM-dd}", "UTC", "2026-11-27T00:00:00Z", "2026-11-30T00:00:00Z")
                        .texts())
                .containsExactly("11-27", "11-28", "11-29");
    }

    @Test
    void datesAreThoseOfThePipelinesClocks() {
        // A day in Berlin that has 25 hours, of which one name comes twice.
        DatedText day = of("{date:dd/HH}", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
        assertThat(day.texts()).hasSize(24).startsWith("25/00").endsWith("25/23");
        assertThat(of("{date:MM/dd}", "Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-26T23:00:00Z")
                        .textsBefore(Duration.ofDays(2)))
                .containsExactly("10/24", "10/25");
    }

    @Test
    void aWindowHasTheDatesBefore() {
        assertThat(daily("{date:MM-dd}").textsBefore(Duration.ofDays(3))).containsExactly("11-20", "11-21", "11-22");
        assertThat(daily("{date:MM}").textsBefore(Duration.ofDays(3))).isEmpty();
        assertThat(of("{date:dd-HH}", "UTC", "2026-11-23T01:00:00Z", "2026-11-23T02:00:00Z")
                        .textsBefore(Duration.ofHours(2)))
                .containsExactly("22-23", "23-00");
    }

    @Test
    void whatComesBackInTheNextRunIsKnown() {
        assertThat(daily("{date:yyyy/MM/dd}").repeats()).isFalse();
        assertThat(daily("{date:yyyy/MM}").repeats()).isTrue();
        assertThat(daily("plain").repeats()).isTrue();
        assertThat(of("{date:yyyy/MM}", "UTC", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")
                        .repeats())
                .isFalse();
        assertThat(of("{date:yyyy-MM-dd}", "UTC", "2026-11-23T05:00:00Z", "2026-11-23T06:00:00Z")
                        .repeats())
                .isTrue();
    }

    @Test
    void aPatternThatIsNoneIsNamed() {
        assertThat(daily("{date:yyyy} {date:bbbb}").wrongPattern()).isEqualTo("bbbb");
        assertThat(daily("{date:''}").wrongPattern()).isNull();
        assertThat(daily("{date:}").wrongPattern()).isEmpty();
        assertThat(daily("{date:yyyy}").wrongPattern()).isNull();
    }
}
