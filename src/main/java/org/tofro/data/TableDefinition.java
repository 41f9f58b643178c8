package org.tofro.data;

import java.io.Serializable;
import java.util.List;

/**
 * A table as a {@code CREATE TABLE} statement defines it.
 *
 * @param table its name
 * @param columns in the order of the statement; the types as the statement spells them
 * @param primaryKey the key's columns, empty where the statement names none
 * @param script the statement, as its author wrote it
 */
public record TableDefinition(TableName table, List<Column> columns, List<String> primaryKey, SqlScript script)
        implements Serializable {
    public TableDefinition {
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
    }
}
