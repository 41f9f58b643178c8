package org.tofro.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.pipeline.CronTimes;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineReader;
import org.tofro.pipeline.Schedule;
import org.tofro.pipeline.Variables;
import org.tofro.problem.Problems;
import org.tofro.report.RunEntry;
import org.tofro.report.Waiting;

/**
 * Weeks of cron's calls around a change of the clocks, with and without a machine that is off over it: by the lines that
 * the crontab gets, on machines of several zones, and by its call at the machine's start.
 */
class CronNightsTest {
    private static final List<String> CRONS =
            List.of("30 2 * * *", "0 0 * * *", "5 * * * *", "30 6 * * mon-fri", "*/30 1,2,3 * * *");

    @TempDir
    private Path folder;

    private Schedule schedule(String cron, ZoneId zone, String catchUp) throws IOException {
        Path file = folder.resolve("p.yaml");
        Files.writeString(
                file,
                "schedule: {cron: \"" + cron + "\", time_zone: " + zone + ", catch_up: " + catchUp + "}\nsteps: []\n");
        Variables variables = new Variables(Map.of(), Interval.ofDay(LocalDate.EPOCH), name -> null);
        return Objects.requireNonNull(new PipelineReader(List.of(), variables)
                .read(file, new Problems())
                .orElseThrow()
                .schedule());
    }

    /** The moments at which cron calls, by its own clock and its own way to meet the change. */
    private SortedSet<Instant> calls(Schedule schedule, ZoneId machine, Instant from, Instant to) throws IOException {
        SortedSet<Instant> calls = new TreeSet<>();
        for (String line : CronTimes.of(schedule, machine, from)) {
            Schedule cron = schedule(line, machine, "none");
            for (Instant call = cron.next(from); call.isBefore(to); call = cron.next(call)) {
                calls.add(call);
            }
        }
        return calls;
    }

    /** A launch of an interval, which is asked for, may have to wait for what others do, and then runs for two seconds. */
    private record Night(Interval interval, Instant asked, Instant begins) {
        boolean waitsAt(Instant now) {
            return !asked.isAfter(now) && begins.isAfter(now);
        }

        Waiting waiting() {
            return new Waiting(
                    "p-" + asked,
                    "p",
                    interval.start(),
                    interval.end(),
                    List.of("raw"),
                    "h b 12 0 l",
                    "process 12 on h",
                    asked,
                    null,
                    false,
                    null);
        }

        RunEntry entry() {
            return new RunEntry(
                    "p",
                    "p-" + asked,
                    interval.start(),
                    interval.end(),
                    RunEntry.Result.SUCCEEDED,
                    begins,
                    begins.plusSeconds(2),
                    "local",
                    0,
                    null,
                    null,
                    false,
                    false,
                    null,
                    null);
        }
    }

    /** Has every call run what is due, a second after it; returns the runs' intervals in the order in which they ran. */
    private static List<Interval> run(Schedule schedule, SortedSet<Instant> calls) {
        return run(schedule, calls, Duration.ZERO, Instant.MAX);
    }

    /**
     * The same of runs that wait before they begin.
     *
     * @param waits how long each waits for what others do
     * @param off when the machine goes off, with which what waits there dies
     */
    private static List<Interval> run(Schedule schedule, SortedSet<Instant> calls, Duration waits, Instant off) {
        List<Night> nights = new ArrayList<>();
        for (Instant call : calls) {
            List<RunEntry> entries = nights.stream()
                    .filter(night -> !night.begins().isAfter(call))
                    .map(Night::entry)
                    .toList();
            List<Waiting> waiting = nights.stream()
                    .filter(night -> night.waitsAt(call))
                    .map(Night::waiting)
                    .toList();
            Instant asked = call.plusSeconds(1);
            for (Interval interval :
                    DueIntervals.of(schedule, entries, waiting, call).intervals()) {
                Night night = new Night(interval, asked, asked.plus(waits));
                if (asked.isBefore(off) && night.begins().isAfter(off)) {
                    break;
                }
                nights.add(night);
                asked = night.begins().plusSeconds(3);
            }
        }
        return nights.stream()
                .sorted(Comparator.comparing(Night::begins))
                .map(Night::interval)
                .toList();
    }

    private static void demandNoneTwice(List<Interval> ran, String what) {
        assertThat(new HashSet<>(ran)).as(what + ": no interval twice").hasSameSizeAs(ran);
    }

    private static void demandNoGap(List<Interval> ran, String what) {
        for (int i = 1; i < ran.size(); i++) {
            assertThat(ran.get(i).start()).as(what).isEqualTo(ran.get(i - 1).end());
        }
    }

