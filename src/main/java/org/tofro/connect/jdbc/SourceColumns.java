package org.tofro.connect.jdbc;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tofro.connect.jdbc.PostgresTypes.SourceType;
import org.tofro.problem.Spelling;

/** Joins what the server says of a result's columns with what the user chose of them. */
final class SourceColumns {
    private final ExtractRequest request;
    private final Map<String, SourceType> types = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private SourceColumns(ExtractRequest request) {
        this.request = request;
    }

    /** The columns to read; every problem with them in one exception. */
    static List<SourceColumn> of(ExtractRequest request, ResultSetMetaData metadata) throws SQLException {
        SourceColumns columns = new SourceColumns(request);
        for (int i = 1; i <= metadata.getColumnCount(); i++) {
            String name = metadata.getColumnLabel(i);
            if (columns.types.put(name, type(metadata, i)) != null) {
                columns.problems.add("column '%s' comes twice; name one of them with AS".formatted(name));
            }
        }
        List<SourceColumn> chosen = columns.chosen();
        if (chosen.isEmpty() && columns.problems.isEmpty()) {
            columns.problems.add("there are no columns");
        }
        if (!columns.problems.isEmpty()) {
            throw ExtractException.permanent(request.where() + ": " + String.join("; ", columns.problems));
        }
        return chosen;
    }

    /** The driver puts a schema before the names of types that the search path does not find. */
    static SourceType type(ResultSetMetaData metadata, int column) throws SQLException {
        String name = metadata.getColumnTypeName(column);
        int dot = name.lastIndexOf("\".\"");
        return new SourceType(
                dot < 0 ? name : name.substring(dot + 3, name.length() - 1),
                metadata.getPrecision(column),
                metadata.getScale(column));
    }

    private List<SourceColumn> chosen() {
        List<ColumnChoice> choices = request.columns().isEmpty()
                ? types.keySet().stream()
                        .map(name -> new ColumnChoice(name, null, null))
                        .toList()
                : request.columns();
        List<SourceColumn> columns = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (ColumnChoice choice : choices) {
            SourceType type = types.get(choice.name());
            String name = choice.as() == null ? choice.name() : choice.as();
            if (type == null) {
                problems.add("there is no column '%s'%s"
                        .formatted(choice.name(), Spelling.hint(choice.name(), types.keySet())));
            } else if (!names.add(name)) {
                problems.add("two columns are named '%s'; give one of them another name by `as`".formatted(name));
            } else {
                add(columns, choice, name, type);
            }
        }
        return columns;
    }

    private void add(List<SourceColumn> columns, ColumnChoice choice, String name, SourceType type) {
        RedshiftType target;
        String declared = choice.type();
        if (declared != null) {
            target = RedshiftType.parse(declared).orElse(null);
            if (target == null) {
                problems.add("column '%s': '%s' is not a type that Redshift loads".formatted(choice.name(), declared));
            }
        } else {
            target = PostgresTypes.target(type);
            if (target == null) {
                problems.add(("column '%s' is %s, which Redshift does not have; choose one by `columns: type`,"
                                + " such as decimal(38,10)")
                        .formatted(choice.name(), type.ddl()));
            }
        }
        if (target != null) {
            columns.add(new SourceColumn(choice.name(), name, type, target, ValueCheck.of(type, target)));
        }
    }
}
