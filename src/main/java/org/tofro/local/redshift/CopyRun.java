package org.tofro.local.redshift;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * One COPY: streams the files of S3 through PostgreSQL's COPY FROM STDIN inside the client's transaction. Holds one record
 * and one buffer at a time.
 *
 * <p>Rows with errors are left out up to MAXERROR ("Data load operations", copy-parameters-data-load.html). Those that
 * only PostgreSQL finds make the COPY start again from a savepoint without them.
 */
final class CopyRun {
    private static final Pattern LINE =
            Pattern.compile(", line ([0-9]+)(?:, column ([^:]+): \"(.*)\")?", Pattern.DOTALL);

    /** What went wrong in the rows, kept so that the session can write it down outside of the transaction. */
    private final List<LoadError> errors = new ArrayList<>();
    /** Those that only PostgreSQL found; they stay from one start to the next. */
    private final List<LoadError> refused = new ArrayList<>();

    private final CopyCommand command;
    private final StoredObjects objects;
    private final CopyTable table;
    private final ColumnLoader[] columns;
    private final CopyFaults faults;
    private final Set<Long> leftOut = new HashSet<>();
    private long loaded;

    /** What was switched on for this COPY; 0 where it was not. */
    record CopyFaults(long failAtRow, long dropRow, long loseRow) {}

    /** Thrown where more rows are bad than MAXERROR allows; {@link CopyRun#errors()} has them. */
    static final class LoadFailed extends Exception {
        private static final long serialVersionUID = 1L;

        LoadFailed() {
            super("load failed", null, false, false);
        }
    }

    CopyRun(CopyCommand command, StoredObjects objects, CopyTable table, CopyFaults faults) {
        this.command = command;
        this.objects = objects;
        this.table = table;
        this.faults = faults;
        this.columns = table.columns().stream()
                .map(column -> new ColumnLoader(column, command.options()))
                .toArray(ColumnLoader[]::new);
    }

    CopyTable table() {
        return table;
    }

    List<LoadError> errors() {
        List<LoadError> all = new ArrayList<>(errors);
        all.addAll(refused);
        return all;
    }

    private boolean tooMany() {
        return errors.size() + refused.size() > command.options().maxError();
    }

    /** Loads the files and returns what {@code pg_last_copy_count()} says. */
    long load(Backend backend) throws IOException, RedshiftException, LoadFailed {
        List<StoredObjects.Address> files = objects.files(command);
        boolean again = command.options().maxError() > 0;
        String names = String.join(
                ", ",
                table.columns().stream()
                        .map(column -> SqlText.name(column.name()))
                        .toList());
        while (true) {
            if (again) {
                backend.run("SAVEPOINT redshift_front_copy");
            }
            errors.clear();
            loaded = 0;
            try {
                long taken = backend.copyIn(
                        "COPY %s (%s) FROM STDIN".formatted(command.table(), names), sink -> feed(files, sink));
                if (tooMany()) {
                    throw new LoadFailed();
                }
                if (!backend.failed() && taken != loaded) {
                    throw new IOException("PostgreSQL took %d rows of %d".formatted(taken, loaded));
                }
                return loaded + (faults.loseRow() > 0 ? 1 : 0);
            } catch (Backend.CopyRefused refusal) {
                long record = place(refusal, files);
                if (tooMany()) {
                    throw new LoadFailed();
                }
                leftOut.add(record);
                backend.sync();
                backend.run("ROLLBACK TO SAVEPOINT redshift_front_copy");
            } catch (RedshiftException e) {
                if (tooMany()) {
                    throw new LoadFailed();
                }
                throw e;
            }
        }
    }

    private void feed(List<StoredObjects.Address> files, Backend.RowSink sink) throws IOException, RedshiftException {
        RowBuffer rows = new RowBuffer();
        long number = 0;
        for (StoredObjects.Address file : files) {
            try (InputStream in = objects.open(file, command.options().compression())) {
                RecordReader reader = new RecordReader(in, command.options());
                while (true) {
                    try {
                        if (!reader.next()) {
                            break;
                        }
                    } catch (BadRecord e) {
                        number++;
                        bad(LoadError.ofRecord(file.uri(), reader, 1214, e.reason()));
                        continue;
                    }
                    number++;
                    if (row(file, reader, number, rows)) {
                        loaded++;
                    }
                    if (rows.isWorthSending() && !rows.flush(sink)) {
                        return;
                    }
                }
            } catch (StoredObjects.BrokenReadException | SdkException e) {
                throw StoredObjects.broken();
            } catch (IOException e) {
                if (sinkIsBroken(e)) {
                    throw e;
                }
                throw new RedshiftException(
                        "XX000",
                        "The file '%s' could not be read: %s".formatted(file.uri(), e.getMessage()),
                        "error:  file could not be read\n  code:      8001");
            }
        }
        rows.flush(sink);
    }

