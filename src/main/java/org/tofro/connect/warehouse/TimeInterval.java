package org.tofro.connect.warehouse;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.data.CursorRange;
import org.tofro.data.RedshiftType;
import org.tofro.data.RunContext;

/**
 * A stretch of time, in UTC, whose rows are replaced. A column without a time zone is taken to hold UTC.
 *
 * @param start inclusive; null for the beginning of time
 * @param end exclusive, unless the interval is closed
 * @param closed whether {@code end} itself belongs to it
 */
record TimeInterval(@Nullable LocalDateTime start, LocalDateTime end, boolean closed) {
    private static final DateTimeFormatter SHOWN = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
            .toFormatter();

    private static final Pattern MOMENT = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2})(?:[ T](\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?)\\s?(Z|[+-]\\d{2}(?::?\\d{2})?)?)?");

    /** The interval that a run covers. */
    static TimeInterval of(RunContext run) {
        return new TimeInterval(utc(run.intervalStart()), utc(run.intervalEnd()), false);
    }

    private static LocalDateTime utc(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    /** The stretch of a cursor; empty where the cursor is no time. A closed stretch of dates ends with its last day. */
    static Optional<TimeInterval> of(CursorRange range) {
        Optional<LocalDateTime> start = range.from() == null ? Optional.empty() : moment(range.from());
        Optional<LocalDateTime> end = moment(range.to());
        if (end.isEmpty() || (range.from() != null && start.isEmpty())) {
            return Optional.empty();
        }
        boolean wholeDay = range.closed() && range.to().strip().length() == "2026-11-23".length();
        return Optional.of(new TimeInterval(
                start.orElse(null), wholeDay ? end.get().plusDays(1) : end.get(), range.closed() && !wholeDay));
    }

    private static Optional<LocalDateTime> moment(String text) {
        Matcher matcher = MOMENT.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            LocalDate day = LocalDate.parse(matcher.group(1));
            LocalTime time = matcher.group(2) == null ? LocalTime.MIDNIGHT : LocalTime.parse(matcher.group(2));
            ZoneOffset offset = matcher.group(3) == null ? ZoneOffset.UTC : offset(matcher.group(3));
            return Optional.of(LocalDateTime.of(day, time).minusSeconds(offset.getTotalSeconds()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static ZoneOffset offset(String text) {
        boolean joined = text.length() == 5;
        return ZoneOffset.of(joined ? text.substring(0, 3) + ":" + text.substring(3) : text);
    }

    /** Whether it begins and ends with a day. */
    boolean isWholeDays() {
        return !closed
                && (start == null || start.toLocalTime().equals(LocalTime.MIDNIGHT))
                && end.toLocalTime().equals(LocalTime.MIDNIGHT);
    }

    /** The condition that a column of the type lies in it; {@link #values} are its parameters. */
    String condition(String column, RedshiftType.Kind type) {
        String bound = "CAST(? AS " + RedshiftType.of(type).ddl() + ")";
        String until = column + (closed ? " <= " : " < ") + bound;
        return start == null ? until : column + " >= " + bound + " AND " + until;
    }

    Object[] values(RedshiftType.Kind type) {
        return start == null ? new Object[] {text(end, type)} : new Object[] {text(start, type), text(end, type)};
    }

    private static String text(LocalDateTime moment, RedshiftType.Kind type) {
        return switch (type) {
            case DATE -> moment.toLocalDate().toString();
            case TIMESTAMPTZ -> SHOWN.format(moment) + "+00";
            default -> SHOWN.format(moment);
        };
    }

    /** As messages show it: {@code [2026-11-23 00:00:00, 2026-11-24 00:00:00)}. */
    @Override
    public String toString() {
        return "[" + (start == null ? "" : SHOWN.format(start)) + ", " + SHOWN.format(end) + (closed ? "]" : ")");
    }
}
