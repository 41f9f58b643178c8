package org.tofro.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds of every schedule at every moment. */
class SchedulePropertiesTest {
    private static final List<String> ZONES = List.of(
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "America/Havana",
            "Africa/Cairo",
            "Asia/Beirut",
            "Asia/Kathmandu",
            "Pacific/Apia",
            "Australia/Lord_Howe",
            "America/St_Johns");

    @Property(tries = 400)
    void previousAndNextAgree(@ForAll("schedules") Schedule schedule, @ForAll("moments") Instant moment) {
        Instant next = schedule.next(moment);
        Instant previous = schedule.previous(moment);

        assertThat(next).isAfter(moment);
        assertThat(previous).isBeforeOrEqualTo(moment);
        assertThat(schedule.next(previous)).isEqualTo(next);
        assertThat(schedule.previous(next)).isEqualTo(next);
        assertThat(schedule.previous(next.minusNanos(1))).isEqualTo(previous);
    }

    @Property(tries = 400)
    void intervalsLeaveNoGap(@ForAll("schedules") Schedule schedule, @ForAll("moments") Instant moment) {
        Instant firing = schedule.next(moment);
        Instant after = schedule.next(firing);
        Interval one = schedule.intervalOf(firing);
        Interval two = schedule.intervalOf(after);

        assertThat(one.start()).isBefore(one.end());
        assertThat(one.end()).isEqualTo(two.start()).isBeforeOrEqualTo(firing);
        assertThat(schedule.firingAt(one.end())).isEqualTo(firing);
        assertThat(schedule.intervals(one.start(), two.end())).containsExactly(one, two);
        assertThat(schedule.intervalsEnding(one.start(), two.end())).containsExactly(one, two);
        assertThat(schedule.intervalOf(LogicalDate.parse(schedule.shown(one.start()))))
                .isEqualTo(one);
    }

    @Property(tries = 200)
    void theLastCompleteIntervalHasPassed(@ForAll("schedules") Schedule schedule, @ForAll("moments") Instant moment) {
        Interval last = schedule.lastComplete(moment);
        Interval next = schedule.intervals(last.end(), last.end().plusNanos(1)).get(0);

        assertThat(last.end()).isBeforeOrEqualTo(moment);
        assertThat(next.end()).isAfter(moment);
    }

    @Provide
    Arbitrary<Schedule> schedules() {
        Arbitrary<String> minute = Arbitraries.of("0", "30", "59", "*", "*/15", "5,35", "*/7");
        Arbitrary<String> hour = Arbitraries.of("0", "1", "2", "3", "23", "*", "*/2", "1-3", "2,14", "0,23");
        Arbitrary<String> days =
                Arbitraries.of("* * *", "* * mon", "* * 1-5", "1 * *", "31 * *", "1,15 * fri", "* 3,10 *");
        Arbitrary<Integer> every = Arbitraries.of(1, 1, 1, 2, 7);
        return Combinators.combine(minute, hour, days, every, Arbitraries.of(ZONES))
                .as((m, h, d, n, zone) -> new Schedule(
                        CronExpression.of(m + " " + h + " " + d, d.equals("* * *") ? n : 1),
                        ZoneId.of(zone),
                        Schedule.CatchUp.LAST,
                        Duration.ofHours(1)));
    }

    /** Half of them near a change of clocks. */
    @Provide
    Arbitrary<Instant> moments() {
        Arbitrary<Instant> any = Arbitraries.longs()
                .between(
                        Instant.parse("2011-12-01T00:00:00Z").getEpochSecond(),
                        Instant.parse("2032-01-01T00:00:00Z").getEpochSecond())
                .map(Instant::ofEpochSecond);
        Arbitrary<Instant> near = Combinators.combine(
                        any, Arbitraries.of(ZONES), Arbitraries.integers().between(-5400, 5400))
                .as((moment, zone, offset) -> {
                    var change = ZoneId.of(zone).getRules().nextTransition(moment);
                    return change == null ? moment : change.getInstant().plusSeconds(offset);
                });
        return Arbitraries.oneOf(any, near);
    }
}
