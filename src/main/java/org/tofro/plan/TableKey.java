package org.tofro.plan;

import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import org.tofro.data.TableName;
import org.tofro.pipeline.TableUse;

/**
 * A table as the plan compares it: a name without a schema is one of {@code public}, where both PostgreSQL and Redshift
 * look by default.
 */
record TableKey(String connection, String database, TableName table) implements Comparable<TableKey> {
    private static final Comparator<TableKey> ORDER = Comparator.comparing(TableKey::connection)
            .thenComparing(TableKey::database)
            .thenComparing(TableKey::table);

    static TableKey of(TableUse.Ref ref) {
        TableName name = ref.table();
        TableName whole = name.schema() == null ? TableName.of("public", name.name()) : name;
        return new TableKey(ref.connection(), ref.database(), whole);
    }

    /** In a stable order. */
    static Set<TableKey> all(Set<TableUse.Ref> refs) {
        Set<TableKey> keys = new TreeSet<>();
        refs.forEach(ref -> keys.add(of(ref)));
        return keys;
    }

    TableUse.Database in() {
        return new TableUse.Database(connection, database);
    }

    String shown() {
        return "public".equals(table.schema()) ? table.name() : table.toString();
    }

    @Override
    public int compareTo(TableKey other) {
        return ORDER.compare(this, other);
    }
}
