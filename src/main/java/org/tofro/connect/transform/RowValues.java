package org.tofro.connect.transform;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.data.RedshiftType;

/** Values as they are staged, and as Beam's rows have them. */
final class RowValues {
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .append(TIME)
            .toFormatter(Locale.ROOT);
    private static final DateTimeFormatter TIMESTAMPTZ = new DateTimeFormatterBuilder()
            .append(TIMESTAMP)
            .appendOffset("+HH:mm", "+00")
            .toFormatter(Locale.ROOT);

    private RowValues() {}

    /** A staged value as a row has it; null for NULL. */
    static @Nullable Object read(RedshiftType type, byte @Nullable [] staged) {
        if (staged == null) {
            return null;
        }
        String text = new String(staged, StandardCharsets.UTF_8);
        return switch (type.kind()) {
            case SMALLINT -> Short.valueOf(text);
            case INTEGER -> Integer.valueOf(text);
            case BIGINT -> Long.valueOf(text);
            case DECIMAL -> new BigDecimal(text);
            case REAL -> Float.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
            case BOOLEAN -> text.equals("t") || text.equals("true");
            case DATE -> LocalDate.parse(text);
            case TIMESTAMP -> LocalDateTime.parse(text, TIMESTAMP);
            case TIMESTAMPTZ -> OffsetDateTime.parse(text, TIMESTAMPTZ).toInstant();
            case TIME -> time(text);
            case VARBYTE -> HexFormat.of().parseHex(text);
            case TIMETZ, CHAR, VARCHAR, SUPER -> text;
        };
    }

    private static LocalTime time(String text) {
        if (text.startsWith("24")) {
            throw ExtractException.permanent("the time 24:00:00 has no place in a LocalTime; take it as varchar(15)");
        }
        return LocalTime.parse(text);
    }

    /** A value of a row as plain files write it; null for NULL. */
    static byte @Nullable [] write(@Nullable Object value) {
        String text;
        if (value == null) {
            return null;
        } else if (value instanceof byte[] bytes) {
            text = HexFormat.of().formatHex(bytes);
        } else if (value instanceof BigDecimal decimal) {
            text = decimal.toPlainString();
        } else if (value instanceof Boolean flag) {
            text = flag ? "t" : "f";
        } else if (value instanceof LocalDateTime moment) {
            text = moment.format(TIMESTAMP);
        } else if (value instanceof Instant moment) {
            text = moment.atOffset(ZoneOffset.UTC).format(TIMESTAMPTZ);
        } else if (value instanceof org.joda.time.ReadableInstant moment) {
            text = Instant.ofEpochMilli(moment.getMillis())
                    .atOffset(ZoneOffset.UTC)
                    .format(TIMESTAMPTZ);
        } else if (value instanceof LocalTime time) {
            text = time.format(TIME);
        } else {
            text = value.toString();
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
