package org.tofro.connect.jdbc;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.SourceType.Family;
import org.tofro.data.RedshiftType;
import org.tofro.data.TableName;
import org.tofro.problem.Spelling;

/** Joins what the server says of a result's columns with what the user chose of them. */
final class SourceColumns {
    private final ExtractRequest request;
    private final ServerEncoding encoding;
    private final Map<String, SourceType> types = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private SourceColumns(ExtractRequest request, ServerEncoding encoding) {
        this.request = request;
        this.encoding = encoding;
    }

    /** The columns to read; every problem with them in one exception. */
    static List<SourceColumn> of(ExtractRequest request, ServerEncoding encoding, ResultSetMetaData metadata)
            throws SQLException {
        SourceColumns columns = new SourceColumns(request, encoding);
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

    /** A column's type at the source. */
    static SourceType type(ResultSetMetaData metadata, int column) throws SQLException {
        int scale = metadata.getScale(column);
        SourceType type = new SourceType(
                unqualified(metadata.getColumnTypeName(column)),
                metadata.getPrecision(column),
                // The driver gives the eleven bits of a scale below zero as they are.
                scale >= 1024 ? scale - 2048 : scale);
        return ownType(type, metadata.getColumnType(column))
                ? new SourceType(TableName.quote(type.typeName()), 0, 0)
                : type;
    }

    /** The driver puts a schema before the names of types that the search path does not find. */
    private static String unqualified(String name) {
        int dot = name.lastIndexOf("\".\"");
        return dot < 0 ? name : name.substring(dot + 3, name.length() - 1);
    }

    /** Whether the type is the user's own, and only has the name of one of PostgreSQL's that has a rule. */
    private static boolean ownType(SourceType type, int jdbcType) {
        boolean others = jdbcType == Types.VARCHAR
                || jdbcType == Types.STRUCT
                || jdbcType == Types.OTHER
                || jdbcType == Types.DISTINCT;
        return others && type.family() != Family.TEXT;
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
        String declared = choice.type();
        RedshiftType target = declared == null
                ? PostgresTypes.target(type)
                : RedshiftType.parse(declared).orElse(null);
        if (target == null) {
            problems.add(
                    declared == null
                            ? "column '%s' is %s, which Redshift does not have; choose one by `columns: type`: %s"
                                    .formatted(choice.name(), type.ddl(), carriers(type))
                            : "column '%s': '%s' is not a type that Redshift loads".formatted(choice.name(), declared));
            return;
        }
        PostgresTypes.conversion(type, target, encoding)
                .ifPresentOrElse(
                        conversion -> columns.add(new SourceColumn(choice.name(), name, type, encoding, conversion)),
                        () -> problems.add(("column '%s' is %s, and %s would change values of it; %s would not,"
                                        + " and `sql:` can convert it")
                                .formatted(choice.name(), type.ddl(), target.ddl(), carriers(type))));
    }

    private static String carriers(SourceType type) {
        return PostgresTypes.carriers(type).stream()
                .map(carrier -> carrier.kind() == RedshiftType.Kind.VARBYTE && type.family() == Family.TEXT
                        ? carrier.ddl() + " as bytes"
                        : carrier.ddl())
                .collect(Collectors.joining(", "));
    }
}
