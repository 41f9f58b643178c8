package org.tofro.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Durations;

/**
 * When a launch has to have ended, its waiting included: so long after it began, or at a time of the day.
 *
 * @param length how long it may take; null where a time of the day is given
 * @param by the time of the day, as the clocks of the zone show it; null where a length is given
 * @param zone the pipeline's time zone
 */
public record RunDeadline(
        @Nullable Duration length, @Nullable LocalTime by, ZoneId zone) {

    /** The moment, for a launch that begins then: of a time of the day the next one. A time that is skipped is at the change. */
    public Instant of(Instant begin) {
        if (length != null) {
            return begin.plus(length);
        }
        LocalTime time = by == null ? LocalTime.MIDNIGHT : by;
        LocalDate date = LocalDate.ofInstant(begin, zone);
        Instant today = moment(date.atTime(time));
        return today.isAfter(begin) ? today : moment(date.plusDays(1).atTime(time));
    }

    private Instant moment(LocalDateTime time) {
        @Nullable ZoneOffsetTransition change = zone.getRules().getTransition(time);
        return change != null && change.isGap()
                ? change.getInstant()
                : time.atZone(zone).toInstant();
    }

    /** As a sentence says it after "it did not end": {@code within 3 hours}, {@code by 07:30 Europe/Berlin}. */
    public String words() {
        return length != null ? "within " + Durations.words(length) : "by " + by + " " + zone;
    }
}
