package org.tofro.pipeline;

import static org.tofro.yaml.FieldReader.quoted;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Durations;
import org.tofro.pipeline.Schedule.CatchUp;
import org.tofro.problem.Problems;
import org.tofro.problem.Spelling;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/**
 * Reads when a pipeline runs: {@code schedule}, or Dataduct's {@code frequency} and {@code load_time}. Their values take no
 * expressions, because the dates in expressions follow from the schedule.
 */
final class ScheduleReader {
    private static final Pattern CLOCK = Pattern.compile("([0-9]{1,2}):([0-9]{2})(?::00)?");
    private static final Pattern COUNTED = Pattern.compile("([1-9][0-9]?)-(hour|day|week)s?");
    private static final LocalTime DATADUCTS_LOAD_TIME = LocalTime.of(1, 0);
    private static final Duration LONGEST_JITTER = Duration.ofHours(1);
    private static final String ONE_TIME = "one-time";
    private static final List<String> FREQUENCIES = List.of(
            "hourly",
            "1-hour",
            "2-hours",
            "3-hours",
            "4-hours",
            "6-hours",
            "8-hours",
            "12-hours",
            "daily",
            "1-day",
            "2-days",
            "3-days",
            "4-days",
            "5-days",
            "6-days",
            "weekly",
            "1-week",
            "2-weeks",
            ONE_TIME);

    private final Problems problems;

    ScheduleReader(Problems problems) {
        this.problems = problems;
    }

    /** The schedule; null where the pipeline has none, or none that could be read. */
    @Nullable
    Schedule read(FieldReader reader) {
        FieldReader.Entry schedule = reader.find("schedule");
        Node.Scalar frequency = reader.raw("frequency");
        Node.Scalar loadTime = reader.raw("load_time");
        if (schedule != null && (frequency != null || loadTime != null)) {
            problems.add(
                    schedule.keySpan(),
                    "'schedule' and '" + (frequency == null ? "load_time" : "frequency")
                            + "' both say when the pipeline runs; give one of them");
        }
        if (schedule != null) {
            return schedule(schedule);
        }
        if (frequency == null && loadTime != null) {
            problems.add(loadTime.span(), "'load_time' says at what time a 'frequency' runs, and there is none");
        }
        return frequency == null
                ? null
                : frequency(frequency, loadTime == null ? DATADUCTS_LOAD_TIME : loadTime(loadTime));
    }

    private @Nullable Schedule schedule(FieldReader.Entry entry) {
        if (entry.value() instanceof Node.Scalar text) {
            CronExpression cron = cron(text);
            return cron == null
                    ? null
                    : new Schedule(cron, ZoneId.of("UTC"), CatchUp.LAST, Schedule.DEFAULT_LATE_AFTER);
        }
        if (!(entry.value() instanceof Node.Entries entries)) {
            problems.add(
                    entry.value().span(),
                    "'schedule' takes a cron expression or a mapping with the key 'cron', and this is "
                            + entry.value().kind());
            return null;
        }
        FieldReader reader = new FieldReader("a schedule", entries, problems, this::plain);
        Node.Scalar text = reader.scalar("cron");
        Node.Scalar zoneName = reader.scalar("time_zone");
        String catchUp = reader.choice("catch_up", List.of("none", "last", "all"));
        Node.Scalar lateAfter = reader.scalar("late_after");
        Node.Scalar jitter = reader.scalar("jitter");
        if (text == null) {
            reader.missing("cron");
        }
        reader.finish();
        CronExpression cron = text == null ? null : cron(text);
        ZoneId zone = zoneName == null ? ZoneId.of("UTC") : zone(zoneName);
        Duration late = lateAfter == null ? Schedule.DEFAULT_LATE_AFTER : duration("late_after", lateAfter);
        Duration spread = jitter == null ? Duration.ZERO : duration("jitter", jitter);
        if (cron == null || zone == null || late == null || spread == null) {
            return null;
        }
        CatchUp caughtUp = catchUp == null ? CatchUp.LAST : CatchUp.valueOf(catchUp.toUpperCase(Locale.ROOT));
        Schedule schedule = new Schedule(cron, zone, caughtUp, late, spread);
        if (jitter != null) {
            demandShort(schedule, jitter);
        }
        return schedule;
    }