    @ParameterizedTest
    @CsvSource({
        // The clocks of the north go forward in spring and back in autumn,
        "Europe/Berlin, 2026-03-29T01:00:00Z",
        "Europe/Berlin, 2026-10-25T01:00:00Z",
        "America/New_York, 2026-03-08T07:00:00Z",
        "America/New_York, 2026-11-01T06:00:00Z",
        // those of the south the other way round, in Chile at midnight, and on Lord Howe by half an hour.
        "Australia/Sydney, 2026-04-04T16:00:00Z",
        "Australia/Sydney, 2026-10-03T16:00:00Z",
        "America/Santiago, 2026-04-05T03:00:00Z",
        "America/Santiago, 2026-09-06T04:00:00Z",
        "Australia/Lord_Howe, 2026-04-04T15:00:00Z",
        "Australia/Lord_Howe, 2026-10-03T15:30:00Z",
    })
    void noIntervalIsLostOrRunTwiceOverAChangeOfTheClocks(String zoneName, Instant change) throws IOException {
        ZoneId zone = ZoneId.of(zoneName);
        assertThat(zone.getRules().getOffset(change.minusSeconds(1)))
                .as("the clocks change then")
                .isNotEqualTo(zone.getRules().getOffset(change));
        Instant from = change.minus(Duration.ofDays(3));
        Instant to = change.plus(Duration.ofDays(3));
        Instant off = change.minus(Duration.ofHours(20));
        Instant on = change.plus(Duration.ofHours(29));
        for (String cron : CRONS) {
            for (ZoneId machine : List.of(ZoneId.of("UTC"), zone, ZoneId.of("Pacific/Auckland"))) {
                String what = cron + " " + zoneName + " on a machine in " + machine;
                Schedule all = schedule(cron, zone, "all");
                SortedSet<Instant> calls = calls(all, machine, from, to);

                List<Interval> always = run(all, calls);
                demandNoneTwice(always, what);
                demandNoGap(always, what);
                assertThat(always.get(always.size() - 1))
                        .as(what)
                        .isEqualTo(all.intervalOf(all.previous(to.minusNanos(1))));

                SortedSet<Instant> whileOn = new TreeSet<>(calls.headSet(off));
                whileOn.addAll(calls.tailSet(on));
                whileOn.add(on);
                List<Interval> caughtUp = run(all, whileOn);
                assertThat(caughtUp).as(what + ", off over the change").isEqualTo(always);

                List<Interval> last = run(schedule(cron, zone, "last"), whileOn);
                demandNoneTwice(last, what);
                Interval atStart = all.intervalOf(all.previous(on));
                assertThat(last).as(what + ", off over the change").contains(atStart);
                assertThat(last.stream().filter(interval -> interval.end().isAfter(atStart.end())))
                        .as(what + ", after it")
                        .containsExactlyElementsOf(always.stream()
                                .filter(interval -> interval.end().isAfter(atStart.end()))
                                .toList());

                assertThat(run(schedule(cron, zone, "last"), calls))
                        .as(what + ", never off")
                        .isEqualTo(always);
                List<Interval> none = run(schedule(cron, zone, "none"), calls);
                // The first call may come long after a firing of the time before.
                assertThat(none)
                        .as(what + ", never off")
                        .isEqualTo(always.subList(always.indexOf(none.get(0)), always.size()));
                assertThat(always.indexOf(none.get(0))).as(what).isLessThanOrEqualTo(1);
            }
        }
    }

    /** By the lines of a machine in another zone, cron calls again an hour later, and finds the first launch waiting. */
    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 2026-03-29T01:00:00Z",
        "Europe/Berlin, 2026-10-25T01:00:00Z",
        "America/Santiago, 2026-04-05T03:00:00Z",
        "Australia/Lord_Howe, 2026-10-03T15:30:00Z",
    })
    void noIntervalIsRunTwiceWhereRunsWaitForOthers(String zoneName, Instant change) throws IOException {
        ZoneId zone = ZoneId.of(zoneName);
        Instant from = change.minus(Duration.ofDays(3));
        Instant to = change.plus(Duration.ofDays(3));
        Instant off = change.minus(Duration.ofHours(20));
        Instant on = change.plus(Duration.ofHours(29));
        for (String cron : CRONS) {
            for (ZoneId machine : List.of(ZoneId.of("UTC"), zone, ZoneId.of("Pacific/Auckland"))) {
                SortedSet<Instant> calls = calls(schedule(cron, zone, "all"), machine, from, to);
                SortedSet<Instant> whileOn = new TreeSet<>(calls.headSet(off));
                whileOn.addAll(calls.tailSet(on));
                whileOn.add(on);
                for (Duration waits : List.of(Duration.ofMinutes(20), Duration.ofMinutes(90), Duration.ofHours(30))) {
                    String what = cron + " " + zoneName + " on a machine in " + machine + ", waiting for " + waits;
                    for (String catchUp : List.of("none", "last")) {
                        Schedule schedule = schedule(cron, zone, catchUp);
                        assertThat(run(schedule, calls, waits, Instant.MAX))
                                .as(what + ", " + catchUp)
                                .isEqualTo(run(schedule, calls));
                        demandNoneTwice(run(schedule, whileOn, waits, off), what + ", " + catchUp + ", off");
                    }
                    Schedule all = schedule(cron, zone, "all");
                    for (List<Interval> ran :
                            List.of(run(all, calls, waits, Instant.MAX), run(all, whileOn, waits, off))) {
                        demandNoneTwice(ran, what);
                        demandNoGap(ran, what);
                        assertThat(ran).as(what).isNotEmpty();
                    }
                }
            }
        }
    }

    /** Cron's call comes later by the jitter, and means the same firing. */
    @ParameterizedTest
    @CsvSource({"Europe/Berlin, 2026-10-25T01:00:00Z", "Australia/Sydney, 2026-10-03T16:00:00Z"})
    void jitterMovesTheCallAndNotTheInterval(String zoneName, Instant change) throws IOException {
        ZoneId zone = ZoneId.of(zoneName);
        Schedule plain = schedule("5 * * * *", zone, "none");
        Schedule jittered =
                new Schedule(plain.cron(), zone, Schedule.CatchUp.NONE, plain.lateAfter(), Duration.ofMinutes(30));
        SortedSet<Instant> calls =
                calls(plain, zone, change.minus(Duration.ofDays(1)), change.plus(Duration.ofDays(1)));
        Duration delay = jittered.delayOf("orders");
        SortedSet<Instant> later = new TreeSet<>();
        calls.forEach(call -> later.add(call.plus(delay)));

        assertThat(delay).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(30));
        assertThat(run(jittered, later)).isEqualTo(run(plain, calls));
    }
}
