package org.tofro.pipeline;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * When a pipeline runs, and which interval each of its runs covers. It never reads the clock: whoever asks says what time it
 * is.
 *
 * <p>The firings cut time into intervals without gaps: each goes from one firing to the next, both moved back to the start
 * of their day where the schedule fires at one time of the day, of their hour where it fires at one minute of the hour.
 * So one that fires daily at 06:30 covers whole days, and fires when the day is over; one that fires on weekdays covers
 * Friday to Sunday in its run of Monday.
 *
 * <p>Clock changes are met as cron(8) meets them: a time that is skipped fires at the change, a fixed hour that comes twice
 * fires the first time only, and schedules of every hour follow the hours that really pass.
 *
 * @param cron the days and times, as the clocks of the zone show them
 * @param zone the pipeline's time zone
 * @param catchUp what becomes of firings that were missed
 * @param lateAfter how long after its firing an interval's run may take before the pipeline counts as late
 * @param jitter within how long after a firing cron's call comes, for each pipeline at a moment of its own; zero for at once
 */
public record Schedule(CronExpression cron, ZoneId zone, CatchUp catchUp, Duration lateAfter, Duration jitter) {
    static final Duration DEFAULT_LATE_AFTER = Duration.ofHours(1);

    /** More firings than any schedule has in a day that are an hour apart or more. */
    private static final int DAYS_FIRINGS = 48;

    /** A schedule whose runs begin with its firings. */
    public Schedule(CronExpression cron, ZoneId zone, CatchUp catchUp, Duration lateAfter) {
        this(cron, zone, catchUp, lateAfter, Duration.ZERO);
    }

    /** Two 29ths of February may lie this far apart. */
    private static final int FARTHEST_DAYS = 366 * 9;

    /** What becomes of firings that were missed. */
    public enum CatchUp {
        /** They stay missed. */
        NONE,
        /** The last of them is run late. */
        LAST,
        /** All of them are run, in their order. */
        ALL
    }

    /** What a firing is moved back to, so that intervals begin where people expect it. */
    private enum Unit {
        DAY,
        HOUR,
        MINUTE
    }

    /** As a person wrote it: the expression, and the zone unless it is UTC. */
    public String words() {
        return (cron.everyDays() == 1 ? cron.text() : cron.text() + " every " + cron.everyDays() + " days")
                + (zone.getId().equals("UTC") ? "" : " " + zone);
    }

    /**
     * How long after a firing the pipeline of that name is called: always the same, and spread evenly over many names.
     *
     * @return whole seconds, less than the jitter
     */
    public Duration delayOf(String pipeline) {
        if (jitter.isZero()) {
            return Duration.ZERO;
        }
        CRC32 hash = new CRC32();
        hash.update(pipeline.getBytes(StandardCharsets.UTF_8));
        return Duration.ofSeconds(hash.getValue() % jitter.toSeconds());
    }

    /** The shortest time between two firings, as far as it is less than a day. */
    Duration shortestGap() {
        Instant firing = next(Instant.EPOCH);
        Duration shortest = Duration.ofDays(1);
        for (int i = 0; i < DAYS_FIRINGS; i++) {
            Instant next = next(firing);
            Duration gap = Duration.between(firing, next);
            shortest = gap.compareTo(shortest) < 0 ? gap : shortest;
            firing = next;
        }
        return shortest;
    }

    /** Whether runs cover parts of days, so that a date alone names none of them. */
    public boolean isSubDaily() {
        return unit() != Unit.DAY;
    }

    /** The first firing after that moment. */
    public Instant next(Instant after) {
        LocalDate date = dateOf(after).minusDays(1);
        for (int i = 0; i < FARTHEST_DAYS; i++, date = date.plusDays(1)) {
            for (Instant firing : firings(date)) {
                if (firing.isAfter(after)) {
                    return firing;
                }
            }
        }
        throw new DateTimeException("the schedule '" + cron.text() + "' does not fire after " + after);
    }

    /** The last firing at or before that moment. */
    public Instant previous(Instant at) {
        LocalDate date = dateOf(at).plusDays(1);
        for (int i = 0; i < FARTHEST_DAYS; i++, date = date.minusDays(1)) {
            List<Instant> firings = firings(date);
            for (int last = firings.size() - 1; last >= 0; last--) {
                if (!firings.get(last).isAfter(at)) {
                    return firings.get(last);
                }
            }
        }
        throw new DateTimeException("the schedule '" + cron.text() + "' does not fire before " + at);
    }

    /** The interval that the run of this firing covers: the one that ends with it. */
    public Interval intervalOf(Instant firing) {
        return new Interval(floor(previous(firing.minusNanos(1))), floor(firing));
    }

