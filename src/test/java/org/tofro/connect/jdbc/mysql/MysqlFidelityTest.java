package org.tofro.connect.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.jdbc.LoadedTable;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.warehouse.TestWarehouse;
import org.tofro.local.LocalMysql;

/** Random values of every type are what they were: in the staged files, and in the warehouse that has loaded them. */
class MysqlFidelityTest {
    private static final String[] TEXTS = {
        "",
        " ",
        "a",
        "\\N",
        "\\",
        "\"",
        "a,\"b\"\n",
        "NULL",
        "\u00e9",
        "e\u0301",
        "\u4e2d\u6587",
        "\ud83d\ude00",
        "\t",
        "\r\n",
        "'",
        "\u0001",
        "\u2028",
        "tofro_null_",
        "x".repeat(30)
    };
    /** Column, its type, and how the server itself says its value as text. */
    private static final String[][] COLUMNS = {
        {"t", "tinyint", "CAST(t AS CHAR)"},
        {"tu", "tinyint unsigned", "CAST(tu AS CHAR)"},
        {"s", "smallint", "CAST(s AS CHAR)"},
        {"m", "mediumint unsigned", "CAST(m AS CHAR)"},
        {"i", "int", "CAST(i AS CHAR)"},
        {"b", "bigint", "CAST(b AS CHAR)"},
        {"bu", "bigint unsigned", "CAST(bu AS CHAR)"},
        {"d", "decimal(30,10)", "CAST(d AS CHAR)"},
        {"dd", "double", "CAST(dd AS CHAR)"},
        {"f", "float", "CAST(f * 1e0 AS CHAR)"},
        {"b1", "bit(1)", "CAST(b1 + 0 AS CHAR)"},
        {"b9", "bit(33)", "CAST(b9 + 0 AS CHAR)"},
        {"da", "date", "CAST(da AS CHAR)"},
        {"dt", "datetime(6)", "CAST(dt AS CHAR)"},
        {"ts", "timestamp(6) NULL", "CONCAT(ts, '+00')"},
        {"ti", "time(6)", "CAST(ti AS CHAR)"},
        {"y", "year", "CAST(y AS CHAR)"},
        {"v", "varchar(40)", "v"},
        {"l", "varchar(40) CHARACTER SET latin1", "CONVERT(l USING utf8mb4)"},
        {"u", "varchar(40) CHARACTER SET utf16", "CONVERT(u USING utf8mb4)"},
        {"x", "longtext", "x"},
        {"e", "enum('a','b,\"c','')", "e"},
        {"bi", "varbinary(20)", "LOWER(HEX(bi))"},
        {"bl", "longblob", "LOWER(HEX(bl))"},
        {"j", "json", "j"}
    };

    @TempDir
    static Path folder;

    private static MysqlSource source;

    @BeforeAll
    static void start() throws Exception {
        source = MysqlSource.of(LocalMysql.shared());
    }

    @Test
    void someRows() throws Exception {
        arrive("some", 300);
    }

    @Test
    @Tag("slow")
    void tenThousandRows() throws Exception {
        arrive("many", 10_000);
    }

