package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepAction;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;

/** Runs of every mode, one after the other, leave what a model of them in plain Java leaves, whatever the values hold. */
final class PublishModelTest {
    private static final List<String> PIECES = List.of(
            "'",
            "\"",
            "\\",
            ";",
            "--",
            "/*",
            "*/",
            "$$",
            "$1",
            "?",
            "{d '1'}",
            "%",
            " ",
            "\n",
            "\u00e9",
            "\u6f22",
            "\ud83d\ude80",
            "a",
            "A",
            ":b",
            "NULL",
            "\\N");

    private static final LocalDateTime DAY = LocalDateTime.parse("2026-11-23T00:00:00");

    private final TestWarehouse warehouse = new TestWarehouse();

    /** A row; its key is a text and a number. */
    private record Row(
            String key,
            int number,
            @Nullable String value,
            @Nullable LocalDateTime seen) {
        String identity() {
            return key + "\u0000" + number;
        }

        boolean inside() {
            return seen != null && !seen.isBefore(DAY) && seen.isBefore(DAY.plusDays(1));
        }
    }

    private record Night(PublishMode mode, List<Row> staged) {}

    @Provide
    Arbitrary<List<Night>> nights() {
        Arbitrary<String> texts = Arbitraries.of(PIECES).list().ofMaxSize(4).map(parts -> String.join("", parts));
        // Few keys, so that they meet; hostile ones, so that they are compared as they are.
        Arbitrary<String> keys = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Arbitraries.of("'; DROP", "\\", "\ud83d\ude80", "$1")),
                net.jqwik.api.Tuple.of(1, texts));
        Arbitrary<Row> rows = Combinators.combine(
                        keys,
                        Arbitraries.integers().between(1, 2),
                        texts.injectNull(0.2),
                        Arbitraries.integers().between(-30, 30).injectNull(0.1))
                .as((key, number, value, hours) ->
                        new Row(key, number, value, hours == null ? null : DAY.plusHours(hours)));
        return Combinators.combine(
                        Arbitraries.of(PublishMode.values()), rows.list().ofMaxSize(8))
                .as(Night::new)
                .list()
                .ofMinSize(2)
                .ofMaxSize(4);
    }

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void productionIsWhatTheModelSays(@ForAll("nights") List<Night> nights) throws Exception {
        String pipeline = TestWarehouse.fresh("model");
        TableName staging = TableName.of("public", TestWarehouse.fresh("staging"));
        TableName prod = TableName.of("public", TestWarehouse.fresh("prod"));
        String columns = " (k varchar(60), n integer, v varchar(60), seen timestamp)";
        warehouse.sql("CREATE TABLE " + staging.sql() + columns, "CREATE TABLE " + prod.sql() + columns);
        List<Row> model = new ArrayList<>();
        int night = 0;
        for (Night each : nights) {
            RunContext run = warehouse.launch(pipeline, "run-" + ++night);
            List<Row> staged = fitting(each, model);
            fill(staging, staged);

            TestWarehouse.perform(action(each.mode(), run, staging, prod));

            publish(each.mode(), model, staged);
            assertThat(content(prod)).as(each.mode() + " of night " + night).isEqualTo(sorted(model));
        }
        assertThat(warehouse.ledger(prod)).hasSize(nights.size());
    }

    /** What the mode takes: one row of a key for a reload and an interval, and rows of the interval for the latter. */
    private static List<Row> fitting(Night night, List<Row> model) {
        Map<String, Row> once = new LinkedHashMap<>();
        for (Row row : night.staged()) {
            boolean elsewhere =
                    model.stream().anyMatch(other -> other.identity().equals(row.identity()) && !other.inside());
            if (night.mode() != PublishMode.REPLACE_INTERVAL || (row.inside() && !elsewhere)) {
                once.putIfAbsent(row.identity(), row);
            }
        }
        boolean several = night.mode() == PublishMode.UPSERT || night.mode() == PublishMode.APPEND;
        return several ? night.staged() : List.copyOf(once.values());
    }

    private StepAction action(PublishMode mode, RunContext run, TableName staging, TableName prod) {
        Publication publication = warehouse.publication(run, "publish", staging, prod, List.of("k", "n"));
        List<RowOrder> order = List.of(new RowOrder("seen", true), new RowOrder("v", false));
        Guards open = new Guards(true, 100, false);
        return switch (mode) {
            case RELOAD -> new ReloadTable(publication, open);
            case APPEND -> new AppendRows(publication, order, true);
            case UPSERT -> new UpsertRows(publication, order);
            case REPLACE_INTERVAL -> new ReplaceIntervalRows(publication, "seen", open);
        };
    }

    private static void publish(PublishMode mode, List<Row> model, List<Row> staged) {
        switch (mode) {
            case RELOAD -> {
                model.clear();
                model.addAll(staged);
            }
            case REPLACE_INTERVAL -> {
                model.removeIf(Row::inside);
                model.addAll(staged);
            }
            case UPSERT -> {
                Map<String, Row> first = firstOfEach(staged);
                model.removeIf(row -> first.containsKey(row.identity()));
                model.addAll(first.values());
            }
            case APPEND -> {
                Map<String, Row> first = firstOfEach(staged);
                model.forEach(row -> first.remove(row.identity()));
                model.addAll(first.values());
            }
        }
    }

    /** The row of each key that was seen last, and of several such that of the smallest value; none is last in both. */
    private static Map<String, Row> firstOfEach(List<Row> rows) {
        Comparator<Row> order = Comparator.comparing(
                        Row::seen, Comparator.nullsLast(Comparator.<LocalDateTime>reverseOrder()))
                .thenComparing(Row::value, Comparator.nullsLast(PublishModelTest::bytewise));
        Map<String, Row> first = new TreeMap<>();
        rows.forEach(row ->
                first.merge(row.identity(), row, (one, other) -> order.compare(one, other) <= 0 ? one : other));
        return first;
    }

    /** As the server's collation, which is C, has them. */
    private static int bytewise(String one, String other) {
        return java.util.Arrays.compareUnsigned(
                one.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                other.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private void fill(TableName table, List<Row> rows) throws SQLException {
        warehouse.sql("DELETE FROM " + table.sql());
        try (Connection connection = warehouse.connect();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO " + table.sql() + " VALUES (?, ?, ?, ?)")) {
            for (Row row : rows) {
                insert.setString(1, row.key());
                insert.setInt(2, row.number());
                insert.setString(3, row.value());
                LocalDateTime seen = row.seen();
                insert.setTimestamp(4, seen == null ? null : Timestamp.valueOf(seen));
                insert.executeUpdate();
            }
        }
    }

    private List<String> content(TableName table) throws SQLException {
        List<String> rows = new ArrayList<>(
                warehouse.rows("SELECT k, n, v, to_char(seen, 'YYYY-MM-DD HH24:MI') FROM " + table.sql()));
        rows.sort(null);
        return rows;
    }

    private static List<String> sorted(List<Row> rows) {
        return rows.stream()
                .map(row -> row.key() + "|" + row.number() + "|" + (row.value() == null ? "~" : row.value()) + "|"
                        + (row.seen() == null ? "~" : row.seen().toString().replace('T', ' ')))
                .sorted()
                .toList();
    }
}
