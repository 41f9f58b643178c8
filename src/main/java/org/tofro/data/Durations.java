package org.tofro.data;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them: {@code 30 s}, {@code 5 minutes}. */
public final class Durations {
    private static final Pattern WRITTEN = Pattern.compile(
            "(?<number>[0-9]{1,9})\\s*(?<unit>s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)",
            Pattern.CASE_INSENSITIVE);

    private Durations() {}

    /** A whole number and a unit; empty for anything else. */
    public static Optional<Duration> parse(String text) {
        Matcher written = WRITTEN.matcher(text.strip());
        if (!written.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(written.group("number"));
        return Optional.of(
                switch (written.group("unit").toLowerCase(Locale.ROOT).charAt(0)) {
                    case 's' -> Duration.ofSeconds(number);
                    case 'm' -> Duration.ofMinutes(number);
                    case 'h' -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                });
    }

    /** The length in the largest unit that it is a whole number of: {@code 90 minutes}; less than a second is shown as 0. */
    public static String words(Duration length) {
        long seconds = length.toSeconds();
        if (seconds == 0 || seconds % 60 != 0) {
            return count(seconds, "second");
        }
        if (seconds % 3600 != 0) {
            return count(seconds / 60, "minute");
        }
        return seconds % 86_400 != 0 ? count(seconds / 3600, "hour") : count(seconds / 86_400, "day");
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }
}
