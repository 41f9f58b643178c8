package org.tofro.local.redshift;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns any field of a column's type into PostgreSQL's text, or says why it cannot be loaded ("Data conversion parameters",
 * copy-parameters-data-conversion.html). {@link PlainField} spares most fields the way through here.
 */
final class FieldConversion {
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?");
    private static final Pattern NOT_FINITE = Pattern.compile("(?i)nan|[+-]?inf(inity)?");
    private static final Pattern BOOLEAN = Pattern.compile("(?i)t|true|y|yes|1|f|false|n|no|0");
    private static final Pattern DATE = Pattern.compile("([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})");
    private static final Pattern HEX = Pattern.compile("([0-9a-fA-F]{2})*");
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private final CopyColumn column;
    private final CopyCommand.Options options;

    FieldConversion(CopyColumn column, CopyCommand.Options options) {
        this.column = column;
        this.options = options;
    }

    /** The value as PostgreSQL's text format has it before escaping; null for NULL. */
    byte @Nullable [] convert(byte[] field) throws BadField {
        if (column.isCharacter()) {
            return character(field);
        }
        String text = new String(field, StandardCharsets.UTF_8).strip();
        // "Empty fields for other data types, such as INT, are always loaded with NULL" (EMPTYASNULL).
        return text.isEmpty() ? null : other(text).getBytes(StandardCharsets.UTF_8);
    }

    private byte @Nullable [] character(byte[] field) throws BadField {
        byte[] value = field;
        if (value.length == 0 && options.emptyAsNull()) {
            return null;
        }
        if (options.blanksAsNull() && value.length > 0 && isBlank(value)) {
            return null;
        }
        for (byte b : value) {
            if (b == 0) {
                throw new BadField(1216, "Missing newline: Unexpected character 0x0 found");
            }
        }
        value = decoded(value);
        if (options.trimBlanks()) {
            int end = value.length;
            while (end > 0 && value[end - 1] == ' ') {
                end--;
            }
            value = Arrays.copyOf(value, end);
        }
        int length = value.length;
        if (column.type().equals("bpchar")) {
            while (length > 0 && value[length - 1] == ' ') {
                length--;
            }
        }
        if (length > column.length()) {
            if (!options.truncateColumns()) {
                throw new BadField(1204, "String length exceeds DDL length");
            }
            int end = column.length();
            while (end > 0 && (value[end] & 0xc0) == 0x80) {
                end--;
            }
            value = Arrays.copyOf(value, end);
        }
        return value;
    }

    private static boolean isBlank(byte[] value) {
        for (byte b : value) {
            if (b != ' ' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    private byte[] decoded(byte[] value) throws BadField {
        boolean ascii = true;
        for (byte b : value) {
            ascii &= b >= 0;
        }
        if (ascii) {
            return value;
        }
        Character replacement = options.replaceInvalid();
        try {
            CharBuffer text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(replacement == null ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .replaceWith(replacement == null ? "?" : String.valueOf(replacement))
                    .decode(ByteBuffer.wrap(value));
            return replacement == null ? value : text.toString().getBytes(StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new BadField(1220, "String contains invalid or unsupported UTF8 codepoints");
        }
    }

    private String other(String text) throws BadField {
        return switch (column.type()) {
            case "int2", "int4", "int8" -> integer(text);
            case "numeric" -> decimal(text);
            case "float4", "float8" -> floating(text);
            case "bool" -> bool(text);
            case "date" -> date(text);
            case "timestamp", "timestamptz" -> timestamp(text);
            case "bytea" -> hex(text);
            default -> text;
        };
    }

    private String integer(String text) throws BadField {
        String words = column.type().equals("int2") ? "Short" : column.type().equals("int4") ? "Integer" : "Long";
        if (!INTEGER.matcher(text).matches()) {
            int bad = 0;
            while (bad < text.length()
                    && (Character.isDigit(text.charAt(bad))
                            || (bad == 0 && (text.charAt(0) == '-' || text.charAt(0) == '+')))) {
                bad++;
            }
            throw new BadField(
                    1207,
                    "Invalid digit, Value '%s', Pos %d, Type: %s"
                            .formatted(bad < text.length() ? text.charAt(bad) : ' ', bad, words));
        }
        int bits = column.type().equals("int2") ? 15 : column.type().equals("int4") ? 31 : 63;
        BigInteger value = new BigInteger(text);
        if (value.bitLength() > bits) {
            throw new BadField(1207, "Overflow for " + words);
        }
        return value.toString();
    }

    private String decimal(String text) throws BadField {
        if (!DECIMAL.matcher(text).matches()) {
            throw new BadField(1207, "Invalid digit, Value '%s', Pos 0, Type: Decimal".formatted(text.charAt(0)));
        }
        if (column.modifier() < 4) {
            return text;
        }
        BigDecimal value = new BigDecimal(text);
        if (value.scale() > column.scale()) {
            // "By default, COPY truncates values when necessary to fit the scale of the column" (ROUNDEC).
            value = value.setScale(column.scale(), options.roundDecimals() ? RoundingMode.HALF_UP : RoundingMode.DOWN);
        }
        if (value.precision() - value.scale() > column.wholeDigits() && value.signum() != 0) {
            throw new BadField(1207, "Overflow (Column data type: %s)".formatted(column.declared()));
        }
        return value.toPlainString();
    }

    private static String floating(String text) throws BadField {
        if (!DECIMAL.matcher(text).matches() && !NOT_FINITE.matcher(text).matches()) {
            throw new BadField(1208, "Invalid digit, Value '%s', Pos 0, Type: Float".formatted(text.charAt(0)));
        }
        return text;
    }

    private static String bool(String text) throws BadField {
        if (!BOOLEAN.matcher(text).matches()) {
            throw new BadField(1210, "Unknown boolean format");
        }
        return text;
    }

    private static String date(String text) throws BadField {
        String day =
                text.length() > 10 && (text.charAt(10) == ' ' || text.charAt(10) == 'T') ? text.substring(0, 10) : text;
        var matcher = DATE.matcher(day);
        if (!matcher.matches()) {
            throw new BadField(1205, "Invalid Date Format - length must be 10 or more");
        }
        try {
            LocalDate.of(
                    Integer.parseInt(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    Integer.parseInt(matcher.group(3)));
        } catch (DateTimeException e) {
            throw new BadField(1205, "Invalid Date Format - length must be 10 or more");
        }
        return day;
    }

    private String timestamp(String text) throws BadField {
        String format = options.timeFormat();
        if (format != null && format.startsWith("epoch")) {
            if (!INTEGER.matcher(text).matches()) {
                throw new BadField(1206, "Invalid timestamp format or value [%s]".formatted(format));
            }
            try {
                long number = Long.parseLong(text);
                return TIMESTAMP.format(
                        format.equals("epochsecs") ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number));
            } catch (NumberFormatException | DateTimeException e) {
                throw new BadField(1206, "Invalid timestamp format or value [%s]".formatted(format));
            }
        }
        try {
            if (text.length() < 10) {
                throw new BadField(1206, "");
            }
            date(text.substring(0, 10));
        } catch (BadField e) {
            throw new BadField(1206, "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]");
        }
        return text;
    }

    private static String hex(String text) throws BadField {
        if (!HEX.matcher(text).matches()) {
            throw new BadField(1219, "Invalid hexadecimal digits for VARBYTE");
        }
        return "\\x" + text;
    }
}
