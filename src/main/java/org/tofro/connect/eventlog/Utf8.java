package org.tofro.connect.eventlog;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks at bytes that should be UTF-8, and makes such of characters. */
final class Utf8 {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long TOPS = 0x8080_8080_8080_8080L;

    private Utf8() {}

    /** Whether the bytes are UTF-8, without forms that are too long and without surrogates (RFC 3629). */
    static boolean isValid(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (to - at >= Long.BYTES && ((long) WORDS.get(bytes, at) & TOPS) == 0) {
                at += Long.BYTES;
                continue;
            }
            int length = length(bytes, at, to);
            if (length == 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /** Bytes of the character that begins there; 0 where none does. */
    private static int length(byte[] bytes, int at, int to) {
        int lead = bytes[at] & 0xff;
        if (lead < 0x80) {
            return 1;
        }
        int length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
        if (length == 0 || at + length > to) {
            return 0;
        }
        int second = bytes[at + 1] & 0xff;
        boolean bad = (lead == 0xe0 && second < 0xa0)
                || (lead == 0xed && second >= 0xa0)
                || (lead == 0xf0 && second < 0x90)
                || (lead == 0xf4 && second >= 0x90);
        for (int i = at + 1; i < at + length; i++) {
            bad |= (bytes[i] & 0xc0) != 0x80;
        }
        return bad ? 0 : length;
    }

    /** Writes characters, for each of which the target has three bytes; where they end, or -1 at half a surrogate pair. */
    static int encode(char[] chars, int from, int to, byte[] target) {
        int at = 0;
        for (int i = from; i < to; i++) {
            char c = chars[i];
            if (c < 0x80) {
                target[at++] = (byte) c;
            } else if (c < 0x800) {
                target[at++] = (byte) (0xc0 | (c >> 6));
                target[at++] = (byte) (0x80 | (c & 0x3f));
            } else if (!Character.isSurrogate(c)) {
                target[at++] = (byte) (0xe0 | (c >> 12));
                target[at++] = (byte) (0x80 | ((c >> 6) & 0x3f));
                target[at++] = (byte) (0x80 | (c & 0x3f));
            } else {
                if (!Character.isHighSurrogate(c) || i + 1 == to || !Character.isLowSurrogate(chars[i + 1])) {
                    return -1;
                }
                int point = Character.toCodePoint(c, chars[++i]);
                target[at++] = (byte) (0xf0 | (point >> 18));
                target[at++] = (byte) (0x80 | ((point >> 12) & 0x3f));
                target[at++] = (byte) (0x80 | ((point >> 6) & 0x3f));
                target[at++] = (byte) (0x80 | (point & 0x3f));
            }
        }
        return at;
    }
}
