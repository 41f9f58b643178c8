package org.tofro.connect.rds;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepRefusal;
import org.tofro.data.Column;
import org.tofro.data.Schema;
import org.tofro.data.TableName;

/**
 * The table that rows are loaded into, as the database's catalogue has it.
 *
 * @param name with its schema, which in MySQL is its database
 * @param primaryKey names of the key's columns; empty where there is none
 */
record TargetTable(TableName name, List<Field> fields, List<String> primaryKey) {
    /**
     * One column.
     *
     * @param type as the catalogue names it, such as {@code timestamp without time zone}
     * @param scale digits behind the point of a decimal, or of a time's seconds; null where there is no limit
     * @param replacesNull whether NULL that is given for it becomes a value of the server's
     */
    record Field(String name, String type, @Nullable Integer scale, boolean replacesNull) {
        /** For messages: {@code its column 'a' is numeric with 2 decimals}. */
        String shown() {
            return "its column '" + name + "' is " + type
                    + (scale == null || scale == 0 ? "" : " with " + scale + " decimals");
        }
    }

    /** The table; empty where there is none that the user may see. */
    static Optional<TargetTable> read(Connection session, TableName name, RdsDialect dialect) throws SQLException {
        List<Field> fields = new ArrayList<>();
        String schema = "";
        try (PreparedStatement query =
                session.prepareStatement("""
                SELECT table_schema, column_name, lower(data_type), numeric_scale, datetime_precision,
                    %s
                FROM information_schema.columns
                WHERE table_schema = coalesce(?, %s) AND table_name = ?
                ORDER BY ordinal_position""".formatted(dialect.replacesNull(), dialect.schemaOf(name)))) {
            query.setString(1, name.schema());
            query.setString(2, name.name());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    schema = rows.getString(1);
                    Integer digits = rows.getObject(4) == null ? null : Integer.valueOf(rows.getInt(4));
                    Integer fraction = rows.getObject(5) == null ? null : Integer.valueOf(rows.getInt(5));
                    fields.add(new Field(
                            rows.getString(2),
                            rows.getString(3),
                            digits == null ? fraction : digits,
                            rows.getBoolean(6)));
                }
            }
        }
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        TableName named = TableName.of(schema, name.name());
        return Optional.of(new TargetTable(named, List.copyOf(fields), primaryKey(session, named)));
    }

    private static List<String> primaryKey(Connection session, TableName name) throws SQLException {
        try (PreparedStatement query = session.prepareStatement("""
                SELECT k.column_name
                FROM information_schema.table_constraints c
                JOIN information_schema.key_column_usage k ON k.table_schema = c.table_schema
                    AND k.table_name = c.table_name AND k.constraint_name = c.constraint_name
                WHERE c.constraint_type = 'PRIMARY KEY' AND c.table_schema = ? AND c.table_name = ?""")) {
            query.setString(1, name.schema());
            query.setString(2, name.name());
            List<String> columns = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    columns.add(rows.getString(1));
                }
            }
            return List.copyOf(columns);
        }
    }

    /** Whether the server itself refuses a row that comes a second time, because its key is staged with it. */
    boolean knowsRows(Schema staged) {
        Set<String> filled = new HashSet<>();
        for (String name : staged.names()) {
            Field field = field(name);
            if (field != null) {
                filled.add(field.name());
            }
        }
        return !primaryKey.isEmpty() && filled.containsAll(primaryKey);
    }

    /** The table's column of that name, with whatever upper and lower case. */
    @Nullable
    Field field(String column) {
        Field alike = null;
        for (Field field : fields) {
            if (field.name().equals(column)) {
                return field;
            }
            if (field.name().toLowerCase(Locale.ROOT).equals(column.toLowerCase(Locale.ROOT))) {
                alike = field;
            }
        }
        return alike;
    }

    /** Refuses a table that would not hold every staged value as it is. */
    void demandFits(Schema staged, String shown) throws StepRefusal {
        List<String> wrong = new ArrayList<>();
        for (Column column : staged.columns()) {
            Field field = field(column.name());
            if (field == null) {
                wrong.add("it has no column '" + column.name() + "'; its columns are "
                        + fields.stream().map(Field::name).collect(Collectors.joining(", ")));
            } else if (!ColumnFit.keeps(column, field)) {
                wrong.add(field.shown() + ", which would change values of " + column.type());
            }
        }
        refuse(shown, wrong);
    }

    /** Refuses for these reasons; does nothing where there are none. */
    static void refuse(String shown, List<String> wrong) throws StepRefusal {
        if (!wrong.isEmpty()) {
            throw new StepRefusal(shown + " does not fit what was staged: " + String.join("; ", wrong)
                    + ". Change the table, name and type the extract's columns with `columns:`, or say with"
                    + " `insert_query` what becomes of the values");
        }
    }
}
