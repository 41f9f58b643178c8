package org.tofro.pipeline;

import static org.tofro.yaml.FieldReader.quoted;

import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tofro.pipeline.CronField.SyntaxException;

/**
 * A cron expression of five fields, as crontab(5) has them: on which days it fires, and at which times of such a day.
 *
 * <p>Written here because a library's expressions know no days that a clock change shortens or lengthens the way cron does.
 *
 * @param text as it was written, with single spaces
 * @param everyDays only every so many days counted from a Monday; 1 where the expression alone decides
 */
record CronExpression(
        String text,
        CronField minute,
        CronField hour,
        CronField day,
        CronField month,
        CronField weekday,
        int everyDays) {
    private static final Map<String, String> SHORT = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *");

    /** Monday, 5 January 1970. */
    private static final long A_MONDAY = 4;

    /** Long enough for a 29th of February to come. */
    private static final int DAYS_TO_FIRE = 366 * 8;

    static CronExpression parse(String written) throws SyntaxException {
        String text = written.strip().replaceAll("\\s+", " ");
        String[] fields = SHORT.getOrDefault(text, text).split(" ", -1);
        if (fields.length != 5) {
            throw new SyntaxException(
                    quoted(text) + " has " + fields.length + (fields.length == 1 ? " field" : " fields")
                            + "; a cron expression has five: minute, hour, day of the month, month, day of the week,"
                            + " such as '30 6 * * mon-fri'");
        }
        CronExpression made = new CronExpression(
                text,
                CronField.parse(fields[0], CronField.Kind.MINUTE),
                CronField.parse(fields[1], CronField.Kind.HOUR),
                CronField.parse(fields[2], CronField.Kind.DAY),
                CronField.parse(fields[3], CronField.Kind.MONTH),
                CronField.parse(fields[4], CronField.Kind.WEEKDAY),
                1);
        if (made.day.restricting() && made.weekday.restricting() && (made.day.star() || made.weekday.star())) {
            throw new SyntaxException(
                    quoted(text) + " has a day of the month and a day of the week, one of them with '*/':"
                            + " crons disagree whether both must hold; write the days as a list");
        }
        LocalDate start = LocalDate.of(2000, 1, 1);
        if (start.datesUntil(start.plusDays(DAYS_TO_FIRE)).noneMatch(made::firesOn)) {
            throw new SyntaxException(quoted(text) + " never fires: that day does not come");
        }
        return made;
    }

    /** One of our own making, such as that of a frequency. */
    static CronExpression of(String text, int everyDays) {
        try {
            CronExpression read = parse(text);
            return new CronExpression(read.text, read.minute, read.hour, read.day, read.month, read.weekday, everyDays);
        } catch (SyntaxException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    boolean firesOn(LocalDate date) {
        boolean monthDay = day.numbers().contains(date.getDayOfMonth());
        boolean weekDay = weekday.numbers().contains(date.getDayOfWeek().getValue() % 7);
        boolean either = day.restricting() && weekday.restricting();
        return month.numbers().contains(date.getMonthValue())
                && (either ? monthDay || weekDay : monthDay && weekDay)
                && Math.floorMod(date.toEpochDay() - A_MONDAY, everyDays) == 0;
    }

    /** The times of a day at which it fires, in their order. */
    List<LocalTime> times() {
        List<LocalTime> times = new ArrayList<>();
        for (int h : hour.numbers()) {
            for (int m : minute.numbers()) {
                times.add(LocalTime.of(h, m));
            }
        }
        return times;
    }

    /** Whether it fires at fixed hours, which come once a day even when the clock shows one of them twice. */
    boolean atFixedHours() {
        return !hour.star();
    }

    /** The expression as every cron takes it. */
    String plain() {
        return Stream.of(minute, hour, day, month, weekday)
                .map(CronField::plain)
                .collect(Collectors.joining(" "));
    }
}
