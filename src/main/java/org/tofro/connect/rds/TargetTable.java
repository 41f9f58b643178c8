package org.tofro.connect.rds;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
 */
record TargetTable(TableName name, List<Field> fields) {
    /**
     * One column.
     *
     * @param type as the catalogue names it, such as {@code timestamp without time zone}
     * @param scale digits behind the point of a decimal, or of a time's seconds; null where there is no limit
     * @param replacesNull whether NULL that is given for it becomes a value of the server's
     */
    record Field(String name, String type, @Nullable Integer scale, boolean replacesNull) {}

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
        return fields.isEmpty()
                ? Optional.empty()
                : Optional.of(new TargetTable(TableName.of(schema, name.name()), List.copyOf(fields)));
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
                wrong.add("its column '" + field.name() + "' is " + field.type()
                        + (field.scale() == null || field.scale() == 0 ? "" : " with " + field.scale() + " decimals")
                        + ", which would change values of " + column.type());
            }
        }
        if (!wrong.isEmpty()) {
            throw new StepRefusal(shown + " does not fit what was staged: " + String.join("; ", wrong)
                    + ". Change the table, name and type the extract's columns with `columns:`, or say with"
                    + " `insert_query` what becomes of the values");
        }
    }
}
