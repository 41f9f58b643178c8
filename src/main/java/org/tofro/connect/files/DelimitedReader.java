package org.tofro.connect.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a plain file row by row, in the memory of its longest row. Values are bytes, as they were before they were
 * escaped or quoted. For one thread.
 *
 * <p>Lines end in a line feed, or all of them in a carriage return and a line feed; the last one may have no end. A byte
 * order mark at the beginning is left out.
 */
public final class DelimitedReader implements Closeable {
    /** Four times what COPY takes: a longer row is a quote that nobody closed, or no text at all. */
    public static final int LONGEST_ROW = 16 << 20;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final long UNKNOWN = -1;

    private final InputStream source;
    private final String name;
    private final Layout layout;
    private final byte delimiter;
    private final byte[] nullText;
    private final boolean backslashN;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int filled;
    private long line = 1;
    private long nextLine = 1;
    private @Nullable Boolean carriageReturns;

    private byte[] row = new byte[4096];
    private int end;
    private int[] ends = new int[64];
    private boolean[] nulls = new boolean[64];
    private int fields;
    private boolean plain;
    private boolean promisedNullText;
    private boolean sawBackslashN;

    private DelimitedReader(InputStream source, String name, DelimitedFormat format) throws IOException {
        this.source = source;
        this.name = name;
        this.layout = format.layout();
        this.delimiter = layout.delimiter();
        this.nullText = format.nullText().getBytes(StandardCharsets.UTF_8);
        this.backslashN = format.nullText().equals("\\N");
        skipByteOrderMark();
    }

    /**
     * Reads a file as it is stored, compressed or not; closing the reader closes it.
     *
     * @param name the file, as messages name it
     */
    public static DelimitedReader open(InputStream stored, String name, DelimitedFormat format) throws IOException {
        SourceFile file = new SourceFile(name, UNKNOWN, "", Instant.EPOCH);
        return new DelimitedReader(format.compression().unpack(stored, file), name, format);
    }

    private void skipByteOrderMark() throws IOException {
        if (!fill()) {
            return;
        }
        while (filled < 3) {
            int more = source.read(buffer, filled, buffer.length - filled);
            if (more <= 0) {
                break;
            }
            filled += more;
        }
        int first = buffer[0] & 0xff;
        int second = filled > 1 ? buffer[1] & 0xff : 0;
        if ((first == 0xff && second == 0xfe) || (first == 0xfe && second == 0xff)) {
            throw new MalformedRowException(name, 1, "the file is UTF-16; write it in UTF-8", true);
        }
        if (first == 0xef && second == 0xbb && filled > 2 && (buffer[2] & 0xff) == 0xbf) {
            at = 3;
        }
    }

    /**
     * Reads the next row; false at the end of the file.
     *
     * @throws MalformedRowException where the row cannot be understood; the next call goes on with the line behind it
     */
    public boolean next() throws IOException {
        line = nextLine;
        end = 0;
        fields = 0;
        beginField();
        if (peek() < 0) {
            return false;
        }
        return layout == Layout.CSV ? quotedRow() : escapedRow();
    }

    private void beginField() {
        plain = true;
        promisedNullText = false;
        sawBackslashN = false;
    }

    private boolean escapedRow() throws IOException {
        while (true) {
            if (at == filled && !fill()) {
                endField();
                return true;
            }
            int from = at;
            int to = from;
            while (to < filled && !special(buffer[to])) {
                to++;
            }
            append(from, to);
            at = to;
            if (to == filled) {
                continue;
            }
            byte b = buffer[at++];
            if (b == delimiter) {
                endField();
            } else if (b == '\\') {
                if (!escape()) {
                    return false;
                }
            } else {
                endLine(b);
                endField();
                return true;
            }
        }
    }

    private boolean special(byte b) {
        return b == delimiter || b == '\n' || b == '\\' || b == '\r';
    }

