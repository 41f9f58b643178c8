package org.tofro.connect.cassandra.sstable.program;

import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a batch of rows as an SSTable, by Cassandra's own writer for rows in the order of the ring. */
final class BatchWriter {
    private final ProgramSettings settings;
    private final CassandraClasses cassandra;

    BatchWriter(ProgramSettings settings, CassandraClasses cassandra) {
        this.settings = settings;
        this.cassandra = cassandra;
    }

    /**
     * What was written.
     *
     * @param duplicates how many of the rows have the key of one before them
     */
    record Written(long rows, long duplicates) {}

    Written write(SortedRows rows, Path folder) throws Exception {
        Object writer = open(folder);
        int[] order = rows.order();
        @Nullable ByteBuffer[] cells = new ByteBuffer[settings.columns()];
        List<@Nullable ByteBuffer> list = Arrays.asList(cells);
        long duplicates = 0;
        for (int i = 0; i < order.length; i++) {
            rows.cells(order[i], cells);
            if (i > 0 && rows.sameKey(order[i - 1], order[i])) {
                duplicates++;
            }
            add(writer, list, rows.number(order[i]));
        }
        cassandra.call(writer, "close");
        return new Written(order.length, duplicates);
    }

    private Object open(Path folder) throws Exception {
        Class<?>[] text = {String.class};
        Object builder = cassandra
                .type("io.sstable.CQLSSTableWriter")
                .getMethod("builder")
                .invoke(null);
        try {
            cassandra.call(builder, "inDirectory", text, folder.toString());
            for (String type : settings.types()) {
                cassandra.call(builder, "withType", text, type);
            }
            cassandra.call(builder, "forTable", text, settings.ddl());
            cassandra.call(builder, "using", text, settings.insert());
            cassandra.call(builder, "sorted");
            return cassandra.call(builder, "build");
        } catch (InvocationTargetException e) {
            e.printStackTrace();
            throw new ProgramFailure(
                    ProgramFailure.Kind.SCHEMA,
                    String.valueOf(ProgramEnd.root(e).getMessage()));
        }
    }

    private void add(Object writer, List<@Nullable ByteBuffer> cells, long number) throws Exception {
        for (int i = 0; i < cells.size(); i++) {
            if (cells.get(i) == null) {
                if (i < settings.key()) {
                    throw new ProgramFailure(
                            ProgramFailure.Kind.ROW, "row " + number + ": a column of the primary key has no value");
                }
                cells.set(i, cassandra.unset);
            }
        }
        try {
            cassandra.addRow.invokeExact(writer, cells);
        } catch (Throwable e) {
            // What Cassandra says of a value repeats it.
            if (e.getClass().getName().endsWith("InvalidRequestException")
                    || e.getClass().getName().endsWith("MarshalException")) {
                throw new ProgramFailure(ProgramFailure.Kind.ROW, "row " + number + column(writer, cells));
            }
            throw e instanceof Exception exception ? exception : new IllegalStateException(e);
        }
    }

    /** Which value Cassandra refuses; empty where that cannot be found out. */
    @SuppressWarnings("ReferenceEquality") // what is unset is known by its identity
    private String column(Object writer, List<@Nullable ByteBuffer> cells) {
        try {
            List<?> columns = (List<?>) cassandra.field(writer, "boundNames");
            for (int i = 0; i < columns.size(); i++) {
                Object type = cassandra.field(columns.get(i), "type");
                if (cells.get(i) == cassandra.unset) {
                    continue;
                }
                try {
                    cassandra.call(type, "validate", new Class<?>[] {ByteBuffer.class}, cells.get(i));
                } catch (InvocationTargetException e) {
                    Object cql = cassandra.call(type, "asCQL3Type");
                    return ": the value of column '" + cassandra.field(columns.get(i), "name") + "' is none of type "
                            + cql;
                }
            }
        } catch (ReflectiveOperationException e) {
            // The row is refused all the same.
        }
        return ": Cassandra refuses it";
    }
}
