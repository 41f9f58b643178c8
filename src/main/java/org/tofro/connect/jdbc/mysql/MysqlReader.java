package org.tofro.connect.jdbc.mysql;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Fault;
import org.tofro.connect.jdbc.QueryReader;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.types.CheckedRows;
import org.tofro.connect.types.Form;
import org.tofro.connect.types.Misfits;
import org.tofro.connect.types.SourceType.Family;
import org.tofro.connect.types.TimeCheck;
import org.tofro.connect.types.TypedColumn;
import org.tofro.connect.types.ValueCheck;

/**
 * Streams queries through the text protocol, row by row: the bytes that the server prints are staged as they are. For one
 * thread.
 *
 * <p>The other way to stream, a cursor on the server, has it write the whole result into a temporary table first, and prints
 * nothing: values would have to be printed here.
 */
final class MysqlReader implements QueryReader {
    private static final byte[] UTC = "+00".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final MysqlSession session;
    private final List<TypedColumn> columns;
    private final CsvEncoder encoder;
    private final ExtractProgress progress;
    private final CheckedRows checked;
    private final Misfits replaced;
    private final Made[] made;
    private final boolean[] zeroes;
    private final boolean[] doubted;
    private final long[] nulled;
    private Fault fault;
    private long rowsRead;

    MysqlReader(
            MysqlSession session,
            List<TypedColumn> columns,
            CsvEncoder encoder,
            ExtractProgress progress,
            Fault fault) {
        this.session = session;
        this.columns = columns;
        this.encoder = encoder;
        this.progress = progress;
        this.fault = fault;
        this.checked = new CheckedRows(encoder, columns);
        this.replaced = new Misfits(columns.size());
        this.made = new Made[columns.size()];
        this.zeroes = new boolean[columns.size()];
        this.doubted = new boolean[columns.size()];
        this.nulled = new long[columns.size()];
        boolean nulls = session.server().zeroDates() == ZeroDates.NULL;
        for (int i = 0; i < made.length; i++) {
            TypedColumn column = columns.get(i);
            made[i] = Made.of(column);
            zeroes[i] = nulls && column.check() instanceof TimeCheck.Calendar;
            doubted[i] = ((MysqlType) column.type()).mayBeReplaced();
        }
    }

    /** What is made here of what the server prints. */
    private enum Made {
        NOTHING,
        HEX,
        MOMENT;

        static Made of(TypedColumn column) {
            Form form = column.conversion().form();
            return form == Form.HEX || form == Form.HEX_OF_TEXT
                    ? HEX
                    : column.type().family() == Family.TIMESTAMPTZ ? MOMENT : NOTHING;
        }

        byte[] from(byte[] value) {
            return switch (this) {
                case NOTHING -> value;
                case HEX -> hex(value);
                case MOMENT -> {
                    byte[] moment = Arrays.copyOf(value, value.length + UTC.length);
                    System.arraycopy(UTC, 0, moment, value.length, UTC.length);
                    yield moment;
                }
            };
        }

        private static byte[] hex(byte[] value) {
            byte[] hex = new byte[2 * value.length];
            int at = 0;
            for (byte b : value) {
                hex[at++] = DIGITS[(b >> 4) & 0xf];
                hex[at++] = DIGITS[b & 0xf];
            }
            return hex;
        }
    }

    /** The select list: the columns, and behind them what tells whether a value was replaced. */
    static String list(List<TypedColumn> columns) {
        StringBuilder list = new StringBuilder();
        StringBuilder doubts = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            MysqlType type = (MysqlType) columns.get(i).type();
            String name = columns.get(i).source();
            list.append(i == 0 ? "" : ", ")
                    .append(type.sql(name))
                    .append(" AS c")
                    .append(i);
            if (type.mayBeReplaced()) {
                doubts.append(", ")
                        .append(type.unreplaced(name))
                        .append(" AS k")
                        .append(i);
            }
        }
        return list.append(doubts).toString();
    }

    @Override
    public long rowsRead() {
        return rowsRead;
    }

    @Override
    public Misfits misfits() {
        Misfits all = new Misfits(columns.size());
        all.addAll(checked.misfits());
        all.addAll(replaced);
        return all;
    }

    @Override
    public void read(String query) throws SQLException {
        long started = System.nanoTime();
        long writingBefore = encoder.writingNanos();
        try (Statement statement = session.statement()) {
            // What the driver takes for "one row at a time"; else it holds the whole result.
            statement.setFetchSize(Integer.MIN_VALUE);
            try (ResultSet rows = statement.executeQuery(session.named(query))) {
                stream(rows);
            }
        }
        noteNulled();
        long writing = encoder.writingNanos() - writingBefore;
        progress.addTime(System.nanoTime() - started - writing, writing);
    }

    private void stream(ResultSet rows) throws SQLException {
        try {
            int pending = 0;
            while (rows.next()) {
                rowsRead++;
                encode(rows);
                if (++pending == 1000) {
                    progress.addRows(pending);
                    pending = 0;
                }
            }
            progress.addRows(pending);
        } catch (RuntimeException e) {
            // Else the driver would read the rest of the result before it closes it.
            session.cancel();
            throw e;
        }
    }

    private void encode(ResultSet row) throws SQLException {
        if (fault == Fault.ROW_LOST_AT_READ || fault == Fault.ROW_LOST_AT_ENCODE) {
            Fault lost = fault;
            fault = Fault.NONE;
            if (lost == Fault.ROW_LOST_AT_ENCODE) {
                encoder.encodedRow(new byte[0], 0, 0);
            }
            return;
        }
        int doubts = made.length;
        for (int i = 0; i < made.length; i++) {
            byte[] value = row.getBytes(i + 1);
            if (doubted[i]) {
                doubt(i, value, row.getBytes(++doubts));
            }
            if (value == null) {
                checked.value(null);
            } else if (zeroes[i] && TimeCheck.Calendar.isZero(value, 0)) {
                nulled[i]++;
                checked.value(null);
            } else {
                checked.value(made[i] == Made.NOTHING ? value : made[i].from(value));
            }
        }
        checked.endRow();
    }

    /** A value too long for the comparison gives no answer, and counts as replaced where it has a question mark. */
    private void doubt(int column, byte @Nullable [] value, byte @Nullable [] answer) {
        boolean same = answer != null && answer.length == 1 && answer[0] == '1';
        if (value != null && !same) {
            replaced.add(column, ValueCheck.Kind.REPLACED, value, 0, value.length, 0);
        }
    }

    private void noteNulled() {
        for (int i = 0; i < nulled.length; i++) {
            if (nulled[i] > 0) {
                progress.note("column '%s': %d date%s with a month or a day of zero became NULL in one of its ranges"
                        .formatted(columns.get(i).name(), nulled[i], nulled[i] == 1 ? "" : "s"));
                nulled[i] = 0;
            }
        }
    }
}
