package org.tofro.connect.eventlog;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tofro.connect.eventlog.EventLog.Format;
import org.tofro.connect.eventlog.EventLog.Unknown;
import org.tofro.connect.extract.ExtractException;
import org.tofro.problem.Spelling;

/**
 * Lines of values with commas or tabs between them. In CSV a value may stand in quotes, and then hold commas, line feeds
 * and quotes that stand twice (RFC 4180); in TSV nothing is quoted. A record whose quotes do not come out costs its first
 * line only: the lines behind it are read again as records of their own.
 */
final class DelimitedLines implements LineFormat {
    private static final int NO_FIELD = -1;

    private final EventLog.Contract contract;
    private final boolean csv;
    private final boolean header;
    private final byte delimiter;
    private final byte[] nullAs;

    // The values of a record: where they are, and whether they stand in quotes and hold doubled ones.
    private int[] from = new int[64];
    private int[] to = new int[64];
    private boolean[] quoted = new boolean[64];
    private byte[] value = new byte[1 << 10];
    private int count;

    // Of the file that is read.
    private int[][] fields = {};
    private List<byte[]> restNames = List.of();
    private int columns = -1;

    DelimitedLines(EventLog.Layout layout, EventLog.Contract contract) {
        this.contract = contract;
        this.csv = layout.format() == Format.CSV;
        this.header = layout.header();
        this.delimiter = (byte) (csv ? ',' : '\t');
        this.nullAs = layout.nullAs().getBytes(StandardCharsets.UTF_8);
    }

    // ---- a file's columns

    @Override
    public void begin(Lines lines, String file) throws IOException {
        if (!header) {
            int last = contract.fields().stream()
                    .mapToInt(field -> Integer.parseInt(field.pointer()))
                    .max()
                    .orElse(0);
            columns = -1;
            fields = new int[last][];
            List<List<Integer>> places = places(last);
            for (int i = 0; i < contract.fields().size(); i++) {
                places.get(Integer.parseInt(contract.fields().get(i).pointer()) - 1)
                        .add(i);
            }
            keep(places);
            return;
        }
        if (!record(lines) || count < 0) {
            throw ExtractException.permanent(
                    file + " has no header; where its first line holds values, say `header: false` and give positions");
        }
        begin(lines.bytes(), file);
    }

