package org.tofro.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "30s, 30",
        "1 second, 1",
        "5 minutes, 300",
        "10 Minutes, 600",
        "2h, 7200",
        "6 Hours, 21600",
        "1 day, 86400"
    })
    void isReadAsWritten(String text, long seconds) {
        assertThat(Durations.parse(text)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "1.5 hours", "-1 s", "5 parsecs", "PT5M", "minutes", "99999999999 s"})
    void isNone(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }

    @Test
    void isSaidInItsLargestWholeUnit() {
        assertThat(Durations.words(Duration.ofSeconds(1))).isEqualTo("1 second");
        assertThat(Durations.words(Duration.ofSeconds(90))).isEqualTo("90 seconds");
        assertThat(Durations.words(Duration.ofMinutes(90))).isEqualTo("90 minutes");
        assertThat(Durations.words(Duration.ofHours(2))).isEqualTo("2 hours");
        assertThat(Durations.words(Duration.ofDays(1))).isEqualTo("1 day");
        assertThat(Durations.words(Duration.ofMillis(40))).isEqualTo("0 seconds");
    }
}
