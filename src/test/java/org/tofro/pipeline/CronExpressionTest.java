package org.tofro.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which moments a cron expression stands for. */
class CronExpressionTest {
    private static final Instant MONDAY = Instant.parse("2026-11-23T00:00:00Z");

    static Schedule schedule(String cron, String zone) throws CronField.SyntaxException {
        return new Schedule(CronExpression.parse(cron), ZoneId.of(zone), Schedule.CatchUp.LAST, Duration.ofHours(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 0 * * *           | 24T00:00 25T00:00 26T00:00
            30 6 * * *          | 23T06:30 24T06:30 25T06:30
            * * * * *           | 23T00:01 23T00:02 23T00:03
            */20 * * * *        | 23T00:20 23T00:40 23T01:00
            5-59/20 8 * * *     | 23T08:05 23T08:25 23T08:45
            0 */8 * * *         | 23T08:00 23T16:00 24T00:00
            15 1,3,5 * * *      | 23T01:15 23T03:15 23T05:15
            0 9-10 * * *        | 23T09:00 23T10:00 24T09:00
            0 6 * * mon         | 23T06:00 30T06:00 2026-12-07T06:00
            0 6 * * 1           | 23T06:00 30T06:00 2026-12-07T06:00
            0 6 * * Sun         | 29T06:00 2026-12-06T06:00 2026-12-13T06:00
            0 6 * * 7           | 29T06:00 2026-12-06T06:00 2026-12-13T06:00
            0 6 * * fri-sun     | 27T06:00 28T06:00 29T06:00
            0 6 * * TUE,thu     | 24T06:00 26T06:00 2026-12-01T06:00
            0 6 1 * *           | 2026-12-01T06:00 2027-01-01T06:00 2027-02-01T06:00
            0 6 31 * *          | 2026-12-31T06:00 2027-01-31T06:00 2027-03-31T06:00
            0 6 29 feb *        | 2028-02-29T06:00 2032-02-29T06:00 2036-02-29T06:00
            0 6 */10 * *        | 2026-12-01T06:00 2026-12-11T06:00 2026-12-21T06:00
            0 6 1 jan-mar *     | 2027-01-01T06:00 2027-02-01T06:00 2027-03-01T06:00
            0 6 25 * mon        | 23T06:00 25T06:00 30T06:00
            0 6 * 2,12 wed      | 2026-12-02T06:00 2026-12-09T06:00 2026-12-16T06:00
            @hourly             | 23T01:00 23T02:00 23T03:00
            @daily              | 24T00:00 25T00:00 26T00:00
            @weekly             | 29T00:00 2026-12-06T00:00 2026-12-13T00:00
            @monthly            | 2026-12-01T00:00 2027-01-01T00:00 2027-02-01T00:00
            @yearly             | 2027-01-01T00:00 2028-01-01T00:00 2029-01-01T00:00
            """)
    void firesAfterAMonday(String cron, String expected) throws Exception {
        Schedule schedule = schedule(cron, "UTC");

        assertThat(Stream.iterate(schedule.next(MONDAY), schedule::next)
                        .limit(3)
                        .map(firing -> firing.toString().replace(":00Z", "").replace("2026-11-", ""))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            30 6 * *        | '30 6 * *' has 4 fields; a cron expression has five: minute, hour, day of the month, month, day of the week, such as '30 6 * * mon-fri'
            0 30 6 * * *    | '0 30 6 * * *' has 6 fields; a cron expression has five: minute, hour, day of the month, month, day of the week, such as '30 6 * * mon-fri'
            daily           | 'daily' has 1 field; a cron expression has five: minute, hour, day of the month, month, day of the week, such as '30 6 * * mon-fri'
            60 6 * * *      | '60': the minute takes numbers from 0 to 59, ranges such as 0-4, lists of them with commas, and steps such as */2
            0 24 * * *      | '24': the hour takes numbers from 0 to 23, ranges such as 0-4, lists of them with commas, and steps such as */2
            0 6 0 * *       | '0': the day of the month takes numbers from 1 to 31, ranges such as 1-5, lists of them with commas, and steps such as */2
            0 6 L * *       | 'L': the day of the month takes numbers from 1 to 31, ranges such as 1-5, lists of them with commas, and steps such as */2
            0 6 ? * mon     | '?': the day of the month takes numbers from 1 to 31, ranges such as 1-5, lists of them with commas, and steps such as */2
            0 6 * january * | 'january': the month takes numbers from 1 to 12, names such as feb, ranges such as feb-jun, lists of them with commas, and steps such as */2
            0 6 * * mon#2   | 'mon#2': the day of the week takes numbers from 0 to 7, names such as mon, ranges such as mon-fri, lists of them with commas, and steps such as */2
            0 6 * * 8       | '8': the day of the week takes numbers from 0 to 7, names such as mon, ranges such as mon-fri, lists of them with commas, and steps such as */2
            */0 * * * *     | '*/0': the minute takes numbers from 0 to 59, ranges such as 0-4, lists of them with commas, and steps such as */2
            5/10 * * * *    | '5/10': the minute takes numbers from 0 to 59, ranges such as 0-4, lists of them with commas, and steps such as */2
            1,,2 * * * *    | '': the minute takes numbers from 0 to 59, ranges such as 0-4, lists of them with commas, and steps such as */2
            0 22-2 * * *    | '22-2' is a range that ends before it begins; write it as a list of two
            0 6 31 2 *      | '0 6 31 2 *' never fires: that day does not come
            0 6 */2 * mon   | '0 6 */2 * mon' has a day of the month and a day of the week, one of them with '*/': crons disagree whether both must hold; write the days as a list
            """)
    void saysWhatIsWrong(String cron, String message) {
        assertThatThrownBy(() -> CronExpression.parse(cron))
                .isInstanceOf(CronField.SyntaxException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            30 6 * * mon-fri   | 30 6 * * 1,2,3,4,5
            0 6 * * fri-sun    | 0 6 * * 0,5,6
            */15 0-23 * 1-12 * | */15 * * * *
            @daily             | 0 0 * * *
            0 6 1 jan,JUL *    | 0 6 1 1,7 *
            """)
    void isWrittenAsEveryCronTakesIt(String cron, String plain) throws Exception {
        assertThat(CronExpression.parse(cron).plain()).isEqualTo(plain);
    }

    @Test
    void spacesDoNotMatter() throws Exception {
        assertThat(CronExpression.parse("  30\t6  * * *\n").text()).isEqualTo("30 6 * * *");
    }
}
