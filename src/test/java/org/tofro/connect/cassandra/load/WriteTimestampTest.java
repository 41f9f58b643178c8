package org.tofro.connect.cassandra.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.data.RunContext;
import org.tofro.data.WorkRules;

/** Which of two launches wins. */
class WriteTimestampTest {
    private static final Duration DAY = Duration.ofDays(1);

    private static long stamp(Instant start, Duration length, long token) {
        return WriteTimestamp.of(new RunContext(
                "p",
                "r",
                token,
                start,
                start.plus(length),
                RunContext.OptionalLimit.NONE,
                false,
                Map.of(),
                WorkRules.NONE));
    }

    /** What a lease gives to the launch after that one, as {@code Lease.acquire} has it in SQL. */
    private static long token(long before, Instant now) {
        return Math.max(before + 1, now.getEpochSecond() * 1_000_000);
    }

    private static long micros(Instant moment) {
        return moment.getEpochSecond() * 1_000_000;
    }

    @Test
    void aNightsRunIsALittleAfterTheStartOfItsDay() {
        Instant day = Instant.parse("2026-11-23T00:00:00Z");

        assertThat(stamp(day, DAY, token(0, Instant.parse("2026-11-24T02:00:00Z"))))
                .isEqualTo(micros(day) + 936_000);
    }

    /** Days of a century, hours of five years, minutes of a month. */
    @ParameterizedTest
    @CsvSource({"86400, 1000000000", "3600, 170000000", "60, 2500000", "2592000, 1000000000"})
    void everyLaunchOfAnIntervalIsAboveTheOneBefore(long length, int mostSeconds) {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            Instant start = Instant.ofEpochSecond(random.nextInt(2_000_000_000) / 60 * 60);
            Instant now = start.plusSeconds(random.nextInt(mostSeconds));
            long token = token(0, now);
            for (int launch = 0; launch < 5; launch++) {
                // Within the same second, in the next one, or later.
                now = now.plusSeconds(random.nextInt(3) * random.nextInt(2) * random.nextInt(1_000));
                long next = token(token, now);
                long stamp = stamp(start, Duration.ofSeconds(length), next);
                assertThat(stamp)
                        .isGreaterThan(stamp(start, Duration.ofSeconds(length), token))
                        .isLessThanOrEqualTo(next)
                        .isLessThan(micros(start.plusSeconds(length)));
                token = next;
            }
        }
    }

    @Test
    void nineLaunchesOfASecondComeBeforeTheFirstOfTheNext() {
        Instant day = Instant.parse("2026-11-23T00:00:00Z");
        Instant second = Instant.parse("2026-11-24T02:00:00Z");
        long token = token(0, second);
        for (int i = 1; i < 10; i++) {
            long next = token(token, second);
            assertThat(stamp(day, DAY, next)).isEqualTo(stamp(day, DAY, token) + 1);
            token = next;
        }
        assertThat(stamp(day, DAY, token(token, second.plusSeconds(1)))).isGreaterThan(stamp(day, DAY, token));
    }

    /** The warehouse's clock was a day ahead, and was set right. */
    @Test
    void aClockThatJumpsBackTakesNoLaunchBack() {
        Instant day = Instant.parse("2026-11-23T00:00:00Z");
        Instant now = Instant.parse("2026-11-24T02:00:00Z");
        long token = token(0, now.plus(DAY));
        for (int i = 0; i < 30; i++) {
            now = now.plus(Duration.ofHours(1));
            long next = token(token, now);
            assertThat(stamp(day, DAY, next)).isGreaterThan(stamp(day, DAY, token));
            token = next;
        }
    }

    @ParameterizedTest
    @CsvSource({"60, 3000000000", "300, 3000000000", "3600, 3000000000", "86400, 3000000000"})
    void noLaunchIsSoLateThatItGetsIntoTheNextInterval(long length, long secondsLate) {
        Instant start = Instant.parse("2026-11-23T00:00:00Z");
        Duration interval = Duration.ofSeconds(length);
        Instant next = start.plus(interval);
        long prompt = stamp(next, interval, token(0, next.plus(interval)));

        long before = stamp(start, interval, token(0, next));
        for (long late = 1_000; late < secondsLate; late *= 2) {
            long stamp = stamp(start, interval, token(0, next.plusSeconds(late)));
            assertThat(stamp).as(late + " s late").isGreaterThan(before).isLessThan(prompt);
            before = stamp;
        }
    }

    /** A backfill keeps the lease, and with it the token, for all its intervals; some may begin after it was taken. */
    @Test
    void intervalsOfOneTokenAreInTheirOrder() {
        long token = token(0, Instant.parse("2026-11-24T02:00:00Z"));
        for (Duration length : new Duration[] {Duration.ofMinutes(1), DAY}) {
            long before = Long.MIN_VALUE;
            for (Instant start = Instant.parse("1969-12-20T00:00:00Z");
                    start.isBefore(Instant.parse("2027-01-01T00:00:00Z"));
                    start = start.plus(length.multipliedBy(length.equals(DAY) ? 1 : 9_999))) {
                long stamp = stamp(start, length, token);
                assertThat(stamp).isGreaterThan(before);
                assertThat(stamp(start.plus(length), length, token)).isGreaterThan(stamp);
                before = stamp;
            }
        }
    }
}
