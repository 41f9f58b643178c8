package org.tofro.pipeline;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * The stretch of time that a run covers.
 *
 * @param start inclusive
 * @param end exclusive
 */
public record Interval(Instant start, Instant end) {
    /** The day of that date, in UTC. */
    public static Interval ofDay(LocalDate date) {
        Instant start = date.atStartOfDay(ZoneOffset.UTC).toInstant();
        return new Interval(start, start.plus(1, ChronoUnit.DAYS));
    }

    /** For people: the date of a day in UTC, else {@code 2026-11-23T05:00Z to 2026-11-23T06:00Z}. */
    public String words() {
        LocalDate date = start.atOffset(ZoneOffset.UTC).toLocalDate();
        return equals(ofDay(date))
                ? date.toString()
                : start.atOffset(ZoneOffset.UTC) + " to " + end.atOffset(ZoneOffset.UTC);
    }
}