    /** A call that comes after the next firing would run that one's interval. */
    private void demandShort(Schedule schedule, Node.Scalar jitter) {
        boolean tooLong = schedule.jitter().compareTo(LONGEST_JITTER) > 0;
        if (tooLong || schedule.jitter().compareTo(schedule.shortestGap()) >= 0) {
            problems.add(
                    jitter.span(),
                    "'jitter' is less than the time between two firings, " + Durations.words(schedule.shortestGap())
                            + " here, and at most " + Durations.words(LONGEST_JITTER) + ", not "
                            + quoted(jitter.text()));
        }
    }

    private Node.@Nullable Scalar plain(Node.Scalar scalar) {
        if (scalar.text().contains("${") || scalar.text().contains("#{")) {
            problems.add(scalar.span(), "a schedule takes no expressions: what they stand for follows from it");
            return null;
        }
        return scalar;
    }

    private @Nullable CronExpression cron(Node.Scalar written) {
        Node.Scalar text = plain(written);
        if (text == null) {
            return null;
        }
        try {
            return CronExpression.parse(text.text());
        } catch (CronField.SyntaxException e) {
            problems.add(text.span(), String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable ZoneId zone(Node.Scalar name) {
        try {
            if (ZoneId.getAvailableZoneIds().contains(name.text())) {
                return ZoneId.of(name.text());
            }
        } catch (DateTimeException none) {
            // The problem below says so.
        }
        String hint = Spelling.nearest(name.text(), ZoneId.getAvailableZoneIds())
                .map(meant -> "; did you mean '" + meant + "'?")
                .orElse("; one looks like Europe/Berlin or UTC");
        problems.add(name.span(), "there is no time zone " + quoted(name.text()) + hint);
        return null;
    }

    private @Nullable Duration duration(String field, Node.Scalar text) {
        Optional<Duration> read = Durations.parse(text.text());
        if (read.isEmpty()) {
            problems.add(
                    text.span(),
                    "'" + field + "' takes a time such as 30 minutes, 2 hours or 1 day, not " + quoted(text.text()));
        }
        return read.orElse(null);
    }

    /**
     * {@code HH:MM} in UTC, or minutes since midnight, which YAML readers make of an unquoted {@code 12:30}; midnight, with a
     * problem, for anything else.
     */
    private LocalTime loadTime(Node.Scalar text) {
        Matcher clock = CLOCK.matcher(text.text());
        int minutes = -1;
        if (clock.matches() && Integer.parseInt(clock.group(2)) < 60) {
            minutes = Integer.parseInt(clock.group(1)) * 60 + Integer.parseInt(clock.group(2));
        } else if (text.text().matches("[0-9]{1,4}")) {
            minutes = Integer.parseInt(text.text());
        }
        if (minutes < 0 || minutes >= 24 * 60) {
            problems.add(
                    text.span(),
                    "'load_time' takes a time of the day in UTC such as 06:30, or minutes since midnight, not "
                            + quoted(text.text()));
            return LocalTime.MIDNIGHT;
        }
        return LocalTime.ofSecondOfDay(minutes * 60L);
    }

    private @Nullable Schedule frequency(Node.Scalar written, LocalTime time) {
        String text = written.text();
        if (!FREQUENCIES.contains(text)) {
            problems.add(written.span(), "there is no frequency " + quoted(text) + Spelling.hint(text, FREQUENCIES));
            return null;
        }
        if (text.equals(ONE_TIME)) {
            return null;
        }
        String counted = text.equals("hourly") ? "1-hour" : text.equals("daily") ? "1-day" : text;
        Matcher matcher = COUNTED.matcher(counted.equals("weekly") ? "1-week" : counted);
        if (!matcher.matches()) {
            throw new IllegalStateException(text);
        }
        int count = Integer.parseInt(matcher.group(1));
        CronExpression cron = switch (matcher.group(2)) {
            case "hour" -> CronExpression.of(time.getMinute() + " " + hours(time.getHour(), count) + " * * *", 1);
            case "day" -> CronExpression.of(time.getMinute() + " " + time.getHour() + " * * *", count);
            default ->
                CronExpression.of(
                        time.getMinute() + " " + time.getHour() + " * * " + (count == 1 ? "1" : "*"),
                        count == 1 ? 1 : count * 7);
        };
        return new Schedule(cron, ZoneId.of("UTC"), CatchUp.LAST, Schedule.DEFAULT_LATE_AFTER);
    }

    private static String hours(int first, int every) {
        return every == 1
                ? "*"
                : IntStream.range(0, 24)
                        .filter(hour -> hour % every == first % every)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(","));
    }
}
