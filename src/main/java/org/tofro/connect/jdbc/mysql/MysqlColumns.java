package org.tofro.connect.jdbc.mysql;

import com.mysql.cj.result.Field;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the server says of a result's columns. */
final class MysqlColumns {
    private static final int BINARY = 63;
    private static final int NOT_NULL_FLAG = 1;
    private static final int ZEROFILL_FLAG = 64;
    private static final int ENUM_FLAG = 256;
    private static final int SET_FLAG = 2048;

    /** The character sets of collations, and the most bytes of a character. */
    private record Charset(String name, int width) {
        static final Charset UNICODE = new Charset("utf8mb4", 4);
    }

    /** A column of a result. */
    record Described(String name, MysqlType type) {}

    private final Map<Integer, Charset> charsets = new HashMap<>();

    private MysqlColumns() {}

    /** The columns of a query, of which no row is read. */
    static List<Described> of(MysqlSession session, String query) throws SQLException {
        session.printAsStored();
        try (Statement statement = session.statement();
                ResultSet nothing = statement.executeQuery(session.named(query))) {
            Field[] fields = nothing.getMetaData()
                    .unwrap(com.mysql.cj.jdbc.result.ResultSetMetaData.class)
                    .getFields();
            return new MysqlColumns().described(session, nothing, fields);
        } finally {
            session.printInUtf8();
        }
    }

    private List<Described> described(MysqlSession session, ResultSet result, Field[] fields) throws SQLException {
        for (List<@Nullable String> row :
                session.rows("SELECT c.ID, s.CHARACTER_SET_NAME, s.MAXLEN FROM information_schema.COLLATIONS c"
                        + " JOIN information_schema.CHARACTER_SETS s USING (CHARACTER_SET_NAME)")) {
            if (row.get(0) != null) {
                charsets.put(
                        Integer.valueOf(Objects.requireNonNull(row.get(0))),
                        new Charset(String.valueOf(row.get(1)), Integer.parseInt(Objects.requireNonNull(row.get(2)))));
            }
        }
        List<Described> columns = new java.util.ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            columns.add(new Described(result.getMetaData().getColumnLabel(i + 1), type(fields[i])));
        }
        return columns;
    }

    /** The types of columns by their names. */
    static Map<String, MysqlType> byName(List<Described> columns) {
        Map<String, MysqlType> types = new LinkedHashMap<>();
        columns.forEach(column -> types.put(column.name(), column.type()));
        return types;
    }

    private MysqlType type(Field field) {
        int flags = field.getFlags();
        // Newer collations have no number here; all of them are of Unicode.
        Charset charset = field.getCollationIndex() == BINARY
                ? new Charset("binary", 1)
                : charsets.getOrDefault(field.getCollationIndex(), Charset.UNICODE);
        String name = name(field, flags, charset);
        long precision = name.endsWith("char") || name.equals("enum") || name.equals("set")
                ? field.getLength() / charset.width()
                : field.getLength();
        return new MysqlType(
                name,
                field.isUnsigned(),
                (flags & ZEROFILL_FLAG) != 0 && !name.equals("year"),
                precision,
                field.getDecimals() > 30 ? 0 : field.getDecimals(),
                charset.name(),
                (flags & NOT_NULL_FLAG) == 0);
    }

    /** By the numbers of the protocol's types. */
    private static String name(Field field, int flags, Charset charset) {
        boolean bytes = charset.name().equals("binary");
        return switch (field.getMysqlTypeId()) {
            case 0, 246 -> "decimal";
            case 1 -> "tinyint";
            case 2 -> "smallint";
            case 3 -> "int";
            case 4 -> "float";
            case 5 -> "double";
            case 7, 17 -> "timestamp";
            case 8 -> "bigint";
            case 9 -> "mediumint";
            case 10, 14 -> "date";
            case 11, 19 -> "time";
            case 12, 18 -> "datetime";
            case 13 -> "year";
            case 16 -> "bit";
            case 245 -> "json";
            case 255 -> "geometry";
            case 249, 250, 251, 252 -> size(field.getLength()) + (bytes ? "blob" : "text");
            case 247 -> "enum";
            case 248 -> "set";
            case 254 -> (flags & ENUM_FLAG) != 0 ? "enum" : (flags & SET_FLAG) != 0 ? "set" : bytes ? "binary" : "char";
            default -> bytes && field.getMysqlTypeId() != 6 ? "varbinary" : "varchar";
        };
    }

    private static String size(long length) {
        return length <= 255 ? "tiny" : length <= 65_535 ? "" : length <= 16_777_215 ? "medium" : "long";
    }
}
