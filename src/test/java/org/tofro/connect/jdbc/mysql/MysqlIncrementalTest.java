package org.tofro.connect.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.connect.jdbc.Cursor;
import org.tofro.connect.jdbc.Cursor.Nulls;
import org.tofro.connect.jdbc.Extract;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.IncrementalContract;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.CursorRange;
import org.tofro.local.LocalMysql;

/** What is new in MySQL since the last run. */
@Timeout(120)
class MysqlIncrementalTest extends IncrementalContract {
    private static final String MIDNIGHT = " 00:00:00.000000";

    private static MysqlSource source;

    @BeforeAll
    static void start() throws Exception {
        source = MysqlSource.of(LocalMysql.shared());
        source.execute(
                "CREATE TABLE events (id int, at datetime(6), coarse datetime, moment timestamp(6) NULL, day date,"
                        + " number decimal(20,4), big bigint unsigned, note text)",
                """
                INSERT INTO events (id, at) VALUES
                (1, '2026-10-31 12:00:00'), (2, '2026-11-01 23:59:59.999999'), (3, '2026-11-02 00:00:00'),
                (4, '2026-11-02 00:00:00'), (5, '2026-11-02 10:00:00'), (6, '2026-11-03 00:00:00'), (7, '2036-11-02')""",
                "SET sql_mode = CONCAT(@@sql_mode, ',TIME_ROUND_FRACTIONAL')",
                "UPDATE events SET coarse = IF(id = 2, '2026-11-01 23:59:59', at), moment = at, day = at, number = id * 1.5,"
                        + " big = 18446744073709551608 + id, note = 'n'",
                "CREATE TABLE some_null (id int, at datetime)",
                "INSERT INTO some_null VALUES (1, '2026-11-01'), (2, NULL), (3, NULL)",
                "CREATE TABLE indexed (id int PRIMARY KEY, at datetime, pad varchar(200), KEY (at))",
                "INSERT INTO indexed SELECT seq, TIMESTAMP '2026-01-01 00:00:00' + INTERVAL seq MINUTE, REPEAT('x', 150)"
                        + " FROM seq_1_to_200000",
                "ANALYZE TABLE indexed");
    }

    static List<Column> columns() {
        String second = "2026-11-02" + MIDNIGHT;
        String third = "2026-11-03" + MIDNIGHT;
        return List.of(
                new Column("at", second, third),
                new Column("coarse", second, third),
                new Column("moment", second, third),
                new Column("day", "2026-11-02", "2026-11-03"));
    }

    @Override
    protected Source source() {
        return new Source() {
            @Override
            public void execute(String... statements) throws SQLException {
                source.execute(statements);
            }

            @Override
            public ExtractRequest table(String table, ColumnChoice... columns) {
                return source.table(table, columns);
            }

            @Override
            public ExtractRequest sql(String sql) {
                return source.sql(sql);
            }

            @Override
            public List<String> strings(String sql) throws SQLException {
                return source.mysql().rows(source.database(), sql);
            }

            @Override
            public String database() {
                return source.database();
            }
        };
    }

    @Override
    protected String printed(String moment) {
        return moment + ".000000";
    }

    @Override
    protected String otherwise() {
        return "2026-11-02T00:00Z";
    }

    @Override
    protected String today() {
        return "UTC_DATE()";
    }

    @Override
    protected String now() {
        return "UTC_TIMESTAMP(6)";
    }

    @Override
    protected String quoted(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    @Test
    void whatIsNoValueOfTheCursorIsSaid() {
        assertThatThrownBy(() ->
                        read("events", new Cursor("at", "soon", null, Nulls.FAIL, true, null, SECOND, FOURTH, false)))
                .hasMessage(where() + "the cursor's value 'soon' is not a date or a time such as 2024-02-29 12:00:00");
        CursorRange last = new CursorRange(null, "2026-11-03" + MIDNIGHT, false, true);
        assertThatThrownBy(() -> read(
                        "events", new Cursor("at", null, "1 fortnight", Nulls.FAIL, true, last, THIRD, FOURTH, false)))
                .hasMessage(where() + "the cursor's lag '1 fortnight' is not a span such as 15 minutes");
    }

    @ParameterizedTest
    @CsvSource({"big, 18446744073709551610, 18446744073709551615", "number, 3.0000, 10.5000"})
    void greatNumbersAndDecimals(String column, String read, String greatest) throws Exception {
        Read one = read("events", cursor(column, new CursorRange(null, read, true, true), SECOND, THIRD));

        assertThat(one.ids()).containsExactly("2", "3", "4", "5", "6", "7");
        assertThat(one.range()).isEqualTo(new CursorRange(read, greatest, true, true));
    }

    @Test
    void fewNewRowsAreFoundByAnIndex() throws Exception {
        CursorRange last = new CursorRange(null, "2026-05-01" + MIDNIGHT, false, true);
        ExtractRequest few =
                since(source.table("indexed"), cursor("at", last, SECOND, Instant.parse("2026-05-02T00:00:00Z")));
        ExtractRequest all =
                since(source.table("indexed"), cursor("at", null, SECOND, Instant.parse("2026-08-02T00:00:00Z")));

        assertThat(Extract.plan(few).reason())
                .startsWith("reads new values of 'at' from 2026-05-01 00:00:00.000000 up to but without 2026-05-02"
                        + " 00:00:00.000000; one reader: ");
        // As many as there are readers, more where counting them took long, and one of rows without a value.
        assertThat(Extract.plan(all).readers()).isEqualTo(2);
        assertThat(Extract.plan(all).ranges())
                .hasSizeGreaterThanOrEqualTo(3)
                .last()
                .hasToString("rows without 'at'");
        assertThat(read(few).ids()).hasSize(1440);
    }

    /** What makes a server a replica, and what takes it back. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_USER = 'nobody' | RESET SLAVE ALL",
                "CHANGE MASTER 'other' TO MASTER_HOST = '127.0.0.1', MASTER_USER = 'nobody' | RESET SLAVE 'other' ALL",
                "SET GLOBAL read_only = 1 | SET GLOBAL read_only = 0"
            })
    void aReplicaNeedsALag(String makes, String unmakes) throws Exception {
        source.execute(makes);
        try {
            assertThatThrownBy(() -> read("events", cursor("at", null, SECOND, THIRD)))
                    .hasMessage(where() + "the server is a replica that does not tell how far it has come, so rows that"
                            + " reach it later would be lost; give `incremental` a `lag` that is longer than it ever falls"
                            + " behind, or read the primary");
            assertThat(read("events", new Cursor("at", null, "1 hour", Nulls.FAIL, true, null, SECOND, THIRD, false))
                            .ids())
                    .containsExactly("1", "2", "3", "4", "5");
            assertThat(read("events", cursor("number", null, SECOND, THIRD)).ids())
                    .hasSize(7);
        } finally {
            source.execute(unmakes);
        }
    }

    @Test
    void aUserWhoMayNotAskWhetherItIsAReplicaReadsAPrimary() throws Exception {
        source.execute(
                "CREATE OR REPLACE USER reader IDENTIFIED BY 'hush'",
                "GRANT SELECT ON " + quoted(source.database()) + ".* TO reader");
        ExtractRequest request = MysqlSource.request(
                source.mysql().connection("reader", "hush", 4),
                source.database(),
                source.table("events").source(),
                List.of(),
                2,
                List.of());
        assertThat(read(since(request, cursor("at", null, SECOND, THIRD))).ids())
                .containsExactly("1", "2", "3", "4", "5");
    }
}
