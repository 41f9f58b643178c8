package org.tofro.connect.jdbc;

import java.io.Serializable;
import org.tofro.data.SqlScript;
import org.tofro.data.TableName;

/** What an extract reads. */
public sealed interface ReadSource extends Serializable {
    /** A table, a partitioned table, a view or whatever else can stand after FROM. */
    record OfTable(TableName table) implements ReadSource {}

    /** The result of a query. */
    record OfSql(SqlScript sql) implements ReadSource {}

    /** What is new in one of them since the last run. */
    record New(ReadSource of, Cursor cursor) implements ReadSource {}
}
