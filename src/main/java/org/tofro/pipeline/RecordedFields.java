package org.tofro.pipeline;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tofro.data.FileContent;
import org.tofro.data.RedshiftType;
import org.tofro.data.SqlScript;
import org.tofro.data.TableDefinition;
import org.tofro.data.TableName;

/** Fields without a file behind them: they write down what a step's reader asks for. */
final class RecordedFields implements Fields {
    private static final TableName TABLE = new TableName(null, "table");

    private final List<FieldReference> references = new ArrayList<>();

    List<FieldReference> references() {
        return references;
    }

    @Override
    public RecordedField field(String name, String meaning, String... aliases) {
        return new RecordedField(name, meaning, List.of(aliases));
    }

    @Override
    public void exactlyOne(String first, String second) {
        mark(first, second, "one of `" + first + "`, `" + second + "`");
    }

    @Override
    public void atLeastOne(String first, String second) {
        mark(first, second, "one of `" + first + "`, `" + second + "` or both");
    }

    private void mark(String first, String second, String missing) {
        references.replaceAll(field ->
                field.name().equals(first) || field.name().equals(second) ? withMissing(field, missing) : field);
    }

    @Override
    public void exactlyOneOf(List<String> names) {
        String missing = "one of `" + String.join("`, `", names) + "`";
        references.replaceAll(field -> names.contains(field.name()) ? withMissing(field, missing) : field);
    }

    @Override
    public void problem(String field, String sentence) {}

    @Override
    public void ancestors(String field, String advice) {}

    @Override
    public boolean has(String field) {
        return false;
    }

    private static FieldReference withMissing(FieldReference field, String missing) {
        return new FieldReference(
                field.name(), field.aliases(), field.kind(), missing, field.meaning(), field.fields());
    }

    @Override
    public TableTarget target(Field table, Field definition) {
        RecordedField named = (RecordedField) table;
        RecordedField defined = (RecordedField) definition;
        String either = "one of `" + named.name + "`, `" + defined.name + "` or both";
        named.add("a table's name or a `.sql` file", either);
        defined.add("a `.sql` file", either);
        return new TableTarget(TABLE, null);
    }

    @Override
    public Script script(Field script, Field command, Field arguments, Script.Rules rules) {
        RecordedField file = (RecordedField) script;
        RecordedField inline = (RecordedField) command;
        file.add("a file of SQL", "none");
        inline.add("SQL", "none");
        ((RecordedField) arguments).add("a list of texts, numbers, `true`, `false` and `null`", "none");
        exactlyOne(file.name, inline.name);
        return Script.NONE;
    }

    /** A field that writes itself down when it is asked for its value. */
    final class RecordedField implements Field {
        private final String name;
        private final String meaning;
        private final List<String> aliases;

        RecordedField(String name, String meaning, List<String> aliases) {
            this.name = name;
            this.meaning = meaning;
            this.aliases = aliases;
        }

        private void add(String kind, String missing) {
            add(kind, missing, List.of());
        }

        private void add(String kind, String missing, List<FieldReference> fields) {
            references.add(new FieldReference(name, aliases, kind, missing, meaning, fields));
        }

        @Override
        public String text() {
            add("a text", "required");
            return "text";
        }

        @Override
        public @Nullable String optionalText() {
            add("a text", "none");
            return null;
        }

        @Override
        public String textOr(String missing) {
            add("a text", "`" + missing + "`");
            return missing;
        }

        @Override
        public String textOr(String missing, String shown) {
            add("a text", shown);
            return missing;
        }

        @Override
        public DatedText datedText() {
            add("a text with `{date:yyyy/MM/dd}` in it", "required");
            return new DatedText("text", ZoneOffset.UTC, Interval.ofDay(LocalDate.EPOCH));
        }

        @Override
        public Duration durationOr(Duration missing, String shown) {
            add("a time such as `30 s` or `5 minutes`", shown);
            return missing;
        }

        @Override
        public LocalPath path() {
            add("a path", "required");
            return LocalPath.NONE;
        }

        @Override
        public String connection(String... types) {
            add("a connection", "required");
            return "connection";
        }

        @Override
        public String connectionOr(String missing, String type) {
            add("a connection", "`" + missing + "`");
            return missing;
        }

        @Override
        public @Nullable String optionalInputNode() {
            add("a step", "none");
            return null;
        }

        @Override
        public boolean flagOr(boolean missing) {
            add("true or false", "`" + missing + "`");
            return missing;
        }

        @Override
        public int integerOr(int missing, int least, int most) {
            add(number(least, most), "`" + missing + "`");
            return missing;
        }

        @Override
        public @Nullable Integer optionalInteger(int least, int most, String missing) {
            add(number(least, most), missing);
            return null;
        }

        private static String number(int least, int most) {
            return "a whole number from " + least + " to " + most;
        }

        @Override
        public String choice(String... words) {
            add("`" + String.join("` or `", words) + "`", "`" + words[0] + "`");
            return words[0];
        }

        @Override
        public @Nullable BigDecimal optionalNumber(String missing) {
            add("a number", missing);
            return null;
        }

        @Override
        public @Nullable LocalDate optionalDate(String missing) {
            add("a day such as `2026-11-23`", missing);
            return null;
        }

        @Override
        public List<BigDecimal> numbers() {
            add("a list of numbers", "none");
            return List.of();
        }

        @Override
        public List<List<String>> nameLists() {
            add("a name, a list of names, or a list of such lists", "none");
            return List.of();
        }

        @Override
        public List<String> arguments() {
            add("a text, or a list of texts and mappings", "none");
            return List.of();
        }

        @Override
        public Map<String, String> texts() {
            add("a mapping of names to texts", "none");
            return Map.of();
        }

        @Override
        public @Nullable String optionalCommand() {
            add("a command", "none");
            return null;
        }

        @Override
        public @Nullable FileContent optionalFile() {
            add("a file", "none");
            return null;
        }

        @Override
        public List<FileContent> folder() {
            add("a folder", "none");
            return List.of();
        }

        @Override
        public List<String> names() {
            add("a name or a list of names", "none");
            return List.of();
        }

        @Override
        public TableName table() {
            add("a table's name", "required");
            return TABLE;
        }

        @Override
        public @Nullable TableName optionalTable() {
            add("a table's name", "none");
            return null;
        }

        @Override
        public TableTarget target() {
            add("a table's name or a `.sql` file", "required");
            return new TableTarget(TABLE, null);
        }

        @Override
        public TableDefinition definition() {
            add("a `.sql` file", "required");
            return NodeFields.NO_DEFINITION;
        }

        @Override
        public @Nullable SqlScript optionalSql() {
            add("SQL", "none");
            return null;
        }

        @Override
        public @Nullable SqlQuery optionalQuery() {
            add("a query", "none");
            return null;
        }

        @Override
        public @Nullable RedshiftType optionalRedshiftType(String missing) {
            add("a type of Redshift", missing);
            return null;
        }

        @Override
        public <T> List<T> each(Function<Fields, T> read) {
            RecordedFields inner = new RecordedFields();
            T entry = read.apply(inner);
            add("a list of mappings", "none", inner.references);
            return List.of(entry);
        }

        @Override
        public <T> List<T> oneOrEach(Function<Fields, T> read) {
            RecordedFields inner = new RecordedFields();
            T entry = read.apply(inner);
            add("a mapping or a list of mappings", "none", inner.references);
            return List.of(entry);
        }

        @Override
        public <T> @Nullable T mapping(Function<Fields, T> read) {
            RecordedFields inner = new RecordedFields();
            T value = read.apply(inner);
            add("a mapping", "none", inner.references);
            return value;
        }
    }
}
