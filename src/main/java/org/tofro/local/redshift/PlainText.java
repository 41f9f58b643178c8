package org.tofro.local.redshift;

/** The plain form of text: valid UTF-8 with nothing to cut, to trim or to take for NULL. */
final class PlainText {
    private PlainText() {}

    /** The plain form of a character column. */
    static PlainField of(CopyColumn column, CopyCommand.Options options) {
        int length = column.length();
        boolean emptyIsNull = options.emptyAsNull();
        boolean blanksMatter = options.blanksAsNull() || options.trimBlanks();
        return (data, start, end) -> {
            if (end - start > length || (start == end && emptyIsNull)) {
                return false;
            }
            if (blanksMatter && start < end && (data[end - 1] == ' ' || data[end - 1] == '\t')) {
                return false;
            }
            return isUtf8(data, start, end);
        };
    }

    /** The plain form of a value that only PostgreSQL understands: there is some, without blanks around it. */
    static boolean isPrintable(byte[] data, int start, int end) {
        // Blanks beyond ASCII are stripped too; their bytes are negative.
        return start < end && data[start] > ' ' && data[end - 1] > ' ' && isUtf8(data, start, end);
    }

    /** The plain form of bytes; PostgreSQL wants its own sign in front of it. */
    static boolean isHex(byte[] data, int start, int end) {
        for (int i = start; i < end; i++) {
            byte b = data[i];
            if (!(b >= '0' && b <= '9') && !(b >= 'a' && b <= 'f') && !(b >= 'A' && b <= 'F')) {
                return false;
            }
        }
        return start < end && (end - start) % 2 == 0;
    }

    /** Whether this is UTF-8 ("The Unicode Standard", table 3-7) without NUL, which is no character in PostgreSQL. */
    private static boolean isUtf8(byte[] data, int start, int end) {
        int at = start;
        while (at < end) {
            int length = data[at] > 0 ? 1 : lengthBeyondAscii(data, at, end);
            if (length == 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /** The length of the character that starts here; 0 where it is none. */
    private static int lengthBeyondAscii(byte[] data, int at, int end) {
        int first = data[at] & 0xff;
        int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
        if (length == 0 || length > end - at) {
            return 0;
        }
        int second = data[at + 1] & 0xff;
        // Neither longer than need be, nor half of a surrogate pair, nor beyond U+10FFFF.
        int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < least || second > most) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((data[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return length;
    }
}
