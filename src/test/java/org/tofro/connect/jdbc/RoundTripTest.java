package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.Conversions;
import org.tofro.connect.types.SourceType;
import org.tofro.connect.warehouse.TestWarehouse;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;
import org.tofro.data.TableName;
import org.tofro.local.redshift.LocalWarehouse;

/**
 * Random rows of every type, in every type that carries it: from PostgreSQL through an extract, S3 and COPY into the
 * warehouse, and back by Amazon's driver. {@code -Dtofro.seed=N} runs one seed again.
 */
final class RoundTripTest {
    private static final int NULLS = 10;
    private static final String FILLED = "filled_";

    private static SourceDatabase database;
    private final TestWarehouse warehouse = new TestWarehouse();
    private final long seed = Long.getLong("tofro.seed", System.nanoTime());

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        database.execute(MatrixType.OWN_TYPES);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    @Test
    void someHundredRowsArriveAsTheyLeft() throws Exception {
        roundTrip(400);
    }

    @Test
    @Tag("slow")
    void manyRowsArriveAsTheyLeft() throws Exception {
        roundTrip(12_000);
    }

    /** A type on its way into another. */
    private record Way(MatrixType type, RedshiftType target) {
        ColumnChoice choice() {
            return new ColumnChoice(column(), name(), target.ddl());
        }

        /** COPY has no empty varbyte, so those come from a column without. */
        String column() {
            return (target.kind() == Kind.VARBYTE ? FILLED : "") + type.column();
        }

        String name() {
            return type.column() + "_as_" + target.ddl().replaceAll("[^a-z0-9]+", "_");
        }

        /** What the source should say of the value that arrived. */
        String expected() {
            String column = column();
            String text = "CAST(" + column + " AS text)";
            return switch (target.kind()) {
                case DECIMAL -> "CAST(CAST(%s AS %s) AS text)".formatted(text, target.ddl());
                case DOUBLE ->
                    "CAST(CAST(%s AS float8) AS text)".formatted(type.ddl().equals("real") ? column : text);
                case TIMESTAMP -> "CAST(CAST(%s AS timestamp) AS text)".formatted(column);
                // A row of NULLs is no NULL, and a cast to text changes char and inet.
                case VARBYTE ->
                    type.ddl().equals("bytea")
                            ? column
                            : "CASE WHEN pg_column_size(%1$s) IS NOT NULL THEN convert_to(format('%%s', %1$s), 'UTF8') END"
                                    .formatted(column);
                case VARCHAR -> type.ddl().equals("bytea") ? "encode(%s, 'hex')".formatted(column) : column;
                default -> text;
            };
        }

        String arrived() {
            boolean asTheDriverHasIt = target.kind() == Kind.VARBYTE || target.kind() == Kind.VARCHAR;
            return asTheDriverHasIt ? name() : "CAST(" + name() + " AS varchar(100))";
        }
    }

    /** What takes every value, and what is advised. */
    private static List<Way> ways() throws SQLException {
        Map<String, SourceType> types = database.types("types");
        return MatrixType.ALL.stream()
                .flatMap(type -> targets(types.get(type.column())).map(target -> new Way(type, target)))
                .toList();
    }

    private static Stream<RedshiftType> targets(SourceType source) {
        Stream<RedshiftType> exact = Arrays.stream(Kind.values())
                .map(kind -> switch (kind) {
                    case DECIMAL -> RedshiftType.decimal(38, 10);
                    case VARCHAR -> RedshiftType.varchar(RedshiftType.MAX_VARCHAR);
                    case CHAR, VARBYTE -> new RedshiftType(kind, 1, 0);
                    default -> RedshiftType.of(kind);
                })
                .filter(target -> Conversions.of(source, target)
                        .filter(conversion -> conversion.check() == null)
                        .isPresent());
        return Stream.concat(Conversions.carriers(source).stream(), exact).distinct();
    }

    private void roundTrip(int rows) throws Exception {
        fill(rows);
        List<Way> ways = ways();
        ColumnChoice[] choices = Stream.concat(
                        Stream.of(new ColumnChoice("id", null, null)),
                        ways.stream().map(Way::choice))
                .toArray(ColumnChoice[]::new);

        LoadedTable table = LoadedTable.of(warehouse, database.table("types", choices));
        assertThat(table.rows()).isEqualTo(rows);
        compare(ways, table.name(), rows);
    }

    private void fill(int rows) throws Exception {
        String columns = MatrixType.ALL.stream()
                .map(type -> ", %2$s %1$s, %3$s%2$s %1$s".formatted(type.ddl(), type.column(), FILLED))
                .collect(Collectors.joining());
        database.execute("DROP TABLE IF EXISTS types; CREATE TABLE types (id integer" + columns + ")");
        RandomValues random = new RandomValues(seed);
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows; row++) {
            text.append(row);
            for (MatrixType type : MatrixType.ALL) {
                String value =
                        random.below(NULLS) == 0 ? "\\N" : copied(type.random().apply(random));
                text.append('\t').append(value).append('\t').append(value.isEmpty() ? "\\N" : value);
            }
            text.append('\n');
        }
        database.copyIn("COPY types FROM STDIN", text.toString());
    }

    /** A value in the text form of COPY. */
    private static String copied(String value) {
        return value.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }

    private void compare(List<Way> ways, TableName table, int rows) throws SQLException {
        String expected = ways.stream().map(Way::expected).collect(Collectors.joining(", "));
        String arrived = ways.stream().map(Way::arrived).collect(Collectors.joining(", "));
        try (Connection source = database.connect();
                Connection target = LocalWarehouse.shared().connect();
                Statement asked = source.createStatement();
                Statement answered = target.createStatement()) {
            asked.execute("SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = 3");
            try (ResultSet left = asked.executeQuery("SELECT id, " + expected + " FROM types ORDER BY id");
                    ResultSet here =
                            answered.executeQuery("SELECT id, " + arrived + " FROM " + table.sql() + " ORDER BY id")) {
                int compared = 0;
                while (left.next()) {
                    assertThat(here.next()).isTrue();
                    for (int i = 0; i < ways.size(); i++) {
                        compare(ways.get(i), left.getInt(1), left.getString(i + 2), here.getString(i + 2));
                    }
                    compared++;
                }
                assertThat(here.next()).isFalse();
                assertThat(compared).isEqualTo(rows);
            }
        }
    }

    private void compare(Way way, int row, @Nullable String left, @Nullable String arrived) {
        if (left == null ? arrived != null : !left.equals(arrived)) {
            fail(
                    "-Dtofro.seed=%d, row %d, %s as %s: <%s> left, <%s> arrived",
                    seed, row, way.type().ddl(), way.target().ddl(), left, arrived);
        }
    }
}