    /** What follows a backslash; false where it says that the file ends here. */
    private boolean escape() throws IOException {
        if (sawBackslashN) {
            throw malformed("has more in a field that begins with \\N, which is NULL");
        }
        int c = read();
        if (c < 0) {
            throw malformed("ends in a backslash; the file seems to be cut off");
        }
        boolean first = start() == end && plain;
        plain = false;
        if (c == '\n') {
            nextLine++;
        }
        if (c == 'N' && backslashN) {
            if (!first) {
                throw malformed("has \\N inside a field; it is NULL where it stands alone");
            }
            sawBackslashN = true;
            return true;
        }
        if (layout == Layout.POSTGRES_TEXT) {
            if (c == '.' && first && fields == 0 && endsHere()) {
                return false;
            }
            append(postgresEscape(c));
            return true;
        }
        boolean letter = c < 0x80 && Character.isLetterOrDigit(c);
        if (letter) {
            if (!first || nullText.length == 0 || c != (nullText[0] & 0xff)) {
                throw malformed(ambiguous((char) c));
            }
            promisedNullText = true;
        }
        append(c);
        return true;
    }

    private static String ambiguous(char letter) {
        return "has a backslash before '" + letter
                + "'; write \\\\ for a backslash, or say `format: postgres-text` where" + " \\n is a line feed";
    }

