package org.tofro.connect.types;

import java.time.DateTimeException;
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

    private static final int DATE_LENGTH = 10;
    private static final int MICROS = 6;

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
        Parsed parsed = parse(bytes, from, to);
        if (parsed == null || parsed.finer) {
            return null;
        }
        if (zoned && dated) {
            return utc(parsed);
        }
        String date = dated ? date(parsed.date) : "";
        String time = timed ? parsed.time() : "";
        String zone = zoned ? offset(parsed.offset) : "";
        return Ascii.bytes(date + (dated && timed ? " " : "") + time + zone);
    }

    @Override
    public Kind misfit(byte[] bytes, int from, int to) {
        Parsed parsed = parse(bytes, from, to);
        return parsed == null ? Kind.UNREADABLE : parsed.finer ? Kind.TOO_FINE : Kind.OUT_OF_YEARS;
    }

    /** What was read of a text. */
    private static final class Parsed {
        private LocalDate date = LocalDate.EPOCH;
        private int hour;
        private int minute;
        private int second;
        private String fraction = "";
        private boolean finer;
        private int offset;

        String time() {
            return "%s:%s:%s%s"
                    .formatted(two(hour), two(minute), two(second), fraction.isEmpty() ? "" : "." + fraction);
        }
    }

    private @Nullable Parsed parse(byte[] bytes, int from, int to) {
        Parsed parsed = new Parsed();
        int at = from;
        if (dated) {
            if (!date(bytes, from, to, parsed)) {
                return null;
            }
            at += DATE_LENGTH;
            if (at == to) {
                return zoned ? null : parsed;
            }
            if (!timed || !(bytes[at] == ' ' || bytes[at] == 'T' || bytes[at] == 't')) {
                return null;
            }
            at++;
        }
        at = time(bytes, at, to, parsed);
        if (at < 0 || (dated && parsed.hour == 24)) {
            return null;
        }
        boolean ends = zoned ? offset(bytes, at, to, parsed) : at == to;
        return ends ? parsed : null;
    }

    private static boolean date(byte[] bytes, int from, int to, Parsed parsed) {
        int year = Ascii.number(bytes, from, 4, to);
        int month = Ascii.number(bytes, from + 5, 2, to);
        int day = Ascii.number(bytes, from + 8, 2, to);
        if (year < 1 || month < 1 || day < 1 || bytes[from + 4] != '-' || bytes[from + 7] != '-') {
            return false;
        }
        try {
            parsed.date = LocalDate.of(year, month, day);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** Reads hours, minutes, and seconds where they are there; where they end, or -1. */
    private static int time(byte[] bytes, int from, int to, Parsed parsed) {
        parsed.hour = Ascii.number(bytes, from, 2, to);
        parsed.minute = Ascii.number(bytes, from + 3, 2, to);
        if (parsed.hour < 0 || parsed.minute < 0 || parsed.minute > 59 || bytes[from + 2] != ':') {
            return -1;
        }
        int at = from + 5;
        if (at < to && bytes[at] == ':') {
            parsed.second = Ascii.number(bytes, at + 1, 2, to);
            at += 3;
            if (parsed.second < 0 || parsed.second > 59) {
                return -1;
            }
            if (at < to && bytes[at] == '.') {
                int end = Ascii.digitsEnd(bytes, at + 1, to);
                if (end == at + 1) {
                    return -1;
                }
                fraction(bytes, at + 1, end, parsed);
                at = end;
            }
        }
        boolean endOfDay = parsed.hour == 24
                && parsed.minute == 0
                && parsed.second == 0
                && parsed.fraction.isEmpty()
                && !parsed.finer;
        return parsed.hour < 24 || endOfDay ? at : -1;
    }

    private static void fraction(byte[] bytes, int from, int to, Parsed parsed) {
        int end = to;
        while (end > from && bytes[end - 1] == '0') {
            end--;
        }
        parsed.finer = end - from > MICROS;
        parsed.fraction = Ascii.text(bytes, from, Math.min(end, from + MICROS));
    }

    /** Reads Z, UTC or an offset in hours, minutes and seconds, and demands that the text ends with it. */
    private static boolean offset(byte[] bytes, int from, int to, Parsed parsed) {
        String word = Ascii.lower(bytes, from, to, 4);
        if (word.equals("z") || word.strip().equals("utc")) {
            return true;
        }
        if (from >= to || (bytes[from] != '+' && bytes[from] != '-')) {
            return false;
        }
        int seconds = 0;
        int unit = 3600;
        int at = from + 1;
        boolean colons = at + 2 < to && bytes[at + 2] == ':';
        for (; unit > 0 && at < to; unit /= 60) {
            if (unit < 3600 && colons) {
                if (bytes[at] != ':') {
                    return false;
                }
                at++;
            }
            int number = Ascii.number(bytes, at, 2, to);
            if (number < 0 || number > (unit == 3600 ? 15 : 59)) {
                return false;
            }
            seconds += number * unit;
            at += 2;
        }
        parsed.offset = bytes[from] == '-' ? -seconds : seconds;
        return at == to && unit < 3600;
    }

    private static byte @Nullable [] utc(Parsed parsed) {
        LocalDateTime moment = LocalDateTime.of(parsed.date, LocalTime.of(parsed.hour, parsed.minute, parsed.second))
                .minusSeconds(parsed.offset);
        int year = moment.getYear();
        if (year < 1 || year > 9999) {
            return null;
        }
        parsed.hour = moment.getHour();
        parsed.minute = moment.getMinute();
        parsed.second = moment.getSecond();
        return Ascii.bytes(date(moment.toLocalDate()) + " " + parsed.time() + "+00");
    }

    private static String date(LocalDate date) {
        return date.toString();
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