    /** Whether the connection to PostgreSQL or to the client is gone, rather than the file. */
    private static boolean sinkIsBroken(IOException e) {
        String message = String.valueOf(e.getMessage());
        return e instanceof SocketException || (e instanceof EOFException && message.startsWith("the connection"));
    }

    /** Adds a record to the rows; false where it does not become one. */
    private boolean row(StoredObjects.Address file, RecordReader reader, long number, RowBuffer rows)
            throws RedshiftException {
        if (number == faults.failAtRow()) {
            bad(LoadError.ofRecord(file.uri(), reader, 1216, "Invalid input line (injected)"));
            return false;
        }
        if (!leftOut.isEmpty() && leftOut.contains(number)) {
            return false;
        }
        RecordFields fields = reader.fields();
        if (fields.count() > columns.length) {
            bad(LoadError.ofRecord(file.uri(), reader, 1202, "Extra column(s) found"));
            return false;
        }
        if (fields.count() < columns.length && !command.options().fillRecord()) {
            CopyColumn missing = columns[fields.count()].column();
            bad(LoadError.ofField(file.uri(), reader, missing, fields.count(), 1214, "Delimiter not found"));
            return false;
        }
        int mark = rows.size();
        for (int i = 0; i < columns.length; i++) {
            try {
                if (i < fields.count()) {
                    columns[i].load(fields.data(), fields.start(i), fields.end(i), rows);
                } else {
                    rows.nothing();
                }
            } catch (BadField e) {
                rows.cut(mark);
                bad(LoadError.ofField(file.uri(), reader, columns[i].column(), i, e.code(), e.reason()));
                return false;
            }
        }
        if (number == faults.dropRow()
                || number == faults.loseRow()
                || command.options().noLoad()) {
            rows.cut(mark);
            return false;
        }
        rows.endRow();
        return true;
    }

    private void bad(LoadError error) throws RedshiftException {
        errors.add(error);
        if (tooMany()) {
            throw new RedshiftException("XX000", error.reason());
        }
    }

    /** Finds the row that PostgreSQL refused: reads the files again up to it. */
    private long place(Backend.CopyRefused refusal, List<StoredObjects.Address> files)
            throws IOException, RedshiftException {
        Map<Character, String> fields = refusal.fields();
        Matcher line = LINE.matcher(fields.getOrDefault('W', ""));
        if (!line.find()) {
            throw new RedshiftException(
                    fields.getOrDefault('C', "XX000"), fields.getOrDefault('M', ""), fields.getOrDefault('D', ""));
        }
        String column = line.group(2) != null ? line.group(2) : fields.getOrDefault('c', "");
        long sent = Long.parseLong(line.group(1));
        List<LoadError> before = List.copyOf(errors);
        errors.clear();
        // The n-th line that PostgreSQL saw: count the rows that feed() wrote.
        RowBuffer rows = new RowBuffer();
        long written = 0;
        long number = 0;
        try {
            for (StoredObjects.Address file : files) {
                try (InputStream in = objects.open(file, command.options().compression())) {
                    RecordReader reader = new RecordReader(in, command.options());
                    for (Reading found = next(reader); found != Reading.END; found = next(reader)) {
                        number++;
                        if (found == Reading.BAD) {
                            // It has no row, and was noted when it was found first.
                            continue;
                        }
                        if (rowOrNothing(file, reader, number, rows) && ++written == sent) {
                            refused.add(LoadError.ofRefusal(
                                    file.uri(), reader, table.columns(), column, line.group(3), fields));
                            return number;
                        }
                        rows.cut(0);
                    }
                }
            }
        } finally {
            errors.clear();
            errors.addAll(before);
        }
        throw new IOException("PostgreSQL refused row %d, which no file has".formatted(sent));
    }

    /** What a reader finds. */
    private enum Reading {
        RECORD,
        BAD,
        END
    }

    private static Reading next(RecordReader reader) throws IOException {
        try {
            return reader.next() ? Reading.RECORD : Reading.END;
        } catch (BadRecord e) {
            return Reading.BAD;
        }
    }

    private boolean rowOrNothing(StoredObjects.Address file, RecordReader reader, long number, RowBuffer rows) {
        try {
            return row(file, reader, number, rows);
        } catch (RedshiftException tooMany) {
            // It was counted when it was found first.
            return false;
        }
    }
}
