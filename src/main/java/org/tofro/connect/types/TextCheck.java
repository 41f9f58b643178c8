package org.tofro.connect.types;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of strings and of the hexadecimal digits of bytes. */
public sealed interface TextCheck extends ValueCheck {
    /** A string has at most so many bytes. */
    record Width(int bytes) implements TextCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to, int doubled) {
            return to - from - doubled > bytes ? Kind.TOO_LONG : null;
        }

        @Override
        public List<Kind> kinds() {
            return List.of(Kind.TOO_LONG);
        }

        @Override
        public String fails() {
            return "more than %d bytes".formatted(bytes);
        }

        @Override
        public int harmless() {
            return bytes;
        }
    }

    /** A string has so many single-byte characters, no more and no less: a char keeps no other. */
    record ExactWidth(int bytes) implements TextCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to, int doubled) {
            if (to - from - doubled > bytes) {
                return Kind.TOO_LONG;
            }
            for (int i = from; i < to; i++) {
                if (value[i] < 0) {
                    return Kind.MULTI_BYTE;
                }
            }
            return to - from - doubled < bytes ? Kind.TOO_SHORT : null;
        }

        @Override
        public List<Kind> kinds() {
            return List.of(Kind.TOO_LONG, Kind.MULTI_BYTE, Kind.TOO_SHORT);
        }

        @Override
        public String fails() {
            return "more or fewer than %d characters, characters of more than one byte".formatted(bytes);
        }
    }

    /** Hexadecimal digits of at least one byte and of at most so many. */
    record Hex(int bytes) implements TextCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to, int doubled) {
            return from == to ? Kind.EMPTY : (to - from) / 2 > bytes ? Kind.TOO_LONG : null;
        }

        @Override
        public List<Kind> kinds() {
            return List.of(Kind.TOO_LONG, Kind.EMPTY);
        }

        @Override
        public String fails() {
            return "more than %d bytes, an empty value".formatted(bytes);
        }
    }

    /** A string is UTF-8 and has at most so many bytes; only an SQL_ASCII database can hold others. */
    record Utf8(int bytes) implements TextCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to, int doubled) {
            int i = from;
            while (i < to) {
                int lead = value[i] & 0xff;
                int more =
                        lead < 0x80 ? 0 : lead < 0xc2 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : -1;
                int second = i + 1 < to ? value[i + 1] & 0xff : 0;
                if (lead == 0xed && second >= 0xa0 && second < 0xc0) {
                    return Kind.SURROGATE;
                }
                // The least and the greatest second byte: other forms are too long, or beyond the last character.
                boolean good = more >= 0
                        && i + more < to
                        && !(lead == 0xe0 && second < 0xa0)
                        && !(lead == 0xf0 && second < 0x90)
                        && !(lead == 0xf4 && second >= 0x90);
                for (int next = i + 1; good && next <= i + more; next++) {
                    good = (value[next] & 0xc0) == 0x80;
                }
                if (!good) {
                    return Kind.NOT_UTF8;
                }
                i += more + 1;
            }
            return to - from - doubled > bytes ? Kind.TOO_LONG : null;
        }

        @Override
        public List<Kind> kinds() {
            return List.of(Kind.NOT_UTF8, Kind.SURROGATE, Kind.TOO_LONG);
        }

        @Override
        public String fails() {
            return "bytes that are not UTF-8, more than %d bytes".formatted(bytes);
        }
    }
}
