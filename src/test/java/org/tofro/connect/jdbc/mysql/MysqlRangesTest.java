package org.tofro.connect.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.jdbc.Extract;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.ReadPlan;
import org.tofro.connect.jdbc.ReadSource;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.SqlScript;
import org.tofro.data.TableName;
import org.tofro.local.LocalMysql;

/** Ranges of any key hold every row once. */
class MysqlRangesTest {
    private static final int ROWS = 60_000;
    private static MysqlSource source;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        source = MysqlSource.of(LocalMysql.shared());
        source.execute("""
                CREATE TABLE keyed (
                    id int unsigned PRIMARY KEY, big bigint unsigned, amount decimal(30,6), day date, at datetime(6),
                    moment timestamp(6) NULL, bytes binary(16), code varchar(60), latin varchar(40) CHARACTER SET latin1,
                    first int, second varchar(20), sparse int, pad varchar(400),
                    KEY (big), KEY (amount), KEY (day), KEY (at), KEY (moment), KEY (bytes), KEY (code), KEY (latin),
                    KEY (first, second), KEY (sparse))""", """
                INSERT INTO keyed SELECT 3 * seq, 18446744073709551615 - seq * 1000, seq * 1.000001 - 30000,
                    IF(seq %% 17 = 0, NULL, DATE '2000-01-01' + INTERVAL seq %% 3000 DAY),
                    TIMESTAMP '1990-01-01 00:00:00' + INTERVAL seq * 100003 MICROSECOND,
                    TIMESTAMP '2001-01-01 00:00:00' + INTERVAL seq SECOND, UNHEX(MD5(seq)),
                    IF(seq %% 2, CONCAT('Key ', MD5(seq)), CONCAT('key ', SHA1(seq))), CONCAT('\u00e9', MD5(seq)),
                    IF(seq %% 11 = 0, NULL, seq %% 7), IF(seq %% 13 = 0, NULL, LEFT(MD5(seq), 20)), IF(seq < 30000, seq, seq * 30000),
                    REPEAT('x', 300) FROM seq_1_to_%d""".formatted(ROWS).replace("%%", "%"), "ANALYZE TABLE keyed");
    }

    private static ExtractRequest by(String... key) {
        return source.request(
                new ReadSource.OfTable(TableName.parse("keyed").orElseThrow()),
                List.of(key),
                4,
                List.of(new ColumnChoice("id", null, null)));
    }

    private void readsEachRowOnce(ExtractRequest request) throws Exception {
        List<String> rows = MysqlSource.rows(folder, request);
        assertThat(rows).hasSize(ROWS);
        assertThat(new HashSet<>(rows)).hasSize(ROWS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "big",
                "amount",
                "day",
                "at",
                "moment",
                "bytes",
                "code",
                "latin",
                "first,second",
                "first",
                "sparse"
            })
    void anyKey(String key) throws Exception {
        ReadPlan plan = Extract.plan(by(key.split(",")));
        // Of strings two guesses may be one key for the collation, so there may be a range less; cutting may add some.
        int least = key.equals("code") || key.equals("latin") ? 3 : 4;
        assertThat(plan.ranges()).as(plan.reason()).hasSizeGreaterThanOrEqualTo(least);
        assertThat(plan.readers()).isBetween(least, 4);
        readsEachRowOnce(by(key.split(",")));
    }

    @Test
    void thePrimaryKeyAndItsSizes() throws Exception {
        ReadPlan plan = Extract.plan(by());
        assertThat(plan.reason()).matches("\\d+ ranges of 'id' at one moment: the table has \\d+ MiB");
        assertThat(plan.ranges().get(0))
                .hasToString("keys 1 of " + plan.ranges().size() + " by 'id'");
        readsEachRowOnce(by());
    }

    @Test
    void aQueryOfOneTable() throws Exception {
        ExtractRequest query = source.request(
                new ReadSource.OfSql(new SqlScript(
                        "SELECT k.id, upper(code) AS c FROM `keyed` AS k WHERE pad <> '' OR id = 3", "p")),
                List.of(),
                4,
                List.of());
        assertThat(Extract.plan(query).readers()).isEqualTo(4);
        readsEachRowOnce(query);
    }

    @Test
    void aQueryThatAnIndexAnswers() {
        ExtractRequest query = source.request(
                new ReadSource.OfSql(new SqlScript("SELECT id FROM keyed WHERE day = '2001-01-01'", "p")),
                List.of(),
                4,
                List.of());
        assertThat(Extract.plan(query).reason())
                .isEqualTo("one reader: the server finds the query's rows by an index for less");
    }

    @Test
    void noIndexNoRanges() {
        assertThat(Extract.plan(by("pad")).reason())
                .isEqualTo("one reader: no index has the rows in the order of 'pad'");
        assertThat(Extract.plan(by("second")).reason())
                .isEqualTo("one reader: no index has the rows in the order of 'second'");
    }
}
