package org.tofro.connect.jdbc;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.tofro.connect.types.ColumnSelection;
import org.tofro.connect.types.SourceType.Family;
import org.tofro.connect.types.TypedColumn;
import org.tofro.data.TableName;

/** What the server says of a result's columns. */
final class SourceColumns {
    private SourceColumns() {}

    /** The columns to read; every problem with them in one exception. */
    static List<TypedColumn> of(ExtractRequest request, ServerEncoding encoding, ResultSetMetaData metadata)
            throws SQLException {
        ColumnSelection selection = new ColumnSelection(request.where());
        for (int i = 1; i <= metadata.getColumnCount(); i++) {
            selection.add(metadata.getColumnLabel(i), type(metadata, i, encoding));
        }
        return selection.choose(request.columns());
    }

    /** The column in a select list, under a name that no other column of the list has. */
    static String sql(TypedColumn column, int position) {
        return ((PostgresType) column.type()).sql(column.conversion().form(), column.source()) + " AS "
                + alias(position);
    }

    static String alias(int position) {
        return "c" + position;
    }

    /** A column's type at the source. */
    static PostgresType type(ResultSetMetaData metadata, int column, ServerEncoding encoding) throws SQLException {
        int scale = metadata.getScale(column);
        PostgresType type = new PostgresType(
                unqualified(metadata.getColumnTypeName(column)),
                metadata.getPrecision(column),
                // The driver gives the eleven bits of a scale below zero as they are.
                scale >= 1024 ? scale - 2048 : scale,
                encoding);
        return ownType(type, metadata.getColumnType(column))
                ? new PostgresType(TableName.quote(type.typeName()), 0, 0, encoding)
                : type;
    }

    /** The driver puts a schema before the names of types that the search path does not find. */
    private static String unqualified(String name) {
        int dot = name.lastIndexOf("\".\"");
        return dot < 0 ? name : name.substring(dot + 3, name.length() - 1);
    }

    /** Whether the type is the user's own, and only has the name of one of PostgreSQL's that has a rule. */
    private static boolean ownType(PostgresType type, int jdbcType) {
        boolean others = jdbcType == Types.VARCHAR
                || jdbcType == Types.STRUCT
                || jdbcType == Types.OTHER
                || jdbcType == Types.DISTINCT;
        return others && type.family() != Family.TEXT;
    }
}
