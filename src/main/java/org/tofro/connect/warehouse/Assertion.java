package org.tofro.connect.warehouse;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepRefusal;
import org.tofro.data.SqlScript;
import org.tofro.data.TableName;

/** Something that must hold of a table. */
public sealed interface Assertion extends Serializable {
    /** What is wrong; nothing where it holds. Every count is made by the database. */
    List<Finding> findings(CheckedTable table) throws SQLException, WarehouseException, StepRefusal;

    /** Whether it also makes sense of the few rows that a trial run has. */
    default boolean holdsOfSome() {
        return true;
    }

    /** No row has NULL in any of these columns. */
    record NotNull(List<String> columns) implements Assertion {
        public NotNull {
            columns = List.copyOf(columns);
        }

        @Override
        public List<Finding> findings(CheckedTable table) throws SQLException, StepRefusal {
            List<String> sums = new ArrayList<>(List.of("count(*)"));
            for (String column : columns) {
                table.demand("not_null", column);
                sums.add("coalesce(sum(CASE WHEN " + TableName.quote(column) + " IS NULL THEN 1 ELSE 0 END), 0)");
            }
            List<Long> counts = table.counts("SELECT " + String.join(", ", sums) + " FROM " + table.sql());
            List<Finding> findings = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                long missing = counts.get(i + 1);
                if (missing > 0) {
                    findings.add(new Finding(
                            "column '" + columns.get(i) + "' is NULL in " + missing + " of " + counts.get(0) + " rows",
                            table.keysWhere(TableName.quote(columns.get(i)) + " IS NULL")));
                }
            }
            return findings;
        }
    }

    /** No two rows have the same values in these columns; rows with NULL in one of them are not compared. */
    record Unique(List<String> columns) implements Assertion {
        public Unique {
            columns = List.copyOf(columns);
        }

        @Override
        public List<Finding> findings(CheckedTable table) throws SQLException, StepRefusal {
            for (String column : columns) {
                table.demand("unique", column);
            }
            String key = TableShape.list(columns);
            String whole = columns.stream()
                    .map(column -> TableName.quote(column) + " IS NOT NULL")
                    .collect(Collectors.joining(" AND "));
            String groups = " FROM " + table.sql() + " WHERE " + whole + " GROUP BY " + table.apart(columns)
                    + " HAVING count(*) > 1";
            List<Long> counts = table.counts("SELECT count(*), coalesce(sum(times), 0) FROM (SELECT count(*) AS times"
                    + groups + ") AS repeated");
            long keys = counts.get(0);
            if (keys == 0) {
                return List.of();
            }
            List<String> header = new ArrayList<>(columns);
            header.add("rows");
            return List.of(new Finding(
                    keys + " key" + (keys == 1 ? "" : "s") + " (" + String.join(", ", columns)
                            + ") with more than one row, " + counts.get(1) + " rows in all",
                    table.rows(header, "SELECT " + key + ", count(*)" + groups + " ORDER BY " + key)));
        }
    }

    /**
     * The number of rows lies within bounds.
     *
     * @param min the least rows, or null
     * @param max the most rows, or null
     * @param change the most percent by which it may differ from the last run that the check let pass, or null
     */
    record Rows(
            @Nullable BigDecimal min,
            @Nullable BigDecimal max,
            @Nullable BigDecimal change) implements Assertion {
        @Override
        public boolean holdsOfSome() {
            return false;
        }

        @Override
        public List<Finding> findings(CheckedTable table) throws SQLException {
            long rows = table.countRows();
            List<Finding> findings = new ArrayList<>();
            if (min != null && BigDecimal.valueOf(rows).compareTo(min) < 0) {
                findings.add(
                        Finding.of("it has " + rows + " rows, and at least " + min.toPlainString() + " are asked for"));
            }
            if (max != null && BigDecimal.valueOf(rows).compareTo(max) > 0) {
                findings.add(
                        Finding.of("it has " + rows + " rows, and at most " + max.toPlainString() + " are asked for"));
            }
            if (change != null) {
                Optional<CheckRecord> earlier = table.earlier();
                if (earlier.isEmpty()) {
                    table.note("rows: change not checked, as no earlier run has counted them");
                } else {
                    change(rows, earlier.get(), change).ifPresent(findings::add);
                }
            }
            return findings;
        }

        private static Optional<Finding> change(long rows, CheckRecord earlier, BigDecimal allowed) {
            long before = earlier.rows();
            BigDecimal difference = BigDecimal.valueOf(Math.abs(rows - before)).multiply(BigDecimal.valueOf(100));
            if (difference.compareTo(allowed.multiply(BigDecimal.valueOf(before))) <= 0) {
                return Optional.empty();
            }
            String percent =
                    before == 0 ? "" : difference.divide(BigDecimal.valueOf(before), 1, RoundingMode.HALF_UP) + " % ";
            return Optional.of(Finding.of("it has " + rows + " rows, " + percent + (rows < before ? "less" : "more")
                    + " than the " + before + " of run " + earlier.run() + "; allowed are " + allowed.toPlainString()
                    + " %"));
        }
    }

    /**
     * The newest row is not old. Its age is measured at the end of the run's interval, so that a backfill finds what its
     * night found, or at the warehouse's clock while that interval still lasts.
     *
     * @param column when a row happened; without a time zone it is taken as UTC
     * @param within how old the newest row may be
     */
    record Freshness(String column, Duration within) implements Assertion {
        @Override
        public boolean holdsOfSome() {
            return false;
        }

        @Override
        public List<Finding> findings(CheckedTable table) throws SQLException, StepRefusal {
            table.demand("freshness", column);
            List<Long> found = table.counts("SELECT cast(extract(epoch from max(" + TableName.quote(column)
                    + ")) as bigint), cast(extract(epoch from getdate()) as bigint), count(" + TableName.quote(column)
                    + ") FROM " + table.sql());
            if (found.get(2) == 0) {
                return List.of(Finding.of("column '" + column + "' has no value, so its newest row has no age"));
            }
            long until = Math.min(table.intervalEnd().getEpochSecond(), found.get(1));
            Duration age = Duration.ofSeconds(until - found.get(0));
            if (age.compareTo(within) <= 0) {
                return List.of();
            }
            String when = until == found.get(1) ? "now" : "at the end of the run's interval";
            return List.of(Finding.of("its newest '" + column + "' is " + shown(age) + " old " + when + ", and at most "
                    + limit() + " are asked for"));
        }

        /** How old the newest row may be, as messages and plans say it. */
        public String limit() {
            return shown(within);
        }

        private static String shown(Duration duration) {
            long minutes = duration.toMinutes();
            String hours = minutes / 60 + " h";
            return minutes % 60 == 0 ? hours : minutes < 60 ? minutes + " min" : hours + " " + minutes % 60 + " min";
        }
    }

    /** Every value of a column is one of these; NULL is not looked at. */
    record Accepted(String column, List<String> values) implements Assertion {
        public Accepted {
            values = List.copyOf(values);
        }

        @Override
        public List<Finding> findings(CheckedTable table) throws SQLException, StepRefusal {
            String type = table.demand("accepted", column);
            boolean text = type.startsWith("character") || type.startsWith("varchar") || type.startsWith("char");
            String name = TableName.quote(column);
            String parameters = values.stream()
                    .map(value -> text ? "?" : "CAST(? AS " + type + ")")
                    .collect(Collectors.joining(", "));
            String other = " FROM " + table.sql() + " WHERE " + name + " NOT IN (" + parameters + ")";
            long rows =
                    table.counts("SELECT count(*)" + other, values.toArray()).get(0);
            if (rows == 0) {
                return List.of();
            }
            return List.of(new Finding(
                    "column '" + column + "' has a value that is not accepted in " + rows + " row"
                            + (rows == 1 ? "" : "s"),
                    table.rows(
                            List.of(column, "rows"),
                            "SELECT " + name + ", count(*)" + other + " GROUP BY " + name + " ORDER BY 2 DESC, 1",
                            values.toArray())));
        }
    }

    /**
     * The one number that a query gives lies within bounds.
     *
     * @param query a query that only reads
     * @param equals what it must be, or null
     * @param min the least it may be, or null
     * @param max the most it may be, or null
     */
    record Answer(
            SqlScript query,
            @Nullable BigDecimal equals,
            @Nullable BigDecimal min,
            @Nullable BigDecimal max) implements Assertion {
        @Override
        public boolean holdsOfSome() {
            return false;
        }

        @Override
        public List<Finding> findings(CheckedTable table) throws SQLException, WarehouseException {
            BigDecimal number = table.ask(query);
            List<Finding> findings = new ArrayList<>();
            if (number == null) {
                findings.add(Finding.of("the query gives no number"));
                return findings;
            }
            String gives = "the query gives " + number.toPlainString() + ", and ";
            if (equals != null && number.compareTo(equals) != 0) {
                findings.add(Finding.of(gives + equals.toPlainString() + " is asked for"));
            }
            if (min != null && number.compareTo(min) < 0) {
                findings.add(Finding.of(gives + "at least " + min.toPlainString() + " is asked for"));
            }
            if (max != null && number.compareTo(max) > 0) {
                findings.add(Finding.of(gives + "at most " + max.toPlainString() + " is asked for"));
            }
            return findings;
        }
    }
}
