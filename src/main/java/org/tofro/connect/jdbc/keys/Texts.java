package org.tofro.connect.jdbc.keys;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Strings between two others: what both begin with, then characters in between, read as digits of a number. The server's
 * order may be another one than that of code points; a guess then misses the middle, and nothing else.
 */
final class Texts {
    /** Characters that are guessed after the common beginning: more than a few tell no keys apart. */
    private static final int DIGITS = 4;

    private static final int SPACE = 0x20;
    private static final int TILDE = 0x7e;

    private final int lowest;
    private final BigInteger base;

    private Texts(int lowest, int highest) {
        this.lowest = lowest;
        this.base = BigInteger.valueOf(highest - lowest + 1L);
    }

    static List<String> between(String low, String high, int count) {
        int[] from = low.codePoints().toArray();
        int[] to = high.codePoints().toArray();
        int common = 0;
        while (common < from.length && common < to.length && from[common] == to[common]) {
            common++;
        }
        String prefix = new String(from, 0, common);
        int[] rest = IntStream.concat(
                        IntStream.of(from).skip(common), IntStream.of(to).skip(common))
                .toArray();
        // Keys between two of plain ASCII are mostly of plain ASCII too.
        int highest = Math.max(TILDE, IntStream.of(rest).max().orElse(TILDE));
        Texts texts = new Texts(Math.min(SPACE, IntStream.of(rest).min().orElse(SPACE)), highest);
        BigInteger start = texts.number(from, common);
        BigInteger width = texts.number(to, common).subtract(start);
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> start.add(width.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(count + 1L))))
                .map(texts::text)
                .map(prefix::concat)
                .filter(text -> !text.equals(low))
                .distinct()
                .toList();
    }

    private BigInteger number(int[] codePoints, int skip) {
        BigInteger number = BigInteger.ZERO;
        for (int i = skip; i < skip + DIGITS; i++) {
            int digit = i < codePoints.length ? codePoints[i] - lowest : 0;
            number = number.multiply(base).add(BigInteger.valueOf(digit));
        }
        return number;
    }

    private String text(BigInteger number) {
        int[] digits = new int[DIGITS];
        BigInteger rest = number;
        for (int i = DIGITS - 1; i >= 0; i--) {
            BigInteger[] parts = rest.divideAndRemainder(base);
            digits[i] = valid(parts[1].intValue() + lowest);
            rest = parts[0];
        }
        return new String(digits, 0, DIGITS).stripTrailing();
    }

    /** No lone surrogate and no NUL, which no server takes. */
    private static int valid(int codePoint) {
        boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        return surrogate ? Character.MIN_SURROGATE - 1 : Math.max(1, codePoint);
    }
}
