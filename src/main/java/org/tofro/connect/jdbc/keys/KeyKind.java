package org.tofro.connect.jdbc.keys;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the values of a key's column are, as far as values between two of them can be made. */
public enum KeyKind {
    /** Whole numbers of any size. */
    INTEGER {
        @Override
        List<String> inner(String low, String high, int count) {
            return numbers(new BigInteger(low), new BigInteger(high), count, BigInteger::toString);
        }
    },
    /** Decimals of any precision. */
    DECIMAL {
        @Override
        List<String> inner(String low, String high, int count) {
            BigDecimal from = new BigDecimal(low);
            BigDecimal to = new BigDecimal(high);
            // Two digits more than there are, so that neighbours have values between them.
            int scale = Math.max(0, Math.max(from.scale(), to.scale())) + 2;
            return numbers(
                    from.setScale(scale).unscaledValue(),
                    to.setScale(scale).unscaledValue(),
                    count,
                    unscaled -> new BigDecimal(unscaled, scale).toPlainString());
        }
    },
    /** Days, {@code 2020-02-29}. */
    DATE {
        @Override
        List<String> inner(String low, String high, int count) {
            return numbers(Moments.days(low), Moments.days(high), count, Moments::date);
        }
    },
    /** Moments with microseconds, {@code 2020-02-29 12:00:00.000001}, in UTC where they have a zone. */
    TIMESTAMP {
        @Override
        List<String> inner(String low, String high, int count) {
            return numbers(Moments.micros(low), Moments.micros(high), count, Moments::timestamp);
        }
    },
    /** 128 bits as hexadecimal digits with hyphens. */
    UUID {
        @Override
        List<String> inner(String low, String high, int count) {
            return numbers(bits(low), bits(high), count, KeyKind::uuid);
        }
    },
    /** Bytes as hexadecimal digits, in the order of their values; the first eight that differ tell keys apart. */
    BINARY {
        @Override
        List<String> inner(String low, String high, int count) {
            int common = 0;
            while (common < low.length() && common < high.length() && low.charAt(common) == high.charAt(common)) {
                common++;
            }
            int skip = common - common % 2;
            return numbers(
                    bytes(low, skip),
                    bytes(high, skip),
                    count,
                    number -> low.substring(0, skip) + String.format(Locale.ROOT, "%016X", number));
        }
    },
    /** Strings, in whatever order the server has them. */
    TEXT {
        @Override
        List<String> inner(String low, String high, int count) {
            return Texts.between(low, high, count);
        }
    };

    abstract List<String> inner(String low, String high, int count);

    /**
     * Up to {@code count} values between two others, about evenly spread; none of them is {@code low}. Empty where the two
     * have nothing between them, or are no such values (the server's infinities).
     */
    public List<String> between(String low, String high, int count) {
        try {
            return inner(low, high, count);
        } catch (IllegalArgumentException | java.time.DateTimeException notOfThisKind) {
            return List.of();
        }
    }

    private static List<String> numbers(BigInteger low, BigInteger high, int count, Function<BigInteger, String> text) {
        BigInteger width = high.subtract(low);
        Stream<BigInteger> numbers = IntStream.rangeClosed(1, count)
                .mapToObj(i -> low.add(width.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(count + 1L))));
        return numbers.filter(number -> number.compareTo(low) > 0)
                .distinct()
                .map(text)
                .toList();
    }

    private static BigInteger bits(String uuid) {
        return new BigInteger(uuid.replace("-", ""), 16);
    }

    private static BigInteger bytes(String hex, int skip) {
        String digits = hex.substring(skip, Math.min(hex.length(), skip + 16));
        return new BigInteger(digits + "0".repeat(16 - digits.length()), 16);
    }

    private static String uuid(BigInteger bits) {
        String hex = String.format(Locale.ROOT, "%032x", bits);
        return String.join(
                "-",
                hex.substring(0, 8),
                hex.substring(8, 12),
                hex.substring(12, 16),
                hex.substring(16, 20),
                hex.substring(20));
    }
}
