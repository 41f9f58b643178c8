package org.tofro.kvs;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.UUID;

/** A part of a key as the driver wants it: of its column's own type. */
final class KeyPart {
    private KeyPart() {}

    static Object typed(JobName job, KvsColumn column, Object given) {
        String type = column.type().toLowerCase(Locale.ROOT);
        String text = String.valueOf(given);
        try {
            return switch (type) {
                case "text", "varchar", "ascii" -> text;
                case "bigint" -> Long.valueOf(text);
                case "int" -> Integer.valueOf(text);
                case "smallint" -> Short.valueOf(text);
                case "tinyint" -> Byte.valueOf(text);
                case "varint" -> new BigInteger(text);
                case "decimal" -> new BigDecimal(text);
                case "double" -> Double.valueOf(text);
                case "float" -> Float.valueOf(text);
                case "uuid", "timeuuid" -> uuid(text);
                case "boolean" -> truth(text);
                case "timestamp" -> given instanceof Instant ? given : moment(text);
                case "date" -> LocalDate.parse(text);
                default -> given;
            };
        } catch (IllegalArgumentException | DateTimeException e) {
            // The exception's own words hold the value.
            throw new KvsReadException(
                    KvsReadException.Reason.BAD_KEY,
                    "job '" + job + "': '" + column.name() + "' of the key is a " + type + ", and what was given is not"
                            + form(type));
        }
    }

    private static String form(String type) {
        return switch (type) {
            case "uuid", "timeuuid" -> "; one looks like 123e4567-e89b-12d3-a456-426614174000";
            case "timestamp" -> "; one looks like 2026-11-23T05:00:00Z";
            case "date" -> "; one looks like 2026-11-23";
            case "boolean" -> "; it is true or false";
            default -> "";
        };
    }

    /** Java reads shorter forms as well, each as some other value than its writer may think. */
    private static UUID uuid(String text) {
        if (text.length() != 36) {
            throw new IllegalArgumentException("no uuid");
        }
        return UUID.fromString(text);
    }

    private static Boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither");
        };
    }

    private static Instant moment(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }
}
