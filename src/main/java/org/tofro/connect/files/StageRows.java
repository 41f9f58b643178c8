package org.tofro.connect.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.types.CheckedRows;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.ColumnSelection;
import org.tofro.connect.types.Misfits;
import org.tofro.connect.types.Notation;
import org.tofro.connect.types.TypedColumn;
import org.tofro.connect.types.WrittenType;
import org.tofro.data.RedshiftType;
import org.tofro.problem.Spelling;

/**
 * Reads plain files, one after another, into staged rows: each value strictly as its type is written, each row counted.
 * An empty field is NULL in a column that is no string. Memory: the longest row. For one thread.
 */
public final class StageRows {
    private static final int PENDING = 1000;

    private final List<TypedColumn> columns;
    private final DelimitedFormat format;
    private final CsvEncoder encoder;
    private final ExtractProgress progress;
    private final CheckedRows rows;
    private final Notation[] notations;
    private final boolean[] strings;
    private final @Nullable String[] places;
    private final long limit;
    private long rowsRead;

    /**
     * @param columns what the files have, in their order; those of a file with a header may be some of its columns, in any
     *     order
     * @param limit most rows to read
     */
    public StageRows(
            List<TypedColumn> columns,
            DelimitedFormat format,
            CsvEncoder encoder,
            ExtractProgress progress,
            long limit) {
        this.columns = List.copyOf(columns);
        this.format = format;
        this.encoder = encoder;
        this.progress = progress;
        this.rows = new CheckedRows(encoder, columns);
        this.notations = new Notation[columns.size()];
        this.strings = new boolean[columns.size()];
        this.places = new String[columns.size()];
        this.limit = limit;
        for (int i = 0; i < notations.length; i++) {
            RedshiftType.Kind kind = columns.get(i).target().kind();
            notations[i] = Notation.of(columns.get(i).target());
            strings[i] = kind == RedshiftType.Kind.CHAR || kind == RedshiftType.Kind.VARCHAR;
        }
    }

    /**
     * The columns of files whose values are text: of the types that were chosen, else of the widest varchar.
     *
     * @param where the files, as messages name them
     */
    public static List<TypedColumn> columns(String where, List<ColumnChoice> choices) {
        ColumnSelection selection = new ColumnSelection(where);
        for (ColumnChoice choice : choices) {
            String type = choice.type();
            selection.add(
                    choice.name(),
                    type == null
                            ? WrittenType.TEXT
                            : RedshiftType.parse(type).map(WrittenType::new).orElse(WrittenType.TEXT));
        }
        return selection.choose(choices);
    }

    /** Whether as many rows were read as were wanted. */
    public boolean full() {
        return rowsRead >= limit;
    }

    /**
     * Reads a file to its end and closes it.
     *
     * @param stored the file as it is stored, compressed or not
     * @param name the file, as messages name it
     * @throws ExtractException where a row is not what the format says, with its line
     * @throws IOException where the file cannot be read
     */
    public void read(InputStream stored, String name) throws IOException {
        long started = System.nanoTime();
        long writingBefore = encoder.writingNanos();
        try (stored;
                DelimitedReader reader = DelimitedReader.open(stored, name, format)) {
            int[] fields = fields(reader);
            int width = format.header() ? reader.fields() : columns.size();
            int pending = 0;
            while (fields.length > 0 && !full() && reader.next()) {
                if (reader.fields() != width) {
                    throw wrongWidth(reader, width);
                }
                rowsRead++;
                for (int i = 0; i < fields.length; i++) {
                    value(reader, fields[i], i, name);
                }
                rows.endRow();
                if (++pending == PENDING) {
                    progress.addRows(pending);
                    pending = 0;
                }
            }
            progress.addRows(pending);
        } catch (MalformedRowException e) {
            throw new ExtractException(String.valueOf(e.getMessage()), false, e);
        }
        long writing = encoder.writingNanos() - writingBefore;
        progress.addTime(System.nanoTime() - started - writing, writing);
    }

    private void value(DelimitedReader reader, int field, int column, String name) {
        int from = reader.from(field);
        int to = reader.to(field);
        if (reader.isNull(field) || (from == to && !strings[column])) {
            rows.value(null);
            return;
        }
        byte[] staged = notations[column].staged(reader.bytes(), from, to);
        if (staged == null) {
            rows.misfit(notations[column].misfit(reader.bytes(), from, to), reader.bytes(), from, to);
        }
        boolean fits = staged != null && rows.value(staged);
        if (!fits && places[column] == null) {
            places[column] = "%s, line %d".formatted(name, reader.line());
        }
    }

    private MalformedRowException wrongWidth(DelimitedReader reader, int width) {
        int found = reader.fields();
        boolean empty = found == 1 && reader.from(0) == reader.to(0);
        String expected = format.header() ? "the header has %d" : "there are %d `columns`";
        return reader.refused(
                empty
                        ? "is empty"
                        : ("has %d value%s, and " + expected).formatted(found, found == 1 ? "" : "s", width));
    }

    /** Which field each column is; none where the file is empty. */
    private int[] fields(DelimitedReader reader) throws IOException {
        int[] fields = new int[columns.size()];
        if (!format.header()) {
            for (int i = 0; i < fields.length; i++) {
                fields[i] = i;
            }
            return fields;
        }
        if (!reader.next()) {
            return new int[0];
        }
        Map<String, Integer> named = new HashMap<>();
        for (int i = 0; i < reader.fields(); i++) {
            if (named.put(reader.text(i), i) != null) {
                throw reader.refused("names the column '%s' twice".formatted(reader.text(i)));
            }
        }
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            String source = columns.get(i).source();
            Integer at = named.get(source);
            if (at == null) {
                missing.add("'" + source + "'" + Spelling.hint(source, named.keySet()));
            } else {
                fields[i] = at;
            }
        }
        if (!missing.isEmpty()) {
            throw reader.refused("is the header, and has no column " + String.join(" and none ", missing));
        }
        return fields;
    }

    /** Rows that were read, without headers. */
    public long rowsRead() {
        return rowsRead;
    }

    /** What does not fit, and where the first of it stands; null where everything fits. */
    public @Nullable String misfits() {
        Misfits misfits = rows.misfits();
        String message = misfits.message(columns);
        if (message == null) {
            return null;
        }
        List<String> first = new ArrayList<>();
        for (int i = 0; i < places.length; i++) {
            if (places[i] != null) {
                first.add("the first of '%s' stands in %s"
                        .formatted(columns.get(i).name(), places[i]));
            }
        }
        return message + "; " + String.join("; ", first);
    }
}