    private static void arrive(String table, int rows) throws Exception {
        List<String> columns = new ArrayList<>();
        List<String> said = new ArrayList<>();
        List<ColumnChoice> choices = new ArrayList<>();
        choices.add(new ColumnChoice("id", null, null));
        for (String[] column : COLUMNS) {
            columns.add(column[0] + " " + column[1]);
            said.add("IFNULL(" + column[2] + ", '~')");
            choices.add(new ColumnChoice(
                    column[0], null, column[0].equals("bi") || column[0].equals("bl") ? "varchar(200)" : null));
        }
        source.execute("CREATE TABLE " + table + " (id int PRIMARY KEY, " + String.join(", ", columns) + ")");
        Random random = new Random(rows);
        for (int from = 0; from < rows; from += 200) {
            List<String> values = new ArrayList<>();
            for (int id = from; id < Math.min(rows, from + 200); id++) {
                values.add("(" + id + ", " + row(random) + ")");
            }
            source.execute("INSERT INTO " + table + " VALUES " + String.join(", ", values));
        }
        ColumnChoice[] chosen = choices.toArray(ColumnChoice[]::new);
        List<String> expected = source.mysql()
                .rows(source.database(), "SELECT CONCAT_WS('\\t', id, " + String.join(", ", said) + ") FROM " + table);

        assertThat(MysqlSource.rows(folder, source.table(table, chosen))).containsExactlyInAnyOrderElementsOf(expected);

        LoadedTable loaded = LoadedTable.of(new TestWarehouse(), source.table(table, chosen));
        assertThat(loaded.rows()).isEqualTo(rows);
        assertThat(loaded.rows("id, t, tu, s, m, i, b, bu, d, y, v, l, u, x, e, bi, bl, j"))
                .containsExactlyInAnyOrderElementsOf(source.mysql()
                        .rows(
                                source.database(),
                                "SELECT id, t, tu, s, m, i, b, bu, d, y + 0, v, CONVERT(l USING utf8mb4),"
                                        + " CONVERT(u USING utf8mb4), x, e, LOWER(HEX(bi)), LOWER(HEX(bl)), j FROM "
                                        + table));
    }

    private static String row(Random random) {
        List<String> values = new ArrayList<>();
        for (String[] column : COLUMNS) {
            values.add(random.nextInt(8) == 0 ? "NULL" : value(column[0], random));
        }
        return String.join(", ", values);
    }

    private static String value(String column, Random random) {
        long any = random.nextLong() >> random.nextInt(60);
        return switch (column) {
            case "t" -> String.valueOf((byte) any);
            case "tu" -> String.valueOf(any & 0xff);
            case "s" -> String.valueOf((short) any);
            case "m" -> String.valueOf(any & 0xffffff);
            case "i" -> String.valueOf((int) any);
            case "b" -> String.valueOf(any);
            case "bu" -> Long.toUnsignedString(any);
            case "d" -> any + "." + (random.nextInt(1_000_000_000));
            case "dd" -> finite(Double.longBitsToDouble(random.nextLong()));
            case "f" -> finite(Float.intBitsToFloat(random.nextInt()));
            case "b1" -> "b'" + (any & 1) + "'";
            case "b9" -> String.valueOf(any & 0x1_ffff_ffffL);
            case "da" -> "'" + java.time.LocalDate.of(1, 1, 1).plusDays(random.nextInt(3_652_059)) + "'";
            case "dt" ->
                "'%04d-%02d-28 %02d:59:%02d.%06d'"
                        .formatted(
                                1 + random.nextInt(9999),
                                1 + random.nextInt(12),
                                random.nextInt(24),
                                random.nextInt(60),
                                random.nextInt(1_000_000));
            case "ts" ->
                "FROM_UNIXTIME(%d.%06d)"
                        .formatted(1 + random.nextInt(Integer.MAX_VALUE - 1), random.nextInt(1_000_000));
            case "ti" ->
                "'%02d:%02d:%02d.%06d'"
                        .formatted(
                                random.nextInt(24), random.nextInt(60), random.nextInt(60), random.nextInt(1_000_000));
            case "y" -> String.valueOf(1901 + random.nextInt(255));
            case "l" ->
                Identifiers.string(new String[] {"", "\u00e9", "\u20ac", "a\"b", "\u0081", "\\"}[random.nextInt(6)]);
            case "v", "u", "x" -> Identifiers.string(TEXTS[random.nextInt(TEXTS.length)]);
            case "e" -> new String[] {"'a'", "'b,\"c'", "''"}[random.nextInt(3)];
            case "bi", "bl" -> "x'" + "%016x".formatted(any).substring(0, 2 * random.nextInt(9)) + "'";
            default -> Identifiers.string(new String[] {"null", "{\"a\": 1.50}", "[\"\\\"\"]"}[random.nextInt(3)]);
        };
    }

    private static String finite(double number) {
        return Double.isFinite(number) ? String.valueOf(number) : "-0.1e0";
    }
}
