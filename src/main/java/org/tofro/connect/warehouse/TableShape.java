package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;
import org.tofro.data.Schema;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;

/**
 * A table of the warehouse as its catalogue describes it.
 *
 * @param name the table
 * @param columns in their order
 * @param primaryKey the columns of its informational key; empty where it has none
 */
record TableShape(TableName name, List<Field> columns, List<String> primaryKey) {

    /**
     * A column of it.
     *
     * @param name as the catalogue has it
     * @param type as DDL spells it
     * @param filled whether it has a value of its own when an INSERT leaves it out (a default, an identity)
     */
    record Field(String name, String type, boolean filled) {
        /** Whether blanks at a value's end are its own: those of a char are the server's. */
        boolean keepsBlanks() {
            return RedshiftType.parse(type)
                    .filter(known -> known.kind() == RedshiftType.Kind.VARCHAR)
                    .isPresent();
        }
    }

    List<String> names() {
        return columns.stream().map(Field::name).toList();
    }

    @Nullable
    Field field(String column) {
        return columns.stream().filter(f -> f.name().equals(column)).findFirst().orElse(null);
    }

    /** Reads the catalogue; empty where there is no such table. */
    static Optional<TableShape> read(WarehouseSession session, TableName table) throws SQLException {
        List<Field> fields = session.query(
                row -> new Field(
                        row.getString(1),
                        type(row.getString(2), row.getObject(3), row.getObject(4), row.getObject(5)),
                        row.getString(6) != null),
                """
                SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, column_default
                FROM svv_columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position""",
                schemaOf(table),
                table.name());
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        List<String> key = new ArrayList<>();
        try (var rows = session.jdbc().getMetaData().getPrimaryKeys(null, schemaOf(table), table.name())) {
            while (rows.next()) {
                key.add(rows.getString("COLUMN_NAME"));
            }
        }
        return Optional.of(new TableShape(table, fields, key));
    }

    private static String schemaOf(TableName table) {
        return table.schema() == null ? "public" : table.schema();
    }

    private static String type(
            String base, @Nullable Object length, @Nullable Object precision, @Nullable Object scale) {
        String lower = base.toLowerCase(Locale.ROOT);
        return switch (lower) {
            case "character varying", "character", "varbyte", "binary varying" ->
                length == null ? lower : lower + "(" + length + ")";
            case "numeric" -> precision == null ? lower : lower + "(" + precision + "," + scale + ")";
            default -> lower;
        };
    }

    /** The statement that makes a table of these columns. */
    static String create(TableName table, Schema schema, List<String> primaryKey) {
        return create(
                table,
                schema.columns().stream()
                        .map(c -> TableName.quote(c.name()) + " " + c.type())
                        .toList(),
                primaryKey);
    }

    /** The statement that makes another table of this one's columns. */
    String createAs(TableName table, List<String> key) {
        return create(
                table,
                columns.stream()
                        .map(c -> TableName.quote(c.name()) + " " + c.type())
                        .toList(),
                key);
    }

    private static String create(TableName table, List<String> columns, List<String> primaryKey) {
        String key = primaryKey.isEmpty() ? "" : ",\n  PRIMARY KEY (" + list(primaryKey) + ")";
        return "CREATE TABLE " + table.sql() + " (\n  " + String.join(",\n  ", columns) + key + "\n)";
    }

    /**
     * Columns as GROUP BY and PARTITION BY list them to keep apart what is not the same. The server takes texts for equal
     * that differ in blanks at their ends; see "Significance of trailing blanks" in the Amazon Redshift Database Developer
     * Guide. Of equal texts the lengths tell which are the same.
     */
    String apart(List<String> names) {
        List<String> parts = new ArrayList<>();
        for (String name : names) {
            Field field = field(name);
            String quoted = TableName.quote(name);
            parts.add(field != null && field.keepsBlanks() ? apart(quoted) : quoted);
        }
        return String.join(", ", parts);
    }

    /** The same of one text. */
    static String apart(String text) {
        return text + ", octet_length(" + text + ")";
    }

    /** Column names as SQL lists them. */
    static String list(List<String> columns) {
        return columns.stream().map(TableName::quote).collect(Collectors.joining(", "));
    }

    /** Creates the table's schema where it is missing, runs the DDL, and grants what the connection asks for. */
    static void make(WarehouseSession session, RedshiftConnection connection, TableName table, String ddl)
            throws SQLException {
        if (table.schema() != null
                && session.number("SELECT count(*) FROM pg_namespace WHERE nspname = ?", table.schema()) == 0) {
            session.execute("CREATE SCHEMA " + TableName.quote(table.schema()));
        }
        session.execute(ddl);
        for (RedshiftConnection.Permission permission : connection.permissions()) {
            String to = switch (permission.kind()) {
                case USER -> "";
                case GROUP -> "GROUP ";
                case ROLE -> "ROLE ";
            };
            session.execute("GRANT " + permission.privilege() + " ON " + table.sql() + " TO " + to
                    + TableName.quote(permission.grantee()));
        }
    }

    /** Whether it has exactly these columns, in name and type. */
    boolean isOf(Schema schema) {
        return columns.size() == schema.columns().size()
                && schema.columns().stream().allMatch(this::hasExactly);
    }

    private boolean hasExactly(Column column) {
        Field field = field(column.name());
        return field != null && new Assignment(column.type(), field.type()).sameType();
    }
}
