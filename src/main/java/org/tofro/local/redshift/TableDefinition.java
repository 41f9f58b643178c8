package org.tofro.local.redshift;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites CREATE TABLE and ALTER TABLE for PostgreSQL ("CREATE TABLE", r_CREATE_TABLE_NEW.html; "CREATE TABLE AS",
 * r_CREATE_TABLE_AS.html; "ALTER TABLE", r_ALTER_TABLE.html; "Data types", c_Supported_data_types.html). Redshift's
 * attributes are taken out and remembered; foreign keys, which are informational, are taken out; primary and unique keys
 * stay, and the catalogue's event trigger sees to it that they are not enforced.
 */
final class TableDefinition {
    private static final int LONGEST_VARCHAR = 65535;
    private static final int LONGEST_CHAR = 4096;
    private static final Map<String, String> UNSUPPORTED = Map.ofEntries(
            Map.entry("serial", "serial"),
            Map.entry("bigserial", "bigserial"),
            Map.entry("smallserial", "smallserial"),
            Map.entry("serial4", "serial4"),
            Map.entry("serial8", "serial8"),
            Map.entry("json", "json"),
            Map.entry("jsonb", "jsonb"),
            Map.entry("uuid", "uuid"),
            Map.entry("bytea", "bytea"),
            Map.entry("inet", "inet"),
            Map.entry("cidr", "cidr"),
            Map.entry("macaddr", "macaddr"),
            Map.entry("money", "money"),
            Map.entry("xml", "xml"),
            Map.entry("bit", "bit"),
            Map.entry("point", "point"),
            Map.entry("line", "line"),
            Map.entry("lseg", "lseg"),
            Map.entry("box", "box"),
            Map.entry("path", "path"),
            Map.entry("polygon", "polygon"),
            Map.entry("circle", "circle"),
            Map.entry("tsvector", "tsvector"),
            Map.entry("tsquery", "tsquery"),
            Map.entry("hstore", "hstore"),
            Map.entry("citext", "citext"),
            Map.entry("oid", "oid"));
    private static final Set<String> HERE_ONLY_UNSUPPORTED = Set.of("geometry", "geography", "hllsketch", "interval");

    private final Statement statement;
    private final Edits edits;
    private final List<String> columns = new ArrayList<>();
    private final Map<String, String> encodings = new LinkedHashMap<>();
    private final List<String> sortKey = new ArrayList<>();
    private String distStyle = "AUTO(ALL)";
    private String distKey = "";
    private String sortStyle = "";
    private boolean backup = true;
    private @Nullable String parent;

    private TableDefinition(Statement statement) {
        this.statement = statement;
        this.edits = new Edits(statement);
    }

    /** CREATE [TEMP] TABLE, with columns or AS. */
    static Translation create(Statement statement, Statement source) throws RedshiftException {
        return new TableDefinition(statement).create(source);
    }

    private Translation create(Statement source) throws RedshiftException {
        int place = 1;
        if (statement.at(place).is("LOCAL")) {
            place++;
        }
        while (!statement.at(place).is("TABLE")) {
            place++;
        }
        place++;
        if (statement.has(place, "IF", "NOT", "EXISTS")) {
            place += 3;
        }
        int nameStart = place;
        place = statement.endOfName(nameStart);
        String name = statement.text(nameStart, place);
        boolean as = false;
        if (statement.at(place).is("(")) {
            int close = statement.closing(place);
            as = statement.findOutside(close, Set.of("AS")) >= 0;
            if (!as) {
                elements(place);
            }
            place = close + 1;
        }
        int end = statement.findOutside(place, Set.of("AS"));
        tableAttributes(place, end < 0 ? statement.tokens().size() : end);
        String sql = edits.apply();
        if (parent != null) {
            String copy = "SELECT redshift_front.remember_like(%s, %s)"
                    .formatted(SqlText.literal(name), SqlText.literal(parent));
            return Translation.other(source.text(), sql, List.of(), List.of(copy));
        }
        List<String> after = List.of("SELECT redshift_front.remember(%s, %s, %s, %s, %s, %s, %s)"
                .formatted(
                        SqlText.literal(name),
                        SqlText.literal(distKey.isEmpty() ? distStyle : "KEY(" + distKey + ")"),
                        SqlText.literal(distKey),
                        SqlText.literal(sortStyle),
                        SqlText.literal(String.join(",", sortKey)),
                        SqlText.literal(String.join(
                                ",",
                                encodings.entrySet().stream()
                                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                                        .toList())),
                        backup));
        return Translation.other(source.text(), sql, List.of(), after);
    }

