package org.tofro.connect.cassandra.write;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Text, and what is written as words and hexadecimal digits. */
final class TextCells {
    private static final Pattern FOUR = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern SIX = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
    private static final String NOT_AN_ADDRESS = "is not an IP address";
    private static final String NOT_A_UUID = "is not a UUID";

    private TextCells() {}

    static ByteBuffer text(byte[] bytes, int from, int to) throws Cell.Unfit {
        if (!isAscii(bytes, from, to)) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
            } catch (CharacterCodingException e) {
                throw new Cell.Unfit("is not UTF-8");
            }
        }
        return copy(bytes, from, to);
    }

    static ByteBuffer ascii(byte[] bytes, int from, int to) throws Cell.Unfit {
        if (!isAscii(bytes, from, to)) {
            throw new Cell.Unfit("has characters other than ASCII");
        }
        return copy(bytes, from, to);
    }

    private static boolean isAscii(byte[] bytes, int from, int to) {
        int all = 0;
        for (int i = from; i < to; i++) {
            all |= bytes[i];
        }
        return all >= 0;
    }

    private static ByteBuffer copy(byte[] bytes, int from, int to) {
        if (from == 0 && to == bytes.length) {
            return ByteBuffer.wrap(bytes);
        }
        byte[] copy = new byte[to - from];
        System.arraycopy(bytes, from, copy, 0, copy.length);
        return ByteBuffer.wrap(copy);
    }

    static ByteBuffer bool(byte[] bytes, int from, int to) throws Cell.Unfit {
        boolean truth = is("t", bytes, from, to) || is("true", bytes, from, to);
        if (!truth && !is("f", bytes, from, to) && !is("false", bytes, from, to)) {
            throw new Cell.Unfit("is neither true nor false");
        }
        return ByteBuffer.allocate(1).put(0, (byte) (truth ? 1 : 0));
    }

    private static boolean is(String word, byte[] bytes, int from, int to) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (bytes[i] != word.charAt(i - from)) {
                return false;
            }
        }
        return true;
    }

    static ByteBuffer blob(byte[] bytes, int from, int to) throws Cell.Unfit {
        int first = to - from >= 2 && bytes[from] == '0' && bytes[from + 1] == 'x' ? from + 2 : from;
        byte[] cell = new byte[(to - first) / 2];
        for (int i = 0; i < cell.length; i++) {
            int high = digit(bytes[first + 2 * i]);
            int low = digit(bytes[first + 2 * i + 1]);
            if (high < 0 || low < 0) {
                throw new Cell.Unfit("is not written in hexadecimal digits");
            }
            cell[i] = (byte) (high << 4 | low);
        }
        if ((to - first) % 2 != 0) {
            throw new Cell.Unfit("has an odd number of hexadecimal digits");
        }
        return ByteBuffer.wrap(cell);
    }

    private static int digit(byte b) {
        return b >= '0' && b <= '9'
                ? b - '0'
                : b >= 'a' && b <= 'f' ? b - 'a' + 10 : b >= 'A' && b <= 'F' ? b - 'A' + 10 : -1;
    }

    static ByteBuffer uuid(byte[] bytes, int from, int to) throws Cell.Unfit {
        if (to - from != 36) {
            throw new Cell.Unfit(NOT_A_UUID);
        }
        ByteBuffer cell = ByteBuffer.allocate(16);
        int high = -1;
        for (int i = 0; i < 36; i++) {
            byte b = bytes[from + i];
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (b != '-') {
                    throw new Cell.Unfit(NOT_A_UUID);
                }
                continue;
            }
            int digit = digit(b);
            if (digit < 0) {
                throw new Cell.Unfit(NOT_A_UUID);
            }
            if (high < 0) {
                high = digit;
            } else {
                cell.put((byte) (high << 4 | digit));
                high = -1;
            }
        }
        return cell.flip();
    }

    static ByteBuffer timeuuid(byte[] bytes, int from, int to) throws Cell.Unfit {
        ByteBuffer cell = uuid(bytes, from, to);
        if ((cell.get(6) >> 4) != 1) {
            throw new Cell.Unfit("is a UUID of another version than 1, the one that has a time");
        }
        return cell;
    }

    static ByteBuffer inet(byte[] bytes, int from, int to) throws Cell.Unfit {
        String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        boolean six = SIX.matcher(text).matches();
        if (!six && !FOUR.matcher(text).matches()) {
            throw new Cell.Unfit(NOT_AN_ADDRESS);
        }
        try {
            // Of this form it is never looked up.
            byte[] address = InetAddress.getByName(text).getAddress();
            if (six && address.length == 4) {
                // Java takes ::ffff:10.0.0.1 for one of version 4; Cassandra keeps the two apart.
                return ByteBuffer.allocate(16).putShort(10, (short) 0xffff).put(12, address);
            }
            return ByteBuffer.wrap(address);
        } catch (UnknownHostException e) {
            throw new Cell.Unfit(NOT_AN_ADDRESS);
        }
    }
}
