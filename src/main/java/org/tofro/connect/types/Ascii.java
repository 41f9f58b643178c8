package org.tofro.connect.types;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Letters and digits in bytes. */
final class Ascii {
    private Ascii() {}

    static boolean digit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** The first byte from there on that is no digit. */
    static int digitsEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && digit(bytes[at])) {
            at++;
        }
        return at;
    }

    /** So many digits as a number, or -1 where they are not all digits. */
    static int number(byte[] bytes, int from, int count, int to) {
        if (from + count > to || digitsEnd(bytes, from, from + count) != from + count) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < from + count; i++) {
            number = number * 10 + bytes[i] - '0';
        }
        return number;
    }

    /** A short word in lower case; empty where it is longer than that. */
    static String lower(byte[] bytes, int from, int to, int most) {
        return to - from > most ? "" : text(bytes, from, to).toLowerCase(Locale.ROOT);
    }

    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