    /** ALTER TABLE: types of added columns, attributes taken out; APPEND is refused. */
    static Translation alter(Statement statement, Statement source) throws RedshiftException {
        TableDefinition definition = new TableDefinition(statement);
        int nameStart = statement.has(2, "IF", "EXISTS") ? 4 : 2;
        int place = statement.endOfName(nameStart);
        if (statement.at(place).is("APPEND")) {
            throw RedshiftException.unsupported("ALTER TABLE APPEND is not supported by this stand-in");
        }
        if (statement.at(place).is("ADD")) {
            int column = statement.at(place + 1).is("COLUMN") ? place + 2 : place + 1;
            if (statement.at(place + 1).is("CONSTRAINT")
                    || statement.at(place + 1).is("PRIMARY")
                    || statement.at(place + 1).is("UNIQUE")
                    || statement.at(place + 1).is("FOREIGN")) {
                if (statement.find(place, "FOREIGN", "KEY") >= 0) {
                    // Informational only, and nothing asks for it.
                    return Translation.of(Translation.Kind.OTHER, source.text(), "SET redshift_front.nothing TO ''");
                }
                return Translation.of(Translation.Kind.OTHER, source.text(), statement.text());
            }
            definition.column(column, statement.tokens().size());
        } else if (statement.at(place).is("ALTER")) {
            int type = statement.find(place, "TYPE");
            if (type > 0) {
                definition.type(type + 1);
            } else if (statement.findOutside(place, Set.of("DISTKEY", "DISTSTYLE", "SORTKEY", "ENCODE")) >= 0) {
                definition.tableAttributes(
                        statement.findOutside(place, Set.of("DISTKEY", "DISTSTYLE", "SORTKEY", "ENCODE", "COMPOUND")),
                        statement.tokens().size());
                return Translation.other(
                        source.text(),
                        "SELECT redshift_front.alter_attributes(%s, %s, %s, %s, %s)"
                                .formatted(
                                        SqlText.literal(statement.text(nameStart, place)),
                                        SqlText.literal(
                                                definition.distKey.isEmpty()
                                                        ? definition.distStyle
                                                        : "KEY(" + definition.distKey + ")"),
                                        SqlText.literal(definition.distKey),
                                        SqlText.literal(definition.sortStyle),
                                        SqlText.literal(String.join(",", definition.sortKey))),
                        List.of(),
                        List.of());
            }
        }
        return Translation.of(Translation.Kind.OTHER, source.text(), definition.edits.apply());
    }

    private void elements(int open) throws RedshiftException {
        List<Integer> starts = statement.arguments(open);
        List<int[]> removed = new ArrayList<>();
        for (int i = 0; i < starts.size() - 1; i++) {
            int start = starts.get(i);
            int end = starts.get(i + 1) - 1;
            if (isForeignKey(start, end)) {
                removed.add(new int[] {start, end});
            } else if (statement.at(start).is("LIKE")) {
                like(start, end);
            } else if (!isTableConstraint(start)) {
                column(start, end);
            }
        }
        for (int[] element : removed) {
            // With the comma in front of it, or else the one behind it.
            int from = statement.at(element[0] - 1).is(",") ? element[0] - 1 : element[0];
            int to = from == element[0] && statement.at(element[1]).is(",") ? element[1] + 1 : element[1];
            edits.remove(from, to);
        }
    }

    private boolean isTableConstraint(int start) {
        return statement.at(start).is("CONSTRAINT")
                || statement.has(start, "PRIMARY", "KEY")
                || statement.has(start, "UNIQUE", "(")
                || statement.has(start, "CHECK", "(");
    }

    private boolean isForeignKey(int start, int end) {
        int place = statement.at(start).is("CONSTRAINT") ? start + 2 : start;
        return place < end && statement.has(place, "FOREIGN", "KEY");
    }

