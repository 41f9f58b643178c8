package org.tofro.connect.cassandra.load;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.metadata.schema.ColumnMetadata;
import com.datastax.oss.driver.api.core.metadata.schema.KeyspaceMetadata;
import com.datastax.oss.driver.api.core.metadata.schema.TableMetadata;
import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.ListType;
import com.datastax.oss.driver.api.core.type.MapType;
import com.datastax.oss.driver.api.core.type.SetType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.cassandra.session.SchemaNames;
import org.tofro.connect.cassandra.write.CellEncoder;
import org.tofro.connect.cassandra.write.TargetColumn;
import org.tofro.connect.cassandra.write.TargetTable;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;
import org.tofro.data.Schema;
import org.tofro.problem.Spelling;

/**
 * How a staged row becomes a row of the table.
 *
 * @param table the table and the columns that are written, those of the key first
 * @param encoders one for each of the columns
 * @param places where each column's value stands in a staged row
 * @param timestamp where a row's write timestamp stands; -1 where rows have none of their own
 * @param timestampInMicros whether that is a number of microseconds, and not a moment
 * @param deletes where a row says whether it is deleted; -1 where none does
 * @param notes what the report should say
 */
record RowPlan(
        TargetTable table,
        List<CellEncoder> encoders,
        List<Integer> places,
        int timestamp,
        boolean timestampInMicros,
        int deletes,
        List<String> notes) {
    /** Compares what was staged with the table; says all that is wrong at once. */
    static RowPlan of(
            LoadTarget target, Schema staged, Optional<KeyspaceMetadata> keyspace, Collection<CqlIdentifier> keyspaces)
            throws StepRefusal {
        KeyspaceMetadata found = keyspace.orElseThrow(
                () -> new StepRefusal("connection '" + target.connection().name()
                        + "': there is no keyspace '" + target.keyspace() + "'"
                        + Spelling.hint(target.keyspace(), SchemaNames.of(keyspaces)) + ". Nothing was changed"));
        TableMetadata table = found.getTables().get(CqlIdentifier.fromInternal(target.table()));
        if (table == null) {
            throw new StepRefusal("connection '" + target.connection().name() + "', keyspace '" + target.keyspace()
                    + "': there is no table '" + target.table() + "'"
                    + Spelling.hint(
                            target.table(), SchemaNames.of(found.getTables().keySet())) + ". Nothing was changed");
        }
        return new Comparison(target, staged, table).plan();
    }

    /** How many of the first values must be there. */
    int key() {
        return table.key();
    }

    private static final class Comparison {
        private final LoadTarget target;
        private final Schema staged;
        private final TableMetadata table;
        private final List<String> wrong = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private final Map<String, ColumnMetadata> own = new LinkedHashMap<>();

        Comparison(LoadTarget target, Schema staged, TableMetadata table) {
            this.target = target;
            this.staged = staged;
            this.table = table;
            table.getColumns().forEach((name, column) -> own.put(name.asInternal(), column));
        }

        RowPlan plan() throws StepRefusal {
            int timestamp = place(target.timestamp(), "timestamp");
            int deletes = place(target.deletes(), "deletes");
            boolean micros = timestamp >= 0 && inMicros(staged.columns().get(timestamp));
            if (deletes >= 0) {
                demandBoolean(staged.columns().get(deletes));
            }
            Map<String, Integer> sources = sources(timestamp, deletes);
            List<String> key = table.getPrimaryKey().stream()
                    .map(column -> column.getName().asInternal())
                    .toList();
            for (String name : key) {
                if (!sources.containsKey(name)) {
                    wrong.add("nothing fills the key's column '" + name + "'");
                }
            }
            List<String> order = new ArrayList<>(key);
            if (!target.deleteAll()) {
                sources.keySet().stream().filter(name -> !key.contains(name)).forEach(order::add);
            }
            List<TargetColumn> columns = new ArrayList<>();
            List<CellEncoder> encoders = new ArrayList<>();
            List<Integer> places = new ArrayList<>();
            for (String name : order) {
                Integer place = sources.get(name);
                ColumnMetadata column = own.get(name);
                if (place != null && column != null) {
                    compare(name, column.getType(), staged.columns().get(place), encoders);
                    columns.add(new TargetColumn(name, column.getType().asCql(true, false)));
                    places.add(place);
                }
            }
            if (!wrong.isEmpty()) {
                throw new StepRefusal(target.shown() + " does not fit what was staged: " + String.join("; ", wrong)
                        + ". Nothing was changed; say with 'columns' which staged column each of the table's takes, or"
                        + " change the query");
            }
            return new RowPlan(
                    new TargetTable(
                            target.keyspace(),
                            target.table(),
                            columns,
                            table.getPartitionKey().size(),
                            table.getClusteringColumns().size()),
                    List.copyOf(encoders),
                    List.copyOf(places),
                    timestamp,
                    micros,
                    deletes,
                    List.copyOf(notes));
        }

        private void compare(String name, DataType type, Column from, List<CellEncoder> encoders) {
            try {
                encoders.add(CellEncoder.of(name, type));
            } catch (IllegalArgumentException e) {
                wrong.add("its column '" + name + "': " + e.getMessage());
                return;
            }
            if (!CellFit.keeps(from, type)) {
                wrong.add("its column '" + name + "' is " + type.asCql(true, false) + ", which would change values of "
                        + from.type() + " (the staged column '" + from.name() + "')");
            }
            boolean growing = (type instanceof ListType list && !list.isFrozen())
                    || (type instanceof SetType set && !set.isFrozen())
                    || (type instanceof MapType map && !map.isFrozen());
            if (growing) {
                notes.add("column '" + name + "' is a collection that is not frozen: every row that is written leaves a"
                        + " tombstone");
            }
        }

        /** The place in a staged row of the value for each column of the table. */
        private Map<String, Integer> sources(int timestamp, int deletes) {
            Map<String, Integer> sources = new LinkedHashMap<>();
            if (target.columns().isEmpty()) {
                for (int i = 0; i < staged.columns().size(); i++) {
                    if (i == timestamp || i == deletes) {
                        continue;
                    }
                    String name = staged.columns().get(i).name();
                    String column = like(name, own.keySet());
                    if (column == null) {
                        wrong.add(
                                "it has no column '" + name + "'; its columns are " + String.join(", ", own.keySet()));
                    } else if (sources.put(column, i) != null) {
                        wrong.add("its column '" + column + "' would take two staged columns");
                    }
                }
                return sources;
            }
            target.columns().forEach((column, source) -> {
                if (!own.containsKey(column)) {
                    wrong.add("it has no column '" + column + "'" + Spelling.hint(column, own.keySet())
                            + "; its columns are " + String.join(", ", own.keySet()));
                }
                int place = place(source, "columns");
                if (place >= 0) {
                    sources.put(column, place);
                }
            });
            return sources;
        }

        private int place(@Nullable String source, String field) {
            if (source == null) {
                return -1;
            }
            String name = like(source, staged.names());
            if (name == null) {
                wrong.add("'" + field + "' names the staged column '" + source + "', which there is none of"
                        + Spelling.hint(source, staged.names()) + "; staged are " + String.join(", ", staged.names()));
                return -1;
            }
            return staged.names().indexOf(name);
        }

        /** The name itself, or the only one that differs in upper and lower case alone, which a warehouse folds. */
        private static @Nullable String like(String name, Collection<String> among) {
            if (among.contains(name)) {
                return name;
            }
            String folded = name.toLowerCase(Locale.ROOT);
            List<String> alike = among.stream()
                    .filter(each -> each.toLowerCase(Locale.ROOT).equals(folded))
                    .toList();
            return alike.size() == 1 ? alike.get(0) : null;
        }

        private boolean inMicros(Column column) {
            RedshiftType type = RedshiftType.parse(column.type()).orElse(null);
            if (type == null || type.kind() == RedshiftType.Kind.BIGINT) {
                return true;
            }
            if (type.kind() != RedshiftType.Kind.TIMESTAMP && type.kind() != RedshiftType.Kind.TIMESTAMPTZ) {
                wrong.add("'timestamp' names the staged column '" + column.name() + "' of " + column.type()
                        + "; a write timestamp is a timestamp, or a bigint of microseconds since 1970");
            }
            return false;
        }

        private void demandBoolean(Column column) {
            RedshiftType type = RedshiftType.parse(column.type()).orElse(null);
            if (type != null && type.kind() != RedshiftType.Kind.BOOLEAN) {
                wrong.add("'deletes' names the staged column '" + column.name() + "' of " + column.type()
                        + "; it takes a boolean one");
            }
        }
    }
}