    private int postgresEscape(int c) throws IOException {
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0b;
            case 'x' -> digits(-1, 16, 2, 'x');
            default -> c >= '0' && c <= '7' ? digits(c - '0', 8, 2, c) : c;
        };
    }

    /** Digits that follow, at most so many; the character itself where there are none. */
    private int digits(int value, int base, int most, int itself) throws IOException {
        int number = value;
        for (int i = 0; i < most; i++) {
            int digit = Character.digit(peek(), base);
            if (digit < 0) {
                break;
            }
            at++;
            number = Math.max(number, 0) * base + digit;
        }
        return number < 0 ? itself : number & 0xff;
    }

    /** Whether {@code \.} has a line of its own, which ends the data; it must end the file too. */
    private boolean endsHere() throws IOException {
        int c = peek();
        if (c >= 0 && c != '\n' && c != '\r') {
            return false;
        }
        while (c == '\n' || c == '\r') {
            at++;
            c = peek();
        }
        if (c >= 0) {
            throw new MalformedRowException(name, line, "\\. ends the data, and more follows it", true);
        }
        return true;
    }

    private boolean quotedRow() throws IOException {
        while (true) {
            int first = peek();
            if (first == '"') {
                at++;
                plain = false;
                quoted();
            } else {
                unquoted();
            }
            int b = read();
            if (b == delimiter) {
                endField();
                continue;
            }
            if (b >= 0) {
                if (b != '\n' && b != '\r') {
                    throw malformed("has text behind a closing quote; a quote within quotes is written twice");
                }
                endLine((byte) b);
            }
            endField();
            return true;
        }
    }

    private void quoted() throws IOException {
        while (true) {
            if (at == filled && !fill()) {
                throw new MalformedRowException(name, line, "has a quote that is never closed", true);
            }
            int from = at;
            int to = from;
            while (to < filled && buffer[to] != '"') {
                nextLine += buffer[to] == '\n' ? 1 : 0;
                to++;
            }
            append(from, to);
            at = to;
            if (to == filled) {
                continue;
            }
            at++;
            if (peek() != '"') {
                return;
            }
            at++;
            append('"');
        }
    }

    private void unquoted() throws IOException {
        while (at < filled || fill()) {
            int from = at;
            int to = from;
            while (to < filled && buffer[to] != ',' && buffer[to] != '\n' && buffer[to] != '\r' && buffer[to] != '"') {
                to++;
            }
            append(from, to);
            at = to;
            if (to < filled) {
                if (buffer[to] == '"') {
                    throw malformed("has a quote in a field that does not begin with one; quote the whole field");
                }
                return;
            }
        }
    }

    /** Ends the line after the first byte of its end was read. */
    private void endLine(byte b) throws IOException {
        boolean both = b == '\r';
        if (both) {
            if (peek() != '\n') {
                throw malformed("has a carriage return inside a value that is not "
                        + (layout == Layout.CSV ? "quoted" : "escaped"));
            }
            at++;
        }
        nextLine++;
        Boolean before = carriageReturns;
        carriageReturns = both;
        if (before != null && before != both) {
            carriageReturns = before;
            throw new MalformedRowException(
                    name,
                    line,
                    both
                            ? "ends in a carriage return and a line feed, and the lines before it in a line feed alone"
                            : "ends in a line feed alone, and the lines before it in a carriage return and a line feed",
                    false);
        }
    }

    private void endField() throws IOException {
        int from = start();
        boolean isNull =
                sawBackslashN ? from == end : plain && Arrays.equals(row, from, end, nullText, 0, nullText.length);
        if (sawBackslashN && !isNull) {
            throw malformed("has more in a field that begins with \\N, which is NULL");
        }
        if (promisedNullText && !Arrays.equals(row, from, end, nullText, 0, nullText.length)) {
            throw malformed(ambiguous((char) nullText[0]));
        }
        if (fields == ends.length) {
            ends = Arrays.copyOf(ends, fields * 2);
            nulls = Arrays.copyOf(nulls, fields * 2);
        }
        ends[fields] = end;
        nulls[fields++] = isNull;
        beginField();
    }

    /** Where the current field begins. */
    private int start() {
        return fields == 0 ? 0 : ends[fields - 1];
    }

    private void append(int from, int to) throws IOException {
        int length = to - from;
        if (length > 0) {
            room(length);
            System.arraycopy(buffer, from, row, end, length);
            end += length;
        }
    }

    private void append(int b) throws IOException {
        room(1);
        row[end++] = (byte) b;
    }

    private void room(int more) throws IOException {
        if (row.length - end >= more) {
            return;
        }
        if (end + (long) more > LONGEST_ROW) {
            throw new MalformedRowException(
                    name,
                    line,
                    "has more than %d bytes%s"
                            .formatted(LONGEST_ROW, layout == Layout.CSV ? "; is a quote closed that it opens?" : ""),
                    true);
        }
        row = Arrays.copyOf(row, (int) Math.min(Math.max(row.length * 2L, end + (long) more), LONGEST_ROW));
    }

    /** Leaves the rest of the line out. */
    private MalformedRowException malformed(String reason) throws IOException {
        boolean before = at > 0 && buffer[at - 1] == '\n';
        while (!before) {
            int b = read();
            if (b < 0) {
                break;
            }
            before = b == '\n';
            nextLine += before ? 1 : 0;
        }
        return new MalformedRowException(name, line, reason, false);
    }

    /** Refuses the row that was read last. */
    MalformedRowException refused(String reason) {
        return new MalformedRowException(name, line, reason, false);
    }

    /** How many values the row has. */
    public int fields() {
        return fields;
    }

    public boolean isNull(int field) {
        return nulls[field];
    }

    /** What holds the row's values, until the next one is read. */
    public byte[] bytes() {
        return row;
    }

    /** Where a value begins. */
    public int from(int field) {
        return field == 0 ? 0 : ends[field - 1];
    }

    /** The byte after a value's last one. */
    public int to(int field) {
        return ends[field];
    }

    /** A value by itself; null for NULL. */
    public byte @Nullable [] value(int field) {
        return nulls[field] ? null : Arrays.copyOfRange(row, from(field), ends[field]);
    }

    /** A value as text, NULL or not. */
    String text(int field) {
        return new String(row, from(field), ends[field] - from(field), StandardCharsets.UTF_8);
    }

    /** The line in which the row begins, from 1. */
    public long line() {
        return line;
    }

    private int peek() throws IOException {
        return at < filled || fill() ? buffer[at] & 0xff : -1;
    }

    private int read() throws IOException {
        int b = peek();
        if (b >= 0) {
            at++;
        }
        return b;
    }

    private boolean fill() throws IOException {
        int got = source.read(buffer, 0, buffer.length);
        at = 0;
        filled = Math.max(got, 0);
        return got > 0;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
