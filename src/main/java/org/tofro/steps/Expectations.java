package org.tofro.steps;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.Assertion;
import org.tofro.data.TableName;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.SqlQuery;

/**
 * What a check expects of its table.
 *
 * @param assertions each thing that must hold
 * @param details the same for a plan, one phrase each
 * @param reads tables that the check's own query reads
 * @param understood whether that query reads no others
 */
record Expectations(List<Assertion> assertions, List<String> details, Set<TableName> reads, boolean understood) {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})\\s*(minutes?|min|m|hours?|h|days?|d)");

    Expectations {
        assertions = List.copyOf(assertions);
        details = List.copyOf(details);
        reads = Set.copyOf(reads);
    }

    /** The key of a table: whole and unique. */
    static Expectations ofKey(List<String> key) {
        String shown = "(" + String.join(", ", key) + ")";
        return new Expectations(
                List.of(new Assertion.NotNull(key), new Assertion.Unique(key)),
                List.of("expects no NULL in " + String.join(", ", key), "expects no two rows of one " + shown),
                Set.of(),
                true);
    }

    static Expectations read(Fields fields) {
        Reader reader = new Reader(fields);
        reader.notNull();
        reader.unique();
        reader.rows();
        reader.freshness();
        reader.accepted();
        SqlQuery query = reader.sql();
        if (reader.assertions.isEmpty() && !reader.asked()) {
            fields.problem(
                    "table", "a check needs something to check: not_null, unique, rows, freshness, accepted or sql");
        }
        return new Expectations(
                reader.assertions,
                reader.details,
                query == null ? Set.of() : query.reads(),
                query == null || query.understood());
    }

    /** The fields of one check, read in the order of the step reference. */
    private static final class Reader {
        private final Fields fields;
        private final List<Assertion> assertions = new ArrayList<>();
        private final List<String> details = new ArrayList<>();

        Reader(Fields fields) {
            this.fields = fields;
        }

        /** Whether something was asked for that could not be read, and is reported already. */
        boolean asked() {
            return List.of("not_null", "unique", "rows", "freshness", "accepted", "sql").stream()
                    .anyMatch(fields::has);
        }

        private void add(Assertion assertion, String detail) {
            assertions.add(assertion);
            details.add("expects " + detail);
        }

        /** A list that came out empty would check nothing in silence. */
        private void demandSome(String field, List<?> given) {
            if (given.isEmpty() && fields.has(field)) {
                fields.problem(field, "'" + field + "' names no column");
            }
        }

        void notNull() {
            List<String> columns = fields.field("not_null", "Columns in which no row has NULL.")
                    .names();
            demandSome("not_null", columns);
            if (!columns.isEmpty()) {
                add(new Assertion.NotNull(columns), "no NULL in " + String.join(", ", columns));
            }
        }

        void unique() {
            List<List<String>> keys = fields.field(
                            "unique",
                            "Columns of which no two rows have the same values; a list of lists for several such keys. Rows"
                                    + " with NULL in one of the columns are not compared.")
                    .nameLists();
            demandSome("unique", keys);
            for (List<String> key : keys) {
                if (!key.isEmpty()) {
                    add(new Assertion.Unique(key), "no two rows of one (" + String.join(", ", key) + ")");
                }
            }
        }

        void rows() {
            Assertion.Rows rows =
                    fields.field("rows", "How many rows the table has.").mapping(Reader::rows);
            if (rows != null) {
                List<String> bounds = new ArrayList<>();
                bound(bounds, "at least ", rows.min(), "");
                bound(bounds, "at most ", rows.max(), "");
                bound(bounds, "a change of at most ", rows.change(), " %");
                add(rows, "of its rows " + String.join(", ", bounds));
            }
        }

        private static Assertion.Rows rows(Fields inner) {
            Assertion.Rows rows = new Assertion.Rows(
                    inner.field("min", "The least.").optionalNumber("none"),
                    inner.field("max", "The most.").optionalNumber("none"),
                    inner.field(
                                    "change",
                                    "The most percent by which their number may differ from that of the last run that the"
                                            + " check let pass.")
                            .optionalNumber("none"));
            if (rows.min() == null && rows.max() == null && rows.change() == null) {
                inner.problem("min", "'rows' needs one of the fields 'min', 'max' and 'change'");
            }
            return rows;
        }

        private static void bound(List<String> bounds, String words, @Nullable BigDecimal number, String unit) {
            if (number != null) {
                bounds.add(words + number.toPlainString() + unit);
            }
        }

        void freshness() {
            Assertion.Freshness freshness = fields.field(
                            "freshness",
                            "How old the newest row may be at the end of the run's interval, or now while that lasts.")
                    .mapping(Reader::freshness);
            if (freshness != null) {
                add(freshness, "the newest " + freshness.column() + " to be at most " + freshness.limit() + " old");
            }
        }

        private static Assertion.Freshness freshness(Fields inner) {
            String column = inner.field("column", "When a row happened; without a time zone it is taken as UTC.")
                    .text();
            String text = inner.field("within", "The age, such as `26 hours`, `90 minutes` or `2 days`.")
                    .text();
            Matcher matcher = DURATION.matcher(text.strip().toLowerCase(Locale.ROOT));
            if (!matcher.matches()) {
                if (inner.has("within")) {
                    inner.problem(
                            "within",
                            "'within' takes a time such as '26 hours', '90 minutes' or '2 days', not '" + text + "'");
                }
                return new Assertion.Freshness(column, Duration.ZERO);
            }
            long number = Long.parseLong(matcher.group(1));
            return new Assertion.Freshness(
                    column,
                    switch (matcher.group(2).charAt(0)) {
                        case 'm' -> Duration.ofMinutes(number);
                        case 'h' -> Duration.ofHours(number);
                        default -> Duration.ofDays(number);
                    });
        }

        void accepted() {
            List<Assertion.Accepted> accepted = fields.field(
                            "accepted", "The only values that a column may have; NULL is not looked at.")
                    .oneOrEach(Reader::accepted);
            accepted.forEach(each -> add(
                    each,
                    "every " + each.column() + " to be one of " + each.values().size() + " values"));
        }

        private static Assertion.Accepted accepted(Fields inner) {
            String column = inner.field("column", "The column.").text();
            List<String> values = inner.field("values", "The values.").names();
            if (values.isEmpty()) {
                inner.problem("values", "'accepted' needs the field 'values', a list of at least one value");
            }
            return new Assertion.Accepted(column, values);
        }

        @Nullable
        SqlQuery sql() {
            SqlQuery query = fields.field(
                            "sql", "A query that gives one number, which `equals`, `min`, `max` or `between` bounds.")
                    .optionalQuery();
            BigDecimal equals =
                    fields.field("equals", "What the query's number is.").optionalNumber("none");
            BigDecimal min = fields.field("min", "The least that it is.").optionalNumber("none");
            BigDecimal max = fields.field("max", "The most that it is.").optionalNumber("none");
            List<BigDecimal> between = fields.field("between", "The least and the most that it is, as a list of two.")
                    .numbers();
            boolean bounded = min != null || max != null;
            boolean pair = fields.has("between");
            if (fields.has("sql")) {
                boolean any =
                        List.of("equals", "min", "max", "between").stream().anyMatch(fields::has);
                if (!any) {
                    fields.problem("sql", "'sql' needs what its number should be: 'equals', 'min', 'max' or 'between'");
                }
            } else {
                for (String bound : List.of("equals", "min", "max", "between")) {
                    if (fields.has(bound)) {
                        fields.problem(
                                bound,
                                "'" + bound + "' bounds the number of 'sql', and there is no 'sql'; the"
                                        + " number of rows has its bounds in 'rows'");
                    }
                }
            }
            if (pair && (between.size() != 2 || between.get(0).compareTo(between.get(1)) > 0)) {
                fields.problem("between", "'between' takes two numbers, the smaller one first, such as [1, 10]");
            }
            if ((pair && (bounded || equals != null)) || (equals != null && bounded)) {
                fields.problem(
                        "sql", "'equals', 'between' and the pair of 'min' and 'max' exclude each other; give one");
            }
            if (query == null) {
                return null;
            }
            BigDecimal least = between.size() == 2 ? between.get(0) : min;
            BigDecimal most = between.size() == 2 ? between.get(1) : max;
            List<String> bounds = new ArrayList<>();
            bound(bounds, "", equals, "");
            bound(bounds, "at least ", least, "");
            bound(bounds, "at most ", most, "");
            add(
                    new Assertion.Answer(query.script(), equals, least, most),
                    "of the query (" + query.script().origin() + ") " + String.join(", ", bounds));
            return Objects.requireNonNull(query);
        }
    }
}
