package org.tofro.pipeline;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the interval of a run begins, as a person writes it: {@code 2026-11-23}, {@code 2026-11-23T05}, {@code
 * 2026-11-23T05:30}, by the clocks of the pipeline's time zone. An hour that comes twice needs its offset, {@code
 * 2026-10-25T02:00+01:00}; {@code Z} is UTC.
 *
 * @param text as it was written
 * @param time the date and time
 * @param wholeDay whether it is a date without a time
 * @param offset the offset that was given, or null
 */
public record LogicalDate(
        String text,
        LocalDateTime time,
        boolean wholeDay,
        @Nullable ZoneOffset offset) {
    private static final Pattern WRITTEN =
            Pattern.compile("(\\d{4}-\\d{2}-\\d{2})(?:T(\\d{2})(?::(\\d{2}))?(?::00)?(Z|[+-]\\d{2}:\\d{2})?)?");
    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm", Locale.ROOT);

    /**
     * Reads a date.
     *
     * @throws DateTimeException where the text is no date; its message says how one looks
     */
    public static LogicalDate parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            throw noDate(text);
        }
        try {
            LocalDate date = LocalDate.parse(matcher.group(1));
            String hour = matcher.group(2);
            String minute = matcher.group(3);
            String zone = matcher.group(4);
            return new LogicalDate(
                    text,
                    date.atTime(
                            hour == null ? 0 : Integer.parseInt(hour), minute == null ? 0 : Integer.parseInt(minute)),
                    hour == null,
                    zone == null ? null : ZoneOffset.of(zone));
        } catch (DateTimeException e) {
            throw noDate(text);
        }
    }

    private static DateTimeException noDate(String text) {
        return new DateTimeException(
                "'" + text + "' is no date; one looks like 2026-11-23, or 2026-11-23T05 for an hour");
    }

    /**
     * The moment in a time zone.
     *
     * @throws DateTimeException where the clocks of the zone do not show that time, or show it twice
     */
    public Instant at(ZoneId zone) {
        if (wholeDay) {
            return time.toLocalDate().atStartOfDay(zone).toInstant();
        }
        ZoneOffset given = offset;
        if (given != null) {
            return time.toInstant(given);
        }
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
        if (offsets.isEmpty()) {
            throw new DateTimeException("there is no '" + text + "' in " + zone + ": clocks are put forward over it");
        }
        if (offsets.size() > 1) {
            throw new DateTimeException(
                    "'" + text + "' comes twice in " + zone + ": write " + MINUTES.format(time) + offsets.get(0)
                            + " for the first or " + MINUTES.format(time) + offsets.get(1) + " for the second");
        }
        return time.toInstant(offsets.get(0));
    }

    /** A moment as {@link #parse} reads it, with its offset where the zone's clocks show that time twice. */
    public static String written(Instant moment, ZoneId zone) {
        ZonedDateTime shown = moment.atZone(zone);
        boolean twice = zone.getRules().getValidOffsets(shown.toLocalDateTime()).size() > 1;
        return MINUTES.format(shown) + (twice ? shown.getOffset().getId() : "");
    }
}