    /** The firing whose run covers an interval that ends then. */
    public Instant firingAt(Instant intervalEnd) {
        return next(intervalEnd.minusNanos(1));
    }

    /** The latest interval that has passed as a whole, whether its firing has come or not. */
    public Interval lastComplete(Instant now) {
        Instant next = next(now);
        return intervalOf(floor(next).isAfter(now) ? previous(now) : next);
    }

    /** All intervals that begin in that stretch of time, in their order: both its ends are logical dates. */
    public List<Interval> intervals(Instant from, Instant to) {
        List<Interval> intervals = new ArrayList<>();
        for (Instant start = startAtOrAfter(from); start.isBefore(to); ) {
            Interval interval = startingAt(start);
            intervals.add(interval);
            start = interval.end();
        }
        return intervals;
    }

    /** All intervals that end after the one moment and not after the other, in their order. */
    public List<Interval> intervalsEnding(Instant after, Instant upTo) {
        Instant firing = previous(after);
        Instant next = next(firing);
        List<Interval> intervals = new ArrayList<>();
        Interval interval = startingAt(floor(floor(next).isAfter(after) ? firing : next));
        while (!interval.end().isAfter(upTo)) {
            intervals.add(interval);
            interval = startingAt(interval.end());
        }
        return intervals;
    }

    /**
     * The interval that begins at that logical date.
     *
     * @throws DateTimeException where none does; its message says what to write instead
     */
    public Interval intervalOf(LogicalDate date) {
        Instant start = date.at(zone);
        if (isSubDaily() && date.wholeDay()) {
            throw new DateTimeException(
                    "'" + date.text() + "' is a day, and a run of this pipeline covers less than one;"
                            + " give its hour too, such as " + LogicalDate.written(startAtOrAfter(start), zone)
                            + ", or --from and --to for all of a day");
        }
        Instant first = startAtOrAfter(start);
        if (!first.equals(start)) {
            Interval around = intervalOf(firingAt(first));
            throw new DateTimeException("no run of this pipeline begins at '" + date.text() + "': by its schedule '"
                    + words() + "' the run around it begins at " + shown(around.start())
                    + ", the next one at " + shown(around.end()));
        }
        return startingAt(first);
    }

    /** A start of an interval as {@code --date} takes it. */
    public String shown(Instant start) {
        return isSubDaily() ? LogicalDate.written(start, zone) : dateOf(start).toString();
    }

    private Interval startingAt(Instant start) {
        return new Interval(start, startAtOrAfter(start.plusNanos(1)));
    }

    private Instant startAtOrAfter(Instant moment) {
        Instant firing = previous(moment);
        while (floor(firing).isBefore(moment)) {
            firing = next(firing);
        }
        return floor(firing);
    }

    private LocalDate dateOf(Instant moment) {
        return LocalDate.ofInstant(moment, zone);
    }

    private Unit unit() {
        int hours = cron.hour().numbers().size();
        int minutes = cron.minute().numbers().size();
        return minutes > 1 ? Unit.MINUTE : hours > 1 ? Unit.HOUR : Unit.DAY;
    }

    private Instant floor(Instant firing) {
        return switch (unit()) {
            case DAY -> dateOf(firing).atStartOfDay(zone).toInstant();
            case HOUR -> firing.atZone(zone).truncatedTo(ChronoUnit.HOURS).toInstant();
            case MINUTE -> firing.truncatedTo(ChronoUnit.MINUTES);
        };
    }

    /** The moments at which it fires on that date; of several that begin the same interval the last one. */
    private List<Instant> firings(LocalDate date) {
        if (!cron.firesOn(date)) {
            return List.of();
        }
        ZoneRules rules = zone.getRules();
        Map<Instant, Instant> byStart = new TreeMap<>();
        for (LocalTime time : cron.times()) {
            for (Instant firing : moments(date.atTime(time), rules)) {
                byStart.merge(floor(firing), firing, (one, other) -> one.isAfter(other) ? one : other);
            }
        }
        return List.copyOf(byStart.values());
    }

    private List<Instant> moments(LocalDateTime time, ZoneRules rules) {
        ZoneOffsetTransition change = rules.getTransition(time);
        if (change == null) {
            return List.of(time.toInstant(rules.getOffset(time)));
        }
        if (change.isOverlap()) {
            Instant first = time.toInstant(change.getOffsetBefore());
            return cron.atFixedHours() ? List.of(first) : List.of(first, time.toInstant(change.getOffsetAfter()));
        }
        // A day that a zone leaves out as a whole is no day.
        boolean sameDay = dateOf(change.getInstant()).equals(time.toLocalDate());
        return cron.atFixedHours() && sameDay ? List.of(change.getInstant()) : List.of();
    }
}