    private void like(int start, int end) throws RedshiftException {
        // Keys and byte lengths come with the constraints that the event trigger adds; NOT NULL is always copied.
        int options = statement.endOfName(start + 1);
        parent = statement.text(start + 1, options);
        if (statement.has(options, "INCLUDING", "DEFAULTS") || options >= end) {
            return;
        }
        edits.remove(options, end);
    }

    private void column(int start, int end) throws RedshiftException {
        String name = statement.at(start).name();
        columns.add(name);
        int place = type(start + 1);
        while (place < end) {
            String word = statement.at(place).text().toUpperCase(Locale.ROOT);
            switch (word) {
                case "ENCODE" -> {
                    encodings.put(name, statement.at(place + 1).name());
                    edits.remove(place, place + 2);
                    place += 2;
                }
                case "DISTKEY" -> {
                    distKey = name;
                    edits.remove(place, ++place);
                }
                case "SORTKEY" -> {
                    sortKey.add(name);
                    sortStyle = "COMPOUND";
                    edits.remove(place, ++place);
                }
                case "IDENTITY" -> {
                    int close = statement.closing(place + 1);
                    identity(place, close, "GENERATED ALWAYS");
                    place = close + 1;
                }
                case "GENERATED" -> {
                    int identity = statement.find(place, "IDENTITY");
                    int close = statement.closing(identity + 1);
                    identity(place, close, "GENERATED BY DEFAULT");
                    place = close + 1;
                }
                case "REFERENCES" -> {
                    int last = statement.endOfName(place + 1);
                    if (statement.at(last).is("(")) {
                        last = statement.closing(last) + 1;
                    }
                    edits.remove(place, last);
                    place = last;
                }
                case "COLLATE" -> {
                    edits.remove(place, place + 2);
                    place += 2;
                }
                case "CHECK" -> throw RedshiftException.unsupported("CHECK constraints are not supported");
                case "DEFAULT" -> {
                    place++;
                    int depth = 0;
                    while (place < end && (depth > 0 || !isColumnAttribute(place))) {
                        depth += statement.at(place).is("(")
                                ? 1
                                : statement.at(place).is(")") ? -1 : 0;
                        place++;
                    }
                }
                default -> place++;
            }
        }
    }

    private boolean isColumnAttribute(int place) {
        return Set.of("ENCODE", "DISTKEY", "SORTKEY", "IDENTITY", "GENERATED", "REFERENCES", "NOT", "PRIMARY", "UNIQUE")
                .contains(statement.at(place).text().toUpperCase(Locale.ROOT));
    }

    private void identity(int from, int close, String generated) {
        int open = close;
        while (!statement.at(open).is("(")) {
            open--;
        }
        String[] numbers = statement.text(open + 1, close).split(",");
        String step = numbers.length > 1 ? numbers[1].strip() : "1";
        edits.replace(
                from,
                close + 1,
                "%s AS IDENTITY (START WITH %s INCREMENT BY %s MINVALUE -9223372036854775808)"
                        .formatted(generated, numbers[0].strip(), step));
    }

    /** Rewrites the type that starts here and returns what is behind it. */
    private int type(int start) throws RedshiftException {
        Token token = statement.at(start);
        String name = token.name();
        int words = 1;
        if (token.is("CHARACTER") && statement.at(start + 1).is("VARYING")) {
            name = "varchar";
            words = 2;
        } else if (token.is("NATIONAL")) {
            throw RedshiftException.syntax("syntax error at or near \"%s\"".formatted(token.text()));
        } else if (token.is("DOUBLE") || token.is("BINARY")) {
            words = 2;
        }
        int end = start + words;
        String length = null;
        if (statement.at(end).is("(")) {
            int close = statement.closing(end);
            length = statement.text(end + 1, close);
            end = close + 1;
        }
        if (token.kind() == Token.Kind.WORD) {
            if (UNSUPPORTED.containsKey(name)) {
                throw RedshiftException.unsupported("Column \"%s\" has unsupported type \"%s\"."
                        .formatted(statement.at(start - 1).name(), name));
            }
            if (HERE_ONLY_UNSUPPORTED.contains(name)) {
                throw RedshiftException.unsupported("type %s is not supported by this stand-in".formatted(name));
            }
        }
        if (statement.at(end).is("[") || statement.at(end).is("ARRAY")) {
            throw RedshiftException.unsupported("Column \"%s\" has unsupported type \"%s[]\"."
                    .formatted(statement.at(start - 1).name(), name));
        }
        String replaced = replaced(name, length);
        if (replaced != null) {
            edits.replace(start, end, replaced);
        }
        if (statement.has(end, "WITHOUT", "TIME", "ZONE") || statement.has(end, "WITH", "TIME", "ZONE")) {
            end += 3;
        }
        return end;
    }

