package org.tofro.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.pipeline.CronExpressionTest.schedule;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Firings and intervals of schedules, over the changes of clocks. Berlin's were on 2026-03-29 at 01:00Z and 2026-10-25 at 01:00Z. */
class ScheduleTest {
    private static String shown(Stream<Instant> moments) {
        return moments.map(moment -> moment.toString().replace(":00Z", "Z")).collect(Collectors.joining(" "));
    }

    private static String shown(Interval interval) {
        return shown(Stream.of(interval.start(), interval.end())).replace(' ', '/');
    }

    private static Instant instant(String text) {
        return Instant.parse(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # A time of the day that the clocks show once.
            30 6 * * *   | Europe/Berlin | 2026-03-28T00:00:00Z | 2026-03-28T05:30Z 2026-03-29T04:30Z 2026-03-30T04:30Z
            30 6 * * *   | Europe/Berlin | 2026-10-24T00:00:00Z | 2026-10-24T04:30Z 2026-10-25T05:30Z 2026-10-26T05:30Z
            # Skipped in March: it fires at the change. Shown twice in October: the first time only.
            30 2 * * *   | Europe/Berlin | 2026-03-28T00:00:00Z | 2026-03-28T01:30Z 2026-03-29T01:00Z 2026-03-30T00:30Z
            30 2 * * *   | Europe/Berlin | 2026-10-24T00:00:00Z | 2026-10-24T00:30Z 2026-10-25T00:30Z 2026-10-26T01:30Z
            # Every hour that passes.
            0 * * * *    | Europe/Berlin | 2026-03-29T00:00:00Z | 2026-03-29T01:00Z 2026-03-29T02:00Z 2026-03-29T03:00Z
            0 * * * *    | Europe/Berlin | 2026-10-24T23:30:00Z | 2026-10-25T00:00Z 2026-10-25T01:00Z 2026-10-25T02:00Z
            30 * * * *   | Europe/Berlin | 2026-03-28T23:45:00Z | 2026-03-29T00:30Z 2026-03-29T01:30Z 2026-03-29T02:30Z
            */30 * * * * | Europe/Berlin | 2026-10-24T23:45:00Z | 2026-10-25T00:00Z 2026-10-25T00:30Z 2026-10-25T01:00Z
            # Every second hour of the clock: 02:00 is skipped, then comes twice.
            0 */2 * * *  | Europe/Berlin | 2026-03-28T22:00:00Z | 2026-03-28T23:00Z 2026-03-29T02:00Z 2026-03-29T04:00Z
            0 */2 * * *  | Europe/Berlin | 2026-10-24T21:00:00Z | 2026-10-24T22:00Z 2026-10-25T00:00Z 2026-10-25T01:00Z
            # Two hours of the day, the first of them skipped: of two firings that begin the same interval one is left.
            30 2,3 * * * | Europe/Berlin | 2026-03-28T03:00:00Z | 2026-03-29T01:30Z 2026-03-30T00:30Z 2026-03-30T01:30Z
            # Midnight that is skipped, half an hour that is shown twice, no changes at all.
            0 0 * * *    | Africa/Cairo  | 2026-04-23T00:00:00Z | 2026-04-23T22:00Z 2026-04-24T21:00Z 2026-04-25T21:00Z
            45 1 * * *   | Australia/Lord_Howe | 2026-04-03T20:00:00Z | 2026-04-04T14:45Z 2026-04-05T15:15Z 2026-04-06T15:15Z
            0 0 * * *    | Asia/Kolkata  | 2026-11-23T00:00:00Z | 2026-11-23T18:30Z 2026-11-24T18:30Z 2026-11-25T18:30Z
            """)
    void firesByTheClocksOfTheZone(String cron, String zone, String after, String expected) throws Exception {
        Schedule schedule = schedule(cron, zone);

        assertThat(shown(Stream.iterate(schedule.next(instant(after)), schedule::next)
                        .limit(3)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            30 6 * * *     | UTC           | 2026-11-24T06:30:00Z | 2026-11-23T00:00Z/2026-11-24T00:00Z
            30 6 * * *     | Europe/Berlin | 2026-11-24T05:30:00Z | 2026-11-22T23:00Z/2026-11-23T23:00Z
            30 6 * * *     | Europe/Berlin | 2026-03-30T04:30:00Z | 2026-03-28T23:00Z/2026-03-29T22:00Z
            30 6 * * *     | Europe/Berlin | 2026-10-26T05:30:00Z | 2026-10-24T22:00Z/2026-10-25T23:00Z
            5 * * * *      | UTC           | 2026-11-24T06:05:00Z | 2026-11-24T05:00Z/2026-11-24T06:00Z
            5 * * * *      | Europe/Berlin | 2026-10-25T01:05:00Z | 2026-10-25T00:00Z/2026-10-25T01:00Z
            5 * * * *      | Asia/Kolkata  | 2026-11-24T06:35:00Z | 2026-11-24T05:30Z/2026-11-24T06:30Z
            */15 * * * *   | UTC           | 2026-11-24T06:15:00Z | 2026-11-24T06:00Z/2026-11-24T06:15Z
            30 6,18 * * *  | UTC           | 2026-11-24T06:30:00Z | 2026-11-23T18:00Z/2026-11-24T06:00Z
            0 6 * * mon    | UTC           | 2026-11-23T06:00:00Z | 2026-11-16T00:00Z/2026-11-23T00:00Z
            0 6 * * 1-5    | UTC           | 2026-11-23T06:00:00Z | 2026-11-20T00:00Z/2026-11-23T00:00Z
            0 6 1 * *      | UTC           | 2026-12-01T06:00:00Z | 2026-11-01T00:00Z/2026-12-01T00:00Z
            """)
    void aFiringCoversTheIntervalThatEndsWithIt(String cron, String zone, String firing, String expected)
            throws Exception {
        Schedule schedule = schedule(cron, zone);

        assertThat(shown(schedule.intervalOf(instant(firing)))).isEqualTo(expected);
        assertThat(schedule.firingAt(schedule.intervalOf(instant(firing)).end()))
                .isEqualTo(instant(firing));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            30 6 * * *   | UTC           | 2026-11-23             | 2026-11-23T00:00Z/2026-11-24T00:00Z
            30 6 * * *   | Europe/Berlin | 2026-10-25             | 2026-10-24T22:00Z/2026-10-25T23:00Z
            30 6 * * *   | Europe/Berlin | 2026-11-23T00          | 2026-11-22T23:00Z/2026-11-23T23:00Z
            5 * * * *    | UTC           | 2026-11-23T05          | 2026-11-23T05:00Z/2026-11-23T06:00Z
            5 * * * *    | UTC           | 2026-11-23T05:00       | 2026-11-23T05:00Z/2026-11-23T06:00Z
            5 * * * *    | Europe/Berlin | 2026-10-25T02:00+01:00 | 2026-10-25T01:00Z/2026-10-25T02:00Z
            5 * * * *    | Europe/Berlin | 2026-10-25T02:00+02:00 | 2026-10-25T00:00Z/2026-10-25T01:00Z
            */15 * * * * | UTC           | 2026-11-23T05:45Z      | 2026-11-23T05:45Z/2026-11-23T06:00Z
            0 6 * * 1-5  | UTC           | 2026-11-20             | 2026-11-20T00:00Z/2026-11-23T00:00Z
            """)
    void aLogicalDateIsTheStartOfAnInterval(String cron, String zone, String date, String expected) throws Exception {
        assertThat(shown(schedule(cron, zone).intervalOf(LogicalDate.parse(date))))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            5 * * * *   | UTC           | 2026-11-23       | '2026-11-23' is a day, and a run of this pipeline covers less than one; give its hour too, such as 2026-11-23T00:00, or --from and --to for all of a day
            5 * * * *   | UTC           | 2026-11-23T05:30 | no run of this pipeline begins at '2026-11-23T05:30': by its schedule '5 * * * *' the run around it begins at 2026-11-23T05:00, the next one at 2026-11-23T06:00
            0 6 * * 1-5 | Europe/Berlin | 2026-11-22       | no run of this pipeline begins at '2026-11-22': by its schedule '0 6 * * 1-5 Europe/Berlin' the run around it begins at 2026-11-20, the next one at 2026-11-23
            30 6 * * *  | UTC           | 2026-11-23T05    | no run of this pipeline begins at '2026-11-23T05': by its schedule '30 6 * * *' the run around it begins at 2026-11-23, the next one at 2026-11-24
            5 * * * *   | Europe/Berlin | 2026-03-29T02    | there is no '2026-03-29T02' in Europe/Berlin: clocks are put forward over it
            5 * * * *   | Europe/Berlin | 2026-10-25T02    | '2026-10-25T02' comes twice in Europe/Berlin: write 2026-10-25T02:00+02:00 for the first or 2026-10-25T02:00+01:00 for the second
            """)
    void saysWhichDateToGiveInstead(String cron, String zone, String date, String message) throws Exception {
        Schedule schedule = schedule(cron, zone);

        assertThatThrownBy(() -> schedule.intervalOf(LogicalDate.parse(date)))
                .isInstanceOf(DateTimeException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"12:30", "2026-13-01", "2026-11-23T25", "2026-11-23 05:00", "2026-11-23T05:00:30", "23.11.2026"})
    void whatIsNoDateIsRefused(String text) {
        assertThatThrownBy(() -> LogicalDate.parse(text))
                .isInstanceOf(DateTimeException.class)
                .hasMessage("'" + text + "' is no date; one looks like 2026-11-23, or 2026-11-23T05 for an hour");
    }

    @Test
    void aDayOfHoursIsTwentyThreeOrTwentyFiveOfThem() throws Exception {
        Schedule hourly = schedule("5 * * * *", "Europe/Berlin");
        Instant march = LogicalDate.parse("2026-03-29").at(hourly.zone());
        Instant october = LogicalDate.parse("2026-10-25").at(hourly.zone());

        List<Interval> shortDay =
                hourly.intervals(march, LogicalDate.parse("2026-03-30").at(hourly.zone()));
        List<Interval> longDay =
                hourly.intervals(october, LogicalDate.parse("2026-10-26").at(hourly.zone()));

        assertThat(shortDay).hasSize(23);
        assertThat(longDay).hasSize(25);
        assertThat(shown(longDay.get(2))).isEqualTo("2026-10-25T00:00Z/2026-10-25T01:00Z");
        assertThat(longDay.stream()
                        .map(Interval::start)
                        .map(hourly::shown)
                        .toList()
                        .subList(1, 5))
                .containsExactly(
                        "2026-10-25T01:00", "2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00", "2026-10-25T03:00");
        for (Interval hour : longDay) {
            assertThat(hourly.intervalOf(LogicalDate.parse(hourly.shown(hour.start()))))
                    .isEqualTo(hour);
        }
    }

    @Test
    void intervalsBeginInTheStretchThatIsAskedFor() throws Exception {
        Schedule weekdays = schedule("0 6 * * 1-5", "UTC");

        assertThat(weekdays.intervals(instant("2026-11-19T12:00:00Z"), instant("2026-11-24T00:00:00Z")).stream()
                        .map(ScheduleTest::shown))
                .containsExactly("2026-11-20T00:00Z/2026-11-23T00:00Z", "2026-11-23T00:00Z/2026-11-24T00:00Z");
        assertThat(weekdays.intervals(instant("2026-11-21T00:00:00Z"), instant("2026-11-22T00:00:00Z")))
                .isEmpty();
        assertThat(weekdays.intervalsEnding(instant("2026-11-20T00:00:00Z"), instant("2026-11-24T00:00:00Z")).stream()
                        .map(ScheduleTest::shown))
                .containsExactly("2026-11-20T00:00Z/2026-11-23T00:00Z", "2026-11-23T00:00Z/2026-11-24T00:00Z");
        // One that had begun before, by another schedule perhaps, is not left out.
        assertThat(weekdays.intervalsEnding(instant("2026-11-22T07:00:00Z"), instant("2026-11-23T23:00:00Z")).stream()
                        .map(ScheduleTest::shown))
                .containsExactly("2026-11-20T00:00Z/2026-11-23T00:00Z");
    }

    @Test
    void theLastCompleteIntervalDoesNotWaitForItsFiring() throws Exception {
        Schedule daily = schedule("30 6 * * *", "UTC");
        Schedule hourly = schedule("5 * * * *", "UTC");

        assertThat(shown(daily.lastComplete(instant("2026-11-24T03:00:00Z"))))
                .isEqualTo("2026-11-23T00:00Z/2026-11-24T00:00Z");
        assertThat(shown(daily.lastComplete(instant("2026-11-24T23:59:59Z"))))
                .isEqualTo("2026-11-23T00:00Z/2026-11-24T00:00Z");
        assertThat(shown(hourly.lastComplete(instant("2026-11-24T03:04:00Z"))))
                .isEqualTo("2026-11-24T02:00Z/2026-11-24T03:00Z");
    }
}
