package org.tofro.connect.jdbc.keys;

import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dates and timestamps in ISO 8601 as databases print them, years of any length and before our era included. */
final class Moments {
    private static final Pattern FORM = Pattern.compile(
            "(\\d{4,6})-(\\d\\d)-(\\d\\d)(?:[ T](\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,6})?)?)(?:\\+00)?)?( BC)?");
    private static final long MICROS_OF_DAY = 86_400_000_000L;

    private Moments() {}

    static BigInteger days(String date) {
        return BigInteger.valueOf(parse(date).toLocalDate().toEpochDay());
    }

    static BigInteger micros(String timestamp) {
        LocalDateTime moment = parse(timestamp);
        return BigInteger.valueOf(moment.toLocalDate().toEpochDay())
                .multiply(BigInteger.valueOf(MICROS_OF_DAY))
                .add(BigInteger.valueOf(moment.toLocalTime().toNanoOfDay() / 1000));
    }

    private static LocalDateTime parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("no moment");
        }
        int year = Integer.parseInt(form.group(1));
        LocalDate date = LocalDate.of(
                form.group(5) == null ? year : 1 - year,
                Integer.parseInt(form.group(2)),
                Integer.parseInt(form.group(3)));
        return date.atTime(form.group(4) == null ? LocalTime.MIDNIGHT : LocalTime.parse(form.group(4)));
    }

    static String date(BigInteger days) {
        LocalDate date = LocalDate.ofEpochDay(days.longValueExact());
        return day(date) + era(date);
    }

    static String timestamp(BigInteger micros) {
        BigInteger[] parts = floorDivide(micros);
        LocalDateTime moment = LocalDate.ofEpochDay(parts[0].longValueExact())
                .atStartOfDay()
                .plus(parts[1].longValueExact(), ChronoUnit.MICROS);
        LocalTime time = moment.toLocalTime();
        return String.format(
                Locale.ROOT,
                "%s %02d:%02d:%02d.%06d%s",
                day(moment.toLocalDate()),
                time.getHour(),
                time.getMinute(),
                time.getSecond(),
                time.getNano() / 1000,
                era(moment.toLocalDate()));
    }

    private static BigInteger[] floorDivide(BigInteger micros) {
        BigInteger day = BigInteger.valueOf(MICROS_OF_DAY);
        BigInteger within = micros.mod(day);
        return new BigInteger[] {micros.subtract(within).divide(day), within};
    }

    private static String day(LocalDate date) {
        int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
        return String.format(Locale.ROOT, "%04d-%02d-%02d", year, date.getMonthValue(), date.getDayOfMonth());
    }

    private static String era(LocalDate date) {
        return date.getYear() > 0 ? "" : " BC";
    }
}