    private static @Nullable String replaced(String name, @Nullable String length) throws RedshiftException {
        return switch (name) {
            case "varchar", "nvarchar" -> "varchar(" + bytes("varchar", length, 256, LONGEST_VARCHAR) + ")";
            case "text" -> "varchar(256)";
            case "char", "character", "nchar" -> "char(" + bytes("char", length, 1, LONGEST_CHAR) + ")";
            case "bpchar" -> "char(" + bytes("char", length, 256, LONGEST_CHAR) + ")";
            case "numeric", "decimal" -> {
                if (length == null) {
                    yield "numeric(18,0)";
                }
                int precision = Integer.parseInt(length.split(",")[0].strip());
                if (precision > 38 || precision < 1) {
                    throw new RedshiftException(
                            "22023", "DECIMAL precision %d must be between 1 and 38".formatted(precision));
                }
                yield null;
            }
            case "super" -> "jsonb";
            case "varbyte", "varbinary", "binary varying" -> "bytea";
            case "float" -> length == null ? "float8" : null;
            default -> null;
        };
    }

    private static int bytes(String type, @Nullable String length, int otherwise, int longest)
            throws RedshiftException {
        if (length == null) {
            return otherwise;
        }
        if (length.strip().equalsIgnoreCase("max")) {
            return longest;
        }
        int bytes;
        try {
            bytes = Integer.parseInt(length.strip());
        } catch (NumberFormatException e) {
            throw RedshiftException.syntax("syntax error at or near \"%s\"".formatted(length));
        }
        if (bytes < 1) {
            throw new RedshiftException("22023", "length for type %s must be at least 1".formatted(type));
        }
        if (bytes > longest) {
            throw new RedshiftException("22023", "length for type %s cannot exceed %d".formatted(type, longest));
        }
        return bytes;
    }

    private void tableAttributes(int from, int to) throws RedshiftException {
        int place = from;
        while (place < to) {
            int start = place;
            String word = statement.at(place).text().toUpperCase(Locale.ROOT);
            switch (word) {
                case "BACKUP" -> {
                    backup = statement.at(place + 1).is("YES");
                    place += 2;
                }
                case "DISTSTYLE" -> {
                    distStyle = statement.at(place + 1).text().toUpperCase(Locale.ROOT);
                    place += 2;
                }
                case "DISTKEY" -> {
                    boolean parenthesis = statement.at(place + 1).is("(");
                    distKey = statement.at(place + (parenthesis ? 2 : 1)).name();
                    place += parenthesis ? 4 : 2;
                }
                case "COMPOUND", "INTERLEAVED" -> {
                    sortStyle = word;
                    place++;
                }
                case "SORTKEY" -> {
                    if (statement.at(place + 1).is("(")) {
                        int close = statement.closing(place + 1);
                        for (int i = place + 2; i < close; i += 2) {
                            sortKey.add(statement.at(i).name());
                        }
                        place = close + 1;
                    } else {
                        place += 2;
                        if (statement.at(place - 1).isName()
                                && !statement.at(place - 1).is("AUTO")
                                && !statement.at(place - 1).is("NONE")) {
                            sortKey.add(statement.at(place - 1).name());
                        }
                    }
                    sortStyle = sortStyle.isEmpty() ? "COMPOUND" : sortStyle;
                }
                case "ENCODE" -> place += 2;
                default -> {
                    place++;
                    continue;
                }
            }
            edits.remove(start, Math.min(place, to));
        }
    }
}
