package org.tofro.pipeline;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text that says when: with {@code {date:yyyy/MM/dd}} in it for each day, hour or minute of an interval, by the clocks of
 * the pipeline's time zone.
 *
 * @param template the text with its dates left open
 * @param zone the pipeline's time zone
 * @param interval what the run covers
 */
public record DatedText(String template, ZoneId zone, Interval interval) {
    private static final Pattern DATE = Pattern.compile("\\{date:([^}]*)}");

    /** No path is that long, and no one waits for so many listings. */
    private static final int MOST = 20_000;

    /** Whether it says when. */
    public boolean isDated() {
        return DATE.matcher(template).find();
    }

    /** Whether a text of the interval is one of the interval before it, too: then each run comes back to it. */
    public boolean repeats() {
        Duration length = Duration.between(interval.start(), interval.end());
        List<String> own = texts();
        return texts(start().minus(length), start()).stream().anyMatch(own::contains);
    }

    /** A pattern in it that is none, or that stands for nothing; null where all are good. */
    @Nullable
    String wrongPattern() {
        Matcher date = DATE.matcher(template);
        while (date.find()) {
            try {
                if (DateTimeFormatter.ofPattern(date.group(1), Locale.ROOT)
                        .format(start())
                        .isEmpty()) {
                    return date.group(1);
                }
            } catch (IllegalArgumentException | DateTimeException wrong) {
                return date.group(1);
            }
        }
        return null;
    }

    /** The texts of the interval, in order, each once. */
    public List<String> texts() {
        return texts(start(), interval.end().atZone(zone));
    }

    /** The texts of that long before the interval, without those of the interval. */
    public List<String> textsBefore(Duration before) {
        ZonedDateTime begin = before.toSecondsPart() == 0 && before.toHours() % 24 == 0
                ? start().minusDays(before.toDays())
                : start().minus(before);
        List<String> texts = new ArrayList<>(texts(begin, start()));
        texts.removeAll(texts());
        return texts;
    }

    private ZonedDateTime start() {
        return interval.start().atZone(zone);
    }

    private String patterns() {
        StringBuilder patterns = new StringBuilder();
        Matcher date = DATE.matcher(template);
        while (date.find()) {
            patterns.append(date.group(1).replaceAll("'[^']*'", ""));
        }
        return patterns.toString();
    }

    private List<String> texts(ZonedDateTime from, ZonedDateTime to) {
        ChronoUnit unit = unit();
        ZonedDateTime first = from.truncatedTo(unit);
        Set<String> texts = new LinkedHashSet<>();
        for (ZonedDateTime at = first; at.isBefore(to) && texts.size() < MOST; at = at.plus(1, unit)) {
            ZonedDateTime moment = at;
            texts.add(DATE.matcher(template)
                    .replaceAll(date -> Matcher.quoteReplacement(DateTimeFormatter.ofPattern(date.group(1), Locale.ROOT)
                            .format(moment))));
        }
        return List.copyOf(texts);
    }

    /** The smallest stretch of time of which the patterns tell two apart. */
    private ChronoUnit unit() {
        String patterns = patterns();
        if (patterns.matches("(?s).*[mA].*")) {
            return ChronoUnit.MINUTES;
        }
        return patterns.matches("(?s).*[HkKhaB].*") ? ChronoUnit.HOURS : ChronoUnit.DAYS;
    }
}
