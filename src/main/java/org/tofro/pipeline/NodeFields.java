package org.tofro.pipeline;

import static org.tofro.yaml.FieldReader.quoted;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Durations;
import org.tofro.data.FileContent;
import org.tofro.data.RedshiftType;
import org.tofro.data.SqlScript;
import org.tofro.data.TableDefinition;
import org.tofro.data.TableName;
import org.tofro.pipeline.StepSpec.ConnectionUse;
import org.tofro.pipeline.StepSpec.InputNode;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;
import org.tofro.problem.Span;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/** The fields of a mapping in a pipeline file. */
final class NodeFields implements Fields {
    /** Stands in for a table that could not be read; the problem is reported already. */
    static final TableName NO_TABLE = new TableName(null, "?");

    /** Stands in for a definition that could not be read, likewise. */
    static final TableDefinition NO_DEFINITION =
            new TableDefinition(NO_TABLE, List.of(), List.of(), new SqlScript("", "?"));

    private static final Pattern SHELLS_OWN = Pattern.compile("(?<!\\$)\\$\\{(?!(?:var|env|date|each):|interval\\.)");

    private final FieldReader reader;
    private final PipelineText text;
    private final Problems problems;
    private final List<ConnectionUse> connections = new ArrayList<>();
    private final List<InputNode> inputNodes = new ArrayList<>();

    NodeFields(String subject, Node.Entries entries, PipelineText text, Problems problems) {
        this.reader = new FieldReader(subject, entries, problems, scalar -> text.expand(scalar, problems));
        this.text = text;
        this.problems = problems;
    }

    List<ConnectionUse> connections() {
        return connections;
    }

    /** The steps whose files its fields name, each once. */
    List<InputNode> inputNodes() {
        return inputNodes;
    }

    FieldReader reader() {
        return reader;
    }

    @Override
    public NodeField field(String name, String meaning, String... aliases) {
        reader.find(name, aliases);
        return new NodeField(name, aliases);
    }

    @Override
    public void exactlyOne(String first, String second) {
        FieldReader.Entry one = reader.find(first);
        FieldReader.Entry other = reader.find(second);
        if (one != null && other != null) {
            problems.add(
                    other.keySpan(),
                    reader.subject() + " takes either '" + first + "' or '" + second + "', and both are given");
        } else if (one == null && other == null) {
            problems.add(
                    reader.span(), reader.subject() + " needs one of the fields '" + first + "' and '" + second + "'");
        }
    }

    @Override
    public void exactlyOneOf(List<String> names) {
        List<FieldReader.Entry> given = new ArrayList<>();
        for (String name : names) {
            FieldReader.Entry entry = reader.find(name);
            if (entry != null) {
                given.add(entry);
            }
        }
        String words = "'" + String.join("', '", names) + "'";
        if (given.isEmpty()) {
            problems.add(reader.span(), reader.subject() + " needs one of the fields " + words);
        } else if (given.size() > 1) {
            problems.add(
                    given.get(1).keySpan(),
                    reader.subject() + " takes one of the fields " + words + ", and '"
                            + given.stream().map(FieldReader.Entry::key).collect(Collectors.joining("' and '"))
                            + "' are given");
        }
    }

    @Override
    public void problem(String field, String sentence) {
        FieldReader.Entry entry = reader.find(field);
        problems.add(entry == null ? reader.span() : entry.keySpan(), sentence);
    }

    @Override
    public void ancestors(String field, String advice) {
        FieldReader.Entry entry = reader.unwanted(field);
        if (entry != null) {
            problems.add(entry.keySpan(), "'" + field + "' is a key of Dataduct that has no meaning here; " + advice);
        }
    }

    @Override
    public boolean has(String field) {
        return reader.find(field) != null;
    }

    @Override
    public void atLeastOne(String first, String second) {
        if (isEmpty(reader.find(first)) && isEmpty(reader.find(second))) {
            problems.add(
                    reader.span(),
                    reader.subject() + " needs one of the fields '" + first + "' and '" + second + "', or both");
        }
    }

    private static boolean isEmpty(FieldReader.@Nullable Entry entry) {
        return entry == null
                || (entry.value() instanceof Node.Items items && items.items().isEmpty());
    }