    private void begin(byte[] bytes, String file) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int end = unquoted(bytes, i);
            names.add(new String(value, 0, end, StandardCharsets.UTF_8));
        }
        columns = count;
        List<List<Integer>> places = places(count);
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < contract.fields().size(); i++) {
            String pointer = contract.fields().get(i).pointer();
            int place = names.indexOf(pointer);
            if (place < 0 && pointer.matches("[1-9][0-9]{0,5}")) {
                place = Integer.parseInt(pointer) <= count ? Integer.parseInt(pointer) - 1 : -1;
            }
            if (place < 0) {
                problems.add("there is no column '%s'%s".formatted(pointer, Spelling.hint(pointer, names)));
            } else if (names.lastIndexOf(names.get(place)) != names.indexOf(names.get(place))
                    && names.contains(pointer)) {
                problems.add("the column '%s' comes twice; give its position".formatted(pointer));
            } else {
                places.get(place).add(i);
            }
        }
        keep(places);
        List<String> others = new ArrayList<>();
        restNames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            restNames.add(JsonStringEncoder.getInstance().quoteAsUTF8(names.get(i)));
            if (fields[i].length == 0) {
                others.add("'" + names.get(i) + "'");
            }
        }
        if (contract.unknown() == Unknown.FAIL && !others.isEmpty()) {
            problems.add("no entry of `fields` names the column" + (others.size() == 1 ? " " : "s ")
                    + String.join(", ", others));
        }
        if (!problems.isEmpty()) {
            throw ExtractException.permanent(file + ": " + String.join("; ", problems));
        }
    }

    private static List<List<Integer>> places(int count) {
        List<List<Integer>> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(new ArrayList<>());
        }
        return places;
    }

    private void keep(List<List<Integer>> places) {
        fields = places.stream()
                .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    // ---- rows

    @Override
    public boolean next(Lines lines, EventRow row) throws IOException {
        if (!record(lines)) {
            return false;
        }
        row.clear();
        if (lines.tooLong()) {
            row.reject(Reason.LINE_TOO_LONG, NO_FIELD);
        } else if (!Utf8.isValid(lines.bytes(), lines.start(), lines.end())) {
            row.reject(Reason.NOT_UTF8, NO_FIELD);
        } else if (count < 0) {
            row.reject(Reason.OPEN_QUOTE, NO_FIELD);
        } else if (columns < 0 ? count < fields.length : count != columns) {
            row.reject(Reason.OTHER_COLUMNS, NO_FIELD);
        } else {
            take(lines.bytes(), row);
        }
        return true;
    }

    private void take(byte[] bytes, EventRow row) {
        Rest rest = null;
        for (int i = 0; i < count; i++) {
            int[] targets = i < fields.length ? fields[i] : new int[0];
            boolean isNull = !quoted[i] && Arrays.equals(bytes, from[i], to[i], nullAs, 0, nullAs.length);
            if (isNull) {
                continue;
            }
            if (targets.length > 0) {
                if (quoted[i]) {
                    int end = unquoted(bytes, i);
                    for (int field : targets) {
                        row.put(field, FieldForm.Shape.TEXT, value, 0, end);
                    }
                } else {
                    for (int field : targets) {
                        row.put(field, FieldForm.Shape.TEXT, bytes, from[i], to[i]);
                    }
                }
            } else if (contract.unknown() == Unknown.REST) {
                if (rest == null) {
                    rest = new Rest();
                    rest.clear();
                }
                addRest(rest, bytes, i);
            }
        }
        if (rest != null) {
            row.put(contract.fields().size(), FieldForm.Shape.NESTED, rest.bytes(), 0, rest.end());
        }
    }

    private void addRest(Rest rest, byte[] bytes, int column) {
        int end = unquoted(bytes, column);
        byte[] text = JsonStringEncoder.getInstance().quoteAsUTF8(new String(value, 0, end, StandardCharsets.UTF_8));
        byte[] name = column < restNames.size()
                ? restNames.get(column)
                : Integer.toString(column + 1).getBytes(StandardCharsets.US_ASCII);
        byte[] member = new byte[name.length + text.length + 5];
        int at = 0;
        member[at++] = '"';
        System.arraycopy(name, 0, member, at, name.length);
        at += name.length;
        member[at++] = '"';
        member[at++] = ':';
        member[at++] = '"';
        System.arraycopy(text, 0, member, at, text.length);
        at += text.length;
        member[at++] = '"';
        rest.add(member, 0, at);
    }

    /** The value as it is meant, in {@link #value}; its length. */
    private int unquoted(byte[] bytes, int column) {
        int length = to[column] - from[column];
        if (value.length < length) {
            value = new byte[length * 2];
        }
        int at = 0;
        for (int i = from[column]; i < to[column]; i++) {
            value[at++] = bytes[i];
            if (quoted[column] && bytes[i] == '"') {
                i++;
            }
        }
        return at;
    }

    // ---- records

    /** Takes the next record that is not empty apart; false at the end. A record that cannot be has {@code count} -1. */
    private boolean record(Lines lines) throws IOException {
        do {
            if (!lines.next()) {
                return false;
            }
        } while (lines.end() == lines.start());
        if (lines.tooLong()) {
            return true;
        }
        boolean complete = split(lines);
        while (!complete && lines.extend()) {
            complete = split(lines);
        }
        boolean several = lines.inRecord() > 1;
        boolean wrong = columns < 0 ? count < fields.length : count != columns;
        if (!complete || (several && (count < 0 || (wrong && fields.length > 0)))) {
            lines.keepFirst();
            count = -1;
        }
        return true;
    }

    /** Finds the values of the record as far as it goes; false where it ends within quotes. */
    private boolean split(Lines lines) {
        byte[] bytes = lines.bytes();
        int end = lines.end();
        int at = lines.start();
        count = 0;
        while (true) {
            if (count == from.length) {
                from = Arrays.copyOf(from, count * 2);
                to = Arrays.copyOf(to, count * 2);
                quoted = Arrays.copyOf(quoted, count * 2);
            }
            boolean quotes = csv && at < end && bytes[at] == '"';
            quoted[count] = quotes;
            from[count] = quotes ? at + 1 : at;
            if (quotes) {
                at = closing(bytes, at + 1, end);
                if (at == end) {
                    return false;
                }
                to[count] = at++;
            } else {
                while (at < end && bytes[at] != delimiter) {
                    at++;
                }
                to[count] = at;
            }
            count++;
            if (at == end) {
                return true;
            }
            if (bytes[at++] != delimiter) {
                count = -1;
                return true;
            }
        }
    }

    private static int closing(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end) {
            if (bytes[at] == '"') {
                if (at + 1 == end || bytes[at + 1] != '"') {
                    return at;
                }
                at++;
            }
            at++;
        }
        return end;
    }
}
