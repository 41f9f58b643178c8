package org.tofro.cli;

import java.io.PrintStream;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints the rows of a query: as a table, with columns as wide as the first thousand rows need, as CSV, or as JSON lines. */
final class RowPrinter {
    private static final int MEASURED_ROWS = 1_000;
    private static final int WIDEST = 60;

    private RowPrinter() {}

    /** How rows are printed. */
    enum Form {
        TABLE,
        CSV,
        JSON
    }

    static void print(ResultSet rows, Form form, PrintStream out) throws SQLException {
        switch (form) {
            case TABLE -> table(rows, out);
            case CSV -> csv(rows, out);
            case JSON -> json(rows, out);
        }
    }

    private static List<String> names(ResultSet rows) throws SQLException {
        ResultSetMetaData meta = rows.getMetaData();
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            names.add(meta.getColumnLabel(i));
        }
        return names;
    }

    private static List<@Nullable String> values(ResultSet rows, int columns) throws SQLException {
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
            values.add(rows.getString(i));
        }
        return values;
    }

    private static void table(ResultSet rows, PrintStream out) throws SQLException {
        List<String> names = names(rows);
        List<List<String>> page = new ArrayList<>();
        page.add(names);
        boolean more = true;
        long count = 0;
        int[] widths = null;
        while (more) {
            while ((more = rows.next()) && page.size() <= MEASURED_ROWS) {
                page.add(values(rows, names.size()).stream()
                        .map(RowPrinter::cell)
                        .toList());
                count++;
            }
            if (more) {
                page.add(values(rows, names.size()).stream()
                        .map(RowPrinter::cell)
                        .toList());
                count++;
            }
            int[] fixed = widths == null ? widths(page, names.size()) : widths;
            widths = fixed;
            page.forEach(line -> out.println(line(line, fixed)));
            page.clear();
        }
        out.println("(" + count + (count == 1 ? " row)" : " rows)"));
    }

    private static String cell(@Nullable String value) {
        if (value == null) {
            return "NULL";
        }
        String shown = value.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
        return shown.codePointCount(0, shown.length()) <= WIDEST
                ? shown
                : shown.substring(0, shown.offsetByCodePoints(0, WIDEST - 1)) + "…";
    }

    private static int[] widths(List<List<String>> page, int columns) {
        int[] widths = new int[columns];
        for (List<String> line : page) {
            for (int i = 0; i < columns; i++) {
                String cell = line.get(i);
                widths[i] = Math.max(widths[i], cell.codePointCount(0, cell.length()));
            }
        }
        return widths;
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.get(i);
            line.append(cell)
                    .append(" ".repeat(Math.max(0, widths[i] - cell.codePointCount(0, cell.length()))))
                    .append("  ");
        }
        return line.toString().stripTrailing();
    }

    /** RFC 4180; NULL is an empty field, the empty string a quoted one. */
    private static void csv(ResultSet rows, PrintStream out) throws SQLException {
        List<String> names = names(rows);
        out.println(names.stream().map(RowPrinter::quoted).collect(Collectors.joining(",")));
        while (rows.next()) {
            out.println(values(rows, names.size()).stream()
                    .map(value -> value == null ? "" : quoted(value))
                    .collect(Collectors.joining(",")));
        }
    }

    private static String quoted(String value) {
        boolean plain =
                !value.isEmpty() && value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
    }

    private static void json(ResultSet rows, PrintStream out) throws SQLException {
        List<String> names = names(rows);
        ResultSetMetaData meta = rows.getMetaData();
        com.fasterxml.jackson.databind.ObjectMapper mapper = new com.fasterxml.jackson.databind.ObjectMapper();
        while (rows.next()) {
            var object = mapper.createObjectNode();
            for (int i = 1; i <= names.size(); i++) {
                String name = names.get(i - 1);
                String text = rows.getString(i);
                if (text == null) {
                    object.putNull(name);
                } else {
                    switch (meta.getColumnType(i)) {
                        case Types.SMALLINT, Types.INTEGER, Types.BIGINT -> object.put(name, rows.getLong(i));
                        case Types.NUMERIC, Types.DECIMAL -> object.put(name, rows.getBigDecimal(i));
                        case Types.BIT, Types.BOOLEAN -> object.put(name, rows.getBoolean(i));
                        default -> object.put(name, text);
                    }
                }
            }
            out.println(object);
        }
    }
}