    @Override
    public TableTarget target(Field table, Field definition) {
        NodeField named = (NodeField) table;
        Node.Scalar name = named.scalar();
        Node.Scalar file = ((NodeField) definition).scalar();
        if (file == null) {
            return named.target();
        }
        Optional<TableDefinition> read = definitionIn(file);
        if (name == null) {
            return target(read);
        }
        TableTarget target = named.target();
        if (read.isEmpty() || target.name().equals(NO_TABLE)) {
            return target;
        }
        if (!target.name().equals(read.get().table())) {
            problems.add(
                    file.span(),
                    quoted(file.text()) + " defines the table '" + read.get().table() + "', and '" + named.name
                            + "' names '" + target.name() + "'");
        }
        return new TableTarget(target.name(), read.get());
    }

    @Override
    public Script script(Field script, Field command, Field arguments, Script.Rules rules) {
        NodeField file = (NodeField) script;
        NodeField inline = (NodeField) command;
        NodeField given = (NodeField) arguments;
        Node.Scalar path = file.scalar();
        Node.Scalar sql = reader.raw(inline.name, inline.aliases);
        exactlyOne(file.name, inline.name);
        ScriptArguments values = ScriptArguments.read(
                reader.find(given.name, given.aliases), scalar -> text.expand(scalar, problems), problems);
        Optional<ScriptText> read = sql != null
                ? Optional.of(ScriptText.of(sql))
                : Optional.ofNullable(path == null ? null : text.find(path, problems))
                        .flatMap(found -> SqlFile.read(found, "a script", problems))
                        .map(ScriptText::of);
        return read.map(found -> ScriptReader.read(found, values, rules, text.variables(), problems))
                .orElse(Script.NONE);
    }

    private static TableTarget target(Optional<TableDefinition> read) {
        return read.map(found -> new TableTarget(found.table(), found)).orElse(new TableTarget(NO_TABLE, null));
    }

    private Optional<TableDefinition> definitionIn(Node.Scalar file) {
        return new TableDefinitionReader(problems).read(text.find(file, problems));
    }

    private Optional<TableName> tableName(Node.Scalar scalar) {
        Optional<TableName> name = TableName.parse(scalar.text());
        if (name.isEmpty()) {
            problems.add(
                    scalar.span(), quoted(scalar.text()) + " is no table's name; one looks like name or schema.name");
        }
        return name;
    }

    private static boolean isFile(Node.Scalar scalar) {
        return scalar.text().toLowerCase(java.util.Locale.ROOT).endsWith(".sql");
    }

    /** A field of the mapping. */
    final class NodeField implements Field {
        private final String name;
        private final String[] aliases;

        NodeField(String name, String[] aliases) {
            this.name = name;
            this.aliases = aliases;
        }

        Node.@Nullable Scalar scalar() {
            return reader.scalar(name, aliases);
        }

        private Node.@Nullable Scalar required() {
            Node.Scalar scalar = scalar();
            if (scalar == null) {
                reader.missing(name);
                return null;
            }
            if (scalar.text().isBlank()) {
                problems.add(scalar.span(), "'" + name + "' is empty");
                return null;
            }
            return scalar;
        }

        @Override
        public String text() {
            Node.Scalar scalar = required();
            return scalar == null ? "?" : scalar.text();
        }

        @Override
        public @Nullable String optionalText() {
            Node.Scalar scalar = scalar();
            return scalar == null ? null : scalar.text();
        }

        @Override
        public String textOr(String missing) {
            Node.Scalar scalar = scalar();
            return scalar == null ? missing : scalar.text();
        }

        @Override
        public String textOr(String missing, String shown) {
            return textOr(missing);
        }

        @Override
        public DatedText datedText() {
            Node.Scalar scalar = reader.raw(name, aliases);
            if (scalar == null) {
                reader.missing(name);
            } else if (scalar.text().isBlank()) {
                problems.add(scalar.span(), "'" + name + "' is empty");
            }
            DatedText dated = text.dated(scalar, problems);
            String wrong = dated.wrongPattern();
            if (wrong != null && scalar != null) {
                problems.add(scalar.span(), quoted(wrong) + " is no date pattern; one looks like yyyy/MM/dd");
            }
            return wrong == null ? dated : text.dated(null, problems);
        }

