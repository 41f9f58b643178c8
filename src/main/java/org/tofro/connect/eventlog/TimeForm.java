package org.tofro.connect.eventlog;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.WrittenNumber;
import org.tofro.connect.types.WrittenTime;
import org.tofro.data.RedshiftType.Kind;

/**
 * Dates and times in ISO 8601, with a {@code T} or a blank between them, and numbers that count from 1970. A timestamp with
 * an offset is taken to UTC; one without is taken as it is. Nothing finer than a microsecond is rounded.
 */
final class TimeForm implements FieldForm {
    private static final long DAY = 86_400_000_000L;
    private static final long FIRST = LocalDate.of(1, 1, 1).toEpochDay() * DAY;
    private static final long BEHIND_LAST = LocalDate.of(10_000, 1, 1).toEpochDay() * DAY;

    private final Kind kind;
    private final EventField.@Nullable Epoch epoch;
    private final byte[] text = new byte[32];

    private final WrittenTime read = new WrittenTime();

    // What is to be written.
    private int at;
    private int year;
    private int month;
    private int day;
    private long micros;
    private long last;

    TimeForm(Kind kind, EventField.@Nullable Epoch epoch) {
        this.kind = kind;
        this.epoch = epoch;
    }

    @Override
    public @Nullable Reason put(Shape shape, byte[] bytes, int from, int to, EventRow row) {
        if (shape == Shape.NESTED) {
            return Reason.NESTED;
        }
        if (epoch != null) {
            return counted(epoch, shape, bytes, from, to, row);
        }
        boolean timestamp = kind == Kind.TIMESTAMP || kind == Kind.TIMESTAMPTZ;
        if (timestamp && shape == Shape.NUMBER) {
            return Reason.EPOCH;
        }
        Reason no = timestamp ? Reason.NOT_A_TIMESTAMP : kind == Kind.DATE ? Reason.NOT_A_DATE : Reason.NOT_A_TIME;
        read.begin(from);
        if (kind != Kind.TIME && !read.date(bytes, to)) {
            return no;
        }
        if (timestamp && read.at() < to) {
            boolean gap = read.gap(bytes);
            read.skip(1);
            Reason wrong = gap ? time(bytes, to, no) : no;
            if (wrong == null && !zone(bytes, to)) {
                wrong = no;
            }
            if (wrong != null) {
                return wrong;
            }
        } else if (kind == Kind.TIME) {
            Reason wrong = time(bytes, to, no);
            if (wrong != null) {
                return wrong;
            }
        }
        return read.at() < to ? no : write(row, no);
    }

    private @Nullable Reason time(byte[] bytes, int to, Reason no) {
        return !read.time(bytes, to) || read.hour() > 23 ? no : read.tooFine() ? Reason.TOO_FINE : null;
    }

    /** Reads an offset, or none, perhaps behind a blank. */
    private boolean zone(byte[] bytes, int to) {
        boolean blank = read.at() < to && bytes[read.at()] == ' ';
        read.skip(blank ? 1 : 0);
        if (read.at() == to) {
            return !blank;
        }
        if ((bytes[read.at()] | 0x20) == 'z') {
            read.skip(1);
            return true;
        }
        return read.offset(bytes, to) && !read.withOffsetSeconds() && read.offsetHours() <= 18;
    }

    private @Nullable Reason write(EventRow row, Reason no) {
        year = read.year();
        month = read.month();
        day = read.day();
        micros = read.micros();
        long offset = read.offset() * 1_000_000L;
        long dayNumber = kind == Kind.TIME ? 0 : LocalDate.of(year, month, day).toEpochDay();
        last = dayNumber * DAY + micros - offset;
        if (offset != 0) {
            return moment(row) ? null : no;
        }
        print(row);
        return null;
    }

    /** A number that counts from 1970. */
    private @Nullable Reason counted(EventField.Epoch unit, Shape shape, byte[] bytes, int from, int to, EventRow row) {
        WrittenNumber.Written written = WrittenNumber.written(bytes, from, to);
        if (shape == Shape.BOOLEAN || written == WrittenNumber.Written.NOT) {
            return Reason.NOT_A_NUMBER;
        }
        if (written == WrittenNumber.Written.DIGITS && to - from <= 14) {
            long number = WrittenNumber.whole(bytes, from, to);
            // Of 14 characters in milliseconds nothing overflows; in seconds, beyond the year 9999, it may.
            if (Math.abs(number) > BEHIND_LAST / unit.micros()) {
                return Reason.OUT_OF_RANGE;
            }
            last = number * unit.micros();
            return moment(row) ? null : Reason.OUT_OF_RANGE;
        }
        BigDecimal number = WrittenNumber.of(bytes, from, to);
        if (number == null || number.precision() - number.scale() > 15) {
            return Reason.OUT_OF_RANGE;
        }
        BigDecimal exact = number.multiply(BigDecimal.valueOf(unit.micros())).stripTrailingZeros();
        if (exact.scale() > 0) {
            return Reason.TOO_FINE;
        }
        if (exact.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            return Reason.OUT_OF_RANGE;
        }
        last = exact.longValueExact();
        return moment(row) ? null : Reason.OUT_OF_RANGE;
    }

    /** Writes {@link #last} in UTC; false where it is out of the years that there are. */
    private boolean moment(EventRow row) {
        if (last < FIRST || last >= BEHIND_LAST) {
            return false;
        }
        Instant instant =
                Instant.ofEpochSecond(Math.floorDiv(last, 1_000_000L), Math.floorMod(last, 1_000_000L) * 1_000);
        LocalDateTime utc = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        year = utc.getYear();
        month = utc.getMonthValue();
        day = utc.getDayOfMonth();
        micros = Math.floorMod(last, DAY);
        print(row);
        return true;
    }

    private void print(EventRow row) {
        at = 0;
        if (kind != Kind.TIME) {
            number(year, 4);
            text[at++] = '-';
            number(month, 2);
            text[at++] = '-';
            number(day, 2);
        }
        if (kind != Kind.DATE) {
            if (kind != Kind.TIME) {
                text[at++] = ' ';
            }
            int seconds = (int) (micros / 1_000_000);
            int fraction = (int) (micros % 1_000_000);
            number(seconds / 3600, 2);
            text[at++] = ':';
            number(seconds / 60 % 60, 2);
            text[at++] = ':';
            number(seconds % 60, 2);
            if (fraction > 0) {
                text[at++] = '.';
                number(fraction, 6);
            }
        }
        if (kind == Kind.TIMESTAMPTZ) {
            text[at++] = '+';
            number(0, 2);
        }
        row.bare(text, 0, at);
    }

    private void number(int value, int digits) {
        int rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        at += digits;
    }

    @Override
    public String rejects() {
        if (epoch != null) {
            return "what is no number, finer than microseconds, outside of the years 1 to 9999";
        }
        return switch (kind) {
            case DATE -> "what is no date such as 2026-11-23";
            case TIME -> "what is no time such as 14:30:00, finer than microseconds";
            default ->
                "what is no time such as 2026-11-23T14:30:00Z, numbers, finer than microseconds; without an offset it is"
                        + " taken as UTC";
        };
    }

    @Override
    public long order() {
        return last;
    }
}
