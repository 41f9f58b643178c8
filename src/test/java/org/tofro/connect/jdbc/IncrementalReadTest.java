package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.CursorRange;

/** What is new in PostgreSQL since the last run. */
class IncrementalReadTest extends IncrementalContract {
    private static SourceDatabase database;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        database.execute("""
                CREATE TABLE events (id int, at timestamp, at_zone timestamptz, day date, number numeric(20,4), note text);
                INSERT INTO events (id, at) VALUES
                  (1, '2026-10-31 12:00:00'), (2, '2026-11-01 23:59:59.999999'), (3, '2026-11-02 00:00:00'),
                  (4, '2026-11-02 00:00:00'), (5, '2026-11-02 10:00:00'), (6, '2026-11-03 00:00:00'), (7, '2226-11-02');
                UPDATE events SET at_zone = at AT TIME ZONE 'UTC', day = at::date, number = id * 1.5, note = 'n' || id;
                CREATE TABLE some_null (id int, at timestamp);
                INSERT INTO some_null VALUES (1, '2026-11-01'), (2, NULL), (3, NULL);
                CREATE TABLE indexed AS
                SELECT i AS id, timestamp '2026-01-01' + i * interval '1 minute' AS at, repeat('x', 100) AS pad
                FROM generate_series(1, 400000) i;
                CREATE INDEX ON indexed (at);
                ANALYZE indexed
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    static List<Column> columns() {
        return List.of(
                new Column("at", "2026-11-02 00:00:00", "2026-11-03 00:00:00"),
                new Column("at_zone", "2026-11-02 00:00:00+00", "2026-11-03 00:00:00+00"),
                new Column("day", "2026-11-02", "2026-11-03"));
    }

    @Override
    protected Source source() {
        return new Source() {
            @Override
            public void execute(String... statements) throws SQLException {
                database.execute(String.join("; ", statements));
            }

            @Override
            public ExtractRequest table(String table, ColumnChoice... columns) {
                return database.table(table, columns);
            }

            @Override
            public ExtractRequest sql(String sql) {
                return database.sql(sql);
            }

            @Override
            public List<String> strings(String sql) throws SQLException {
                return database.strings(sql);
            }

            @Override
            public String database() {
                return "postgres";
            }
        };
    }

    @Override
    protected String printed(String moment) {
        return moment;
    }

    @Override
    protected String otherwise() {
        return "2 November 2026";
    }

    @Override
    protected String today() {
        return "(now() AT TIME ZONE 'UTC')::date::text";
    }

    @Override
    protected String now() {
        return "(clock_timestamp() AT TIME ZONE 'UTC')::text";
    }

    @Override
    protected String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Test
    void fewNewRowsAreFoundByAnIndexInsteadOfReadingAllPages() throws Exception {
        CursorRange last = new CursorRange(null, "2026-05-01 00:00:00", false, true);
        ExtractRequest few =
                since(database.table("indexed"), cursor("at", last, SECOND, Instant.parse("2026-05-02T00:00:00Z")));
        ExtractRequest all =
                since(database.table("indexed"), cursor("at", null, SECOND, Instant.parse("2300-05-02T00:00:00Z")));

        assertThat(Extract.plan(few).reason())
                .startsWith(
                        "reads new values of 'at' from 2026-05-01 00:00:00 up to but without 2026-05-02 00:00:00; one"
                                + " reader: the query is not split, because the server finds its rows by an index for less");
        assertThat(Extract.plan(all).ranges()).hasSizeGreaterThan(3);
        assertThat(read(few).ids()).hasSize(1440);
    }
}