        @Override
        public Duration durationOr(Duration missing, String shown) {
            Node.Scalar scalar = scalar();
            Optional<Duration> length = scalar == null ? Optional.of(missing) : Durations.parse(scalar.text());
            if (length.isEmpty() && scalar != null) {
                problems.add(
                        scalar.span(),
                        "'" + name + "' takes a time such as 30 s, 5 minutes or 2 days, not " + quoted(scalar.text()));
            }
            return length.orElse(missing);
        }

        @Override
        public LocalPath path() {
            Node.Scalar scalar = required();
            return scalar == null ? LocalPath.NONE : text.place(scalar, problems);
        }

        @Override
        public String connection(String... types) {
            Node.Scalar scalar = required();
            return scalar == null ? "?" : use(scalar.text(), List.of(types), scalar.span());
        }

        @Override
        public String connectionOr(String missing, String type) {
            Node.Scalar scalar = scalar();
            List<String> types = List.of(type);
            return scalar == null ? use(missing, types, reader.span()) : use(scalar.text(), types, scalar.span());
        }

        @Override
        public @Nullable String optionalInputNode() {
            Node.Scalar scalar = scalar();
            if (scalar == null) {
                return null;
            }
            if (inputNodes.stream().noneMatch(node -> node.node().step().equals(scalar.text()))) {
                inputNodes.add(new InputNode(new StepSpec.Reference(scalar.text(), scalar.span()), null));
            }
            return scalar.text();
        }

        private String use(String connection, List<String> types, Span span) {
            connections.add(new ConnectionUse(connection, types, span));
            return connection;
        }

        @Override
        public boolean flagOr(boolean missing) {
            Boolean flag = reader.flag(name, aliases);
            return flag == null ? missing : flag;
        }

        @Override
        public int integerOr(int missing, int least, int most) {
            Integer number = reader.integer(name, least, most, aliases);
            return number == null ? missing : number;
        }

        @Override
        public @Nullable Integer optionalInteger(int least, int most, String missing) {
            return reader.integer(name, least, most, aliases);
        }

        @Override
        public String choice(String... words) {
            String chosen = reader.choice(name, List.of(words));
            return chosen == null ? words[0] : chosen;
        }

        @Override
        public @Nullable BigDecimal optionalNumber(String missing) {
            Node.Scalar scalar = scalar();
            return scalar == null ? null : number(scalar);
        }

        private @Nullable BigDecimal number(Node.Scalar scalar) {
            // Not what BigDecimal also takes: 1e999999999 would be a number that no one can print.
            if (scalar.text().matches("[+-]?\\d{1,38}(\\.\\d{1,38})?")) {
                return new BigDecimal(scalar.text());
            }
            problems.add(scalar.span(), "'" + name + "' takes a number, not " + quoted(scalar.text()));
            return null;
        }

        @Override
        public List<BigDecimal> numbers() {
            List<Node.Scalar> scalars = reader.scalars(name, aliases);
            List<BigDecimal> numbers = new ArrayList<>();
            for (Node.Scalar scalar : scalars == null ? List.<Node.Scalar>of() : scalars) {
                BigDecimal number = number(scalar);
                if (number != null) {
                    numbers.add(number);
                }
            }
            return numbers;
        }

        @Override
        public List<List<String>> nameLists() {
            FieldReader.Entry entry = reader.find(name, aliases);
            if (entry != null
                    && entry.value() instanceof Node.Items items
                    && items.items().stream().anyMatch(Node.Items.class::isInstance)) {
                return items.items().stream().map(this::innerNames).toList();
            }
            List<String> one = names();
            return one.isEmpty() ? List.of() : List.of(one);
        }

        private List<String> innerNames(Node item) {
            List<String> names = new ArrayList<>();
            for (Node inner : item instanceof Node.Items items ? items.items() : List.of(item)) {
                if (inner instanceof Node.Scalar scalar && !scalar.isNull()) {
                    Node.Scalar expanded = text.expand(scalar, problems);
                    if (expanded != null) {
                        names.add(expanded.text());
                    }
                } else {
                    problems.add(
                            inner.span(),
                            "'" + name + "' takes lists of names in its list, and this is " + inner.kind());
                }
            }
            return names;
        }

