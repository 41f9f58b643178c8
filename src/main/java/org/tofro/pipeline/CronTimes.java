package org.tofro.pipeline;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The times at which a cron has to call for a schedule. Where its zone is not the machine's, or days are counted, cron
 * calls more often than the schedule fires: no cron in wide use keeps several time zones, and a call at another time finds
 * nothing due.
 */
public final class CronTimes {
    /** Two years show every offset that two zones have from each other. */
    private static final int DAYS = 2 * 366;

    private CronTimes() {}

    /**
     * The five fields of each crontab line.
     *
     * @param machine the time zone of cron
     * @param from when they begin to be used
     */
    public static List<String> of(Schedule schedule, ZoneId machine, Instant from) {
        CronExpression cron = schedule.cron();
        boolean sameClock = schedule.zone().getRules().equals(machine.getRules());
        if (sameClock && cron.everyDays() == 1) {
            return List.of(cron.plain());
        }
        Map<Integer, SortedSet<Integer>> hoursOfMinutes = new TreeMap<>();
        LocalDate first = LocalDate.ofInstant(from, schedule.zone());
        for (int day = 0; day < DAYS; day++) {
            for (LocalTime time : cron.times()) {
                ZonedDateTime there =
                        first.plusDays(day).atTime(time).atZone(schedule.zone()).withZoneSameInstant(machine);
                hoursOfMinutes
                        .computeIfAbsent(there.getMinute(), minute -> new TreeSet<>())
                        .add(there.getHour());
            }
        }
        // In the hour that a machine's clocks are put back by, cron does not call again at hours that are listed; a
        // firing
        // that falls there would be passed over by the next one. Lines of every hour follow the hours that really pass.
        boolean everyHour =
                cron.hour().numbers().size() > 1 && !machine.getRules().isFixedOffset();
        return lines(hoursOfMinutes, everyHour);
    }

    private static List<String> lines(Map<Integer, SortedSet<Integer>> hoursOfMinutes, boolean everyHour) {
        Map<String, List<Integer>> minutesOfHours = new TreeMap<>();
        hoursOfMinutes.forEach((minute, hours) -> minutesOfHours
                .computeIfAbsent(everyHour || hours.size() == 24 ? "*" : joined(hours), same -> new ArrayList<>())
                .add(minute));
        return minutesOfHours.entrySet().stream()
                .map(each ->
                        (each.getValue().size() == 60 ? "*" : joined(each.getValue())) + " " + each.getKey() + " * * *")
                .toList();
    }

    private static String joined(Iterable<Integer> numbers) {
        List<String> words = new ArrayList<>();
        numbers.forEach(number -> words.add(String.valueOf(number)));
        return words.stream().collect(Collectors.joining(","));
    }
}
