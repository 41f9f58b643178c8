package org.tofro.connect.types;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.ValueCheck.Kind;

/** How dates and times are written: ISO 8601, with a blank or a T between the two, to the microsecond. */
enum TimeNotation implements Notation {
    DATE("a date is written 2026-11-23", true, false, false),
    TIMESTAMP("a timestamp is written 2026-11-23 07:04:56.000001, without a zone", true, true, false),
    TIMESTAMPTZ("a timestamptz is written 2026-11-23 07:04:56.000001+00, with Z or an offset", true, true, true),
    TIME("a time is written 07:04:56.000001, without a zone", false, true, false),
    TIMETZ("a timetz is written 07:04:56.000001+00, with Z or an offset", false, true, true);

    private static final long DAY = 86_400_000_000L;
    private static final int MOST_HOURS = 15;

    private final String shown;
    private final boolean dated;
    private final boolean timed;
    private final boolean zoned;

    TimeNotation(String shown, boolean dated, boolean timed, boolean zoned) {
        this.shown = shown;
        this.dated = dated;
        this.timed = timed;
        this.zoned = zoned;
    }

    @Override
    public String shown() {
        return shown;
    }

    @Override
    public byte @Nullable [] staged(byte[] bytes, int from, int to) {
        WrittenTime read = read(bytes, from, to);
        if (read == null || read.tooFine()) {
            return null;
        }
        if (zoned && dated) {
            return utc(read);
        }
        String date = dated ? date(read).toString() : "";
        String time = timed ? time(read.hour(), read.minute(), read.second(), read.fraction()) : "";
        String zone = zoned ? offset(read.offset()) : "";
        return Ascii.bytes(date + (dated && timed ? " " : "") + time + zone);
    }

    @Override
    public Kind misfit(byte[] bytes, int from, int to) {
        WrittenTime read = read(bytes, from, to);
        return read == null ? Kind.UNREADABLE : read.tooFine() ? Kind.TOO_FINE : Kind.OUT_OF_YEARS;
    }

    private @Nullable WrittenTime read(byte[] bytes, int from, int to) {
        WrittenTime read = new WrittenTime();
        read.begin(from);
        if (dated) {
            if (!read.date(bytes, to)) {
                return null;
            }
            if (read.at() == to) {
                return zoned ? null : read;
            }
            if (!timed || !read.gap(bytes)) {
                return null;
            }
            read.skip(1);
        }
        if (!read.time(bytes, to) || read.withComma() || read.fractionOfNoSeconds()) {
            return null;
        }
        boolean endOfDay = read.hour() == 24;
        if (endOfDay && (dated || read.tooFine() || read.micros() > DAY)) {
            return null;
        }
        boolean ends = zoned ? zone(bytes, to, read) : read.at() == to;
        return ends ? read : null;
    }

    /** Reads Z, UTC or an offset in hours, minutes and seconds, and demands that the text ends with it. */
    private static boolean zone(byte[] bytes, int to, WrittenTime read) {
        String word = Ascii.lower(bytes, read.at(), to, 4);
        return word.equals("z")
                || word.strip().equals("utc")
                || (read.offset(bytes, to) && read.offsetHours() <= MOST_HOURS && read.at() == to);
    }

    private static byte @Nullable [] utc(WrittenTime read) {
        LocalDateTime moment = LocalDateTime.of(date(read), LocalTime.of(read.hour(), read.minute(), read.second()))
                .minusSeconds(read.offset());
        int year = moment.getYear();
        if (year < 1 || year > 9999) {
            return null;
        }
        String time = time(moment.getHour(), moment.getMinute(), moment.getSecond(), read.fraction());
        return Ascii.bytes(moment.toLocalDate() + " " + time + "+00");
    }

    private static LocalDate date(WrittenTime read) {
        return LocalDate.of(read.year(), read.month(), read.day());
    }

    private static String time(int hour, int minute, int second, int fraction) {
        String digits = fraction == 0 ? "" : "." + (1_000_000 + fraction);
        int end = digits.length();
        while (end > 0 && digits.charAt(end - 1) == '0') {
            end--;
        }
        return two(hour) + ":" + two(minute) + ":" + two(second)
                + (fraction == 0 ? "" : "." + digits.substring(2, end));
    }

    private static String offset(int seconds) {
        int left = Math.abs(seconds);
        String hours = (seconds < 0 ? "-" : "+") + two(left / 3600);
        int rest = left % 3600;
        String minutes = rest == 0 ? "" : ":" + two(rest / 60);
        return hours + minutes + (rest % 60 == 0 ? "" : ":" + two(rest % 60));
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : String.valueOf(number);
    }
}