        @Override
        public @Nullable LocalDate optionalDate(String missing) {
            Node.Scalar scalar = scalar();
            try {
                return scalar == null ? null : LocalDate.parse(scalar.text());
            } catch (DateTimeParseException e) {
                problems.add(
                        scalar.span(), "'" + name + "' takes a day such as 2026-11-23, not " + quoted(scalar.text()));
                return null;
            }
        }

        @Override
        public List<String> arguments() {
            FieldReader.Entry entry = reader.find(name, aliases);
            List<String> arguments = new ArrayList<>();
            if (entry == null) {
                return arguments;
            }
            for (Node node : entry.value() instanceof Node.Items items ? items.items() : List.of(entry.value())) {
                if (node instanceof Node.Entries entries) {
                    for (Node.Entry each : entries.entries()) {
                        single(each.value(), each.key())
                                .ifPresent(value -> arguments.add("--" + each.key() + "=" + value));
                    }
                } else {
                    single(node, name).ifPresent(arguments::add);
                }
            }
            return arguments;
        }

        @Override
        public Map<String, String> texts() {
            Node.Entries entries = reader.entries(name, aliases);
            Map<String, String> texts = new LinkedHashMap<>();
            for (Node.Entry each : entries == null ? List.<Node.Entry>of() : entries.entries()) {
                single(each.value(), each.key()).ifPresent(value -> texts.put(each.key(), value));
            }
            return texts;
        }

        private Optional<String> single(Node node, String of) {
            if (node instanceof Node.Scalar scalar) {
                return Optional.ofNullable(text.expand(scalar, problems)).map(Node.Scalar::text);
            }
            problems.add(node.span(), "'" + of + "' takes a single value here, and this is " + node.kind());
            return Optional.empty();
        }

        @Override
        public @Nullable String optionalCommand() {
            Node.Scalar scalar = reader.raw(name, aliases);
            if (scalar == null) {
                return null;
            }
            if (scalar.text().isBlank()) {
                problems.add(scalar.span(), "'" + name + "' is empty");
            }
            // What is no expression of ours is the shell's: ${INPUT1_STAGING_DIR}, ${X:-none}.
            Node.Scalar ours = scalar.withText(SHELLS_OWN.matcher(scalar.text()).replaceAll("\\$\\${"));
            Node.Scalar expanded = text.expand(ours, problems);
            return expanded == null ? "" : expanded.text();
        }

        @Override
        public @Nullable FileContent optionalFile() {
            Node.Scalar scalar = scalar();
            return scalar == null ? null : new LocalFiles(text, problems).file(scalar);
        }

        @Override
        public List<FileContent> folder() {
            Node.Scalar scalar = scalar();
            return scalar == null ? List.of() : new LocalFiles(text, problems).folder(scalar);
        }

        @Override
        public List<String> names() {
            List<Node.Scalar> scalars = reader.scalars(name, aliases);
            List<String> names = new ArrayList<>();
            for (Node.Scalar scalar : scalars == null ? List.<Node.Scalar>of() : scalars) {
                if (names.contains(scalar.text())) {
                    problems.add(scalar.span(), "'" + name + "' names " + quoted(scalar.text()) + " twice");
                } else {
                    names.add(scalar.text());
                }
            }
            return names;
        }

        @Override
        public TableName table() {
            Node.Scalar scalar = required();
            return scalar == null ? NO_TABLE : plainTable(scalar);
        }

        @Override
        public @Nullable TableName optionalTable() {
            Node.Scalar scalar = scalar();
            return scalar == null ? null : plainTable(scalar);
        }

        private TableName plainTable(Node.Scalar scalar) {
            if (isFile(scalar)) {
                problems.add(
                        scalar.span(),
                        "'" + name + "' takes a table's name here, and " + quoted(scalar.text()) + " is a file");
                return NO_TABLE;
            }
            return tableName(scalar).orElse(NO_TABLE);
        }

        @Override
        public TableTarget target() {
            Node.Scalar scalar = required();
            if (scalar == null) {
                return new TableTarget(NO_TABLE, null);
            }
            if (isFile(scalar)) {
                return NodeFields.target(definitionIn(scalar));
            }
            return new TableTarget(tableName(scalar).orElse(NO_TABLE), null);
        }

        @Override
        public TableDefinition definition() {
            Node.Scalar scalar = required();
            if (scalar != null && !isFile(scalar)) {
                problems.add(
                        scalar.span(),
                        "'" + name + "' takes a .sql file with a CREATE TABLE statement, not " + quoted(scalar.text()));
                return NO_DEFINITION;
            }
            return scalar == null ? NO_DEFINITION : definitionIn(scalar).orElse(NO_DEFINITION);
        }

        @Override
        public @Nullable SqlScript optionalSql() {
            Node.Scalar scalar = reader.raw(name, aliases);
            if (scalar == null) {
                return null;
            }
            if (scalar.text().isBlank()) {
                problems.add(scalar.span(), "'" + name + "' is empty");
            }
            return text.sql(scalar, problems);
        }

        @Override
        public @Nullable SqlQuery optionalQuery() {
            Node.Scalar scalar = reader.raw(name, aliases);
            SqlScript script = optionalSql();
            if (scalar == null || script == null || scalar.text().isBlank()) {
                return null;
            }
            Problems broken = new Problems();
            List<SqlStatement> statements = SqlStatements.of(new SourceText(script.origin(), script.text()), broken);
            if (!broken.isEmpty() || statements.size() != 1) {
                problems.add(
                        scalar.span(),
                        "'" + name + "' takes one query, and this is "
                                + (broken.isEmpty()
                                        ? statements.size() + " statements"
                                        : "SQL with a quote or comment that does not end"));
                return null;
            }
            SqlStatement query = statements.get(0);
            String verb = query.text().strip().split("[\\s(]", 2)[0].toLowerCase(java.util.Locale.ROOT);
            if (!Set.of("select", "with", "").contains(verb) || !query.writes().isEmpty() || query.commits() != null) {
                problems.add(
                        scalar.span(),
                        "'" + name + "' takes a query that only reads, which begins with SELECT or WITH");
                return null;
            }
            return new SqlQuery(
                    new SqlScript(query.text(), script.origin()),
                    query.reads(),
                    query.understood(),
                    SelectedNames.of(new SqlTokens(new SourceText(script.origin(), query.text()), broken).all()));
        }

        @Override
        public @Nullable RedshiftType optionalRedshiftType(String missing) {
            Node.Scalar scalar = scalar();
            RedshiftType type =
                    scalar == null ? null : RedshiftType.parse(scalar.text()).orElse(null);
            if (scalar != null && type == null) {
                problems.add(
                        scalar.span(),
                        quoted(scalar.text()) + " is no type that COPY fills; one looks like bigint, decimal(38,10),"
                                + " double precision, timestamptz or varchar(65535), which is the widest");
            }
            return type;
        }

        @Override
        public <T> List<T> each(Function<Fields, T> read) {
            Node.Items items = reader.items(name, aliases);
            return entries(items == null ? List.of() : items.items(), read);
        }

        @Override
        public <T> List<T> oneOrEach(Function<Fields, T> read) {
            FieldReader.Entry entry = reader.find(name, aliases);
            if (entry == null) {
                return List.of();
            }
            return entries(entry.value() instanceof Node.Items items ? items.items() : List.of(entry.value()), read);
        }

        @Override
        public <T> @Nullable T mapping(Function<Fields, T> read) {
            Node.Entries entries = reader.entries(name, aliases);
            return entries == null ? null : entry(entries, "'" + name + "'", read);
        }

        private <T> List<T> entries(List<Node> items, Function<Fields, T> read) {
            List<T> values = new ArrayList<>();
            for (Node item : items) {
                if (item instanceof Node.Entries entries) {
                    values.add(entry(entries, "an entry of '" + name + "'", read));
                } else {
                    problems.add(item.span(), "an entry of '" + name + "' is a mapping, and this is " + item.kind());
                }
            }
            return values;
        }

        private <T> T entry(Node.Entries entries, String subject, Function<Fields, T> read) {
            NodeFields fields = new NodeFields(subject, entries, text, problems);
            T value = read.apply(fields);
            fields.inputNodes.stream()
                    .filter(node -> inputNodes.stream()
                            .noneMatch(known ->
                                    known.node().step().equals(node.node().step())))
                    .forEach(inputNodes::add);
            fields.reader.finish();
            return value;
        }
    }
}
