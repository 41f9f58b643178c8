package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that is killed in the middle of an extract leaves no session on the source for longer than a minute. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KilledExtractTest {
    /** Not from the view, which names users and so would wait while nobody can log in. */
    private static final String SESSIONS =
            "SELECT concat_ws(' ', pid, state, wait_event, left(query, 40)) FROM pg_stat_get_activity(NULL)"
                    + " WHERE application_name LIKE 'tofro:%/extract/%'";

    private static @Nullable Workplace made;
    private final Workplace place = Objects.requireNonNull(made);

    @BeforeAll
    static void make() throws Exception {
        made = Workplace.make("killed-extract", "gated", 600);
        made.source().execute("""
                CREATE TABLE wide AS
                SELECT n AS id, repeat('x', 500) AS learner FROM generate_series(1, 60000) AS n;
                """);
    }

    @AfterAll
    static void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    private static List<String> column(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    /** Waits until the extract has one session, which is as the condition says. */
    private static void await(Connection watch, String condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (column(watch, SESSIONS).size() != 1
                || column(watch, SESSIONS + " AND " + condition).isEmpty()) {
            assertThat(System.nanoTime()).as(column(watch, SESSIONS).toString()).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static void killAndDemandNobodyLeft(String what, Program program, Connection watch) throws Exception {
        List<String> sessions = column(watch, SESSIONS);
        program.signal("KILL");
        assertThat(program.exitCode(10)).isEqualTo(128 + 9);
        long start = System.nanoTime();
        while (!column(watch, SESSIONS).isEmpty()) {
            assertThat(System.nanoTime() - start)
                    .as(what + ": " + column(watch, SESSIONS))
                    .isLessThan(TimeUnit.SECONDS.toNanos(60));
            Thread.sleep(10);
        }
        System.out.println(what + ": " + sessions + " ended " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
                + " ms after the process");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rows stream | state = 'active' AND query LIKE 'COPY%' AND xact_start < now() - interval '1 s' |"
                        + " sql: SELECT id, learner, pg_sleep(0.002)::text AS note FROM events",
                "the server computes | state = 'active' AND query LIKE 'COPY%' AND xact_start < now() - interval '1 s' |"
                        + " sql: SELECT count(*) AS id FROM generate_series(1, 100000) a, generate_series(1, 1000000) b",
                "the server waits | wait_event = 'PgSleep' | sql: SELECT pg_sleep(600)::text AS id",
            })
    void noSessionStays(String what, String condition, String source) throws Exception {
        String pipeline = place.pipeline("killed", source);
        try (Connection watch = place.source().connect();
                Program program = place.start("run", pipeline)) {
            await(watch, condition);
            killAndDemandNobodyLeft(what, program, watch);
        }
        place.demandNobodyLeft(what);
    }

    /** A process that stands still reads nothing, and the server waits to send. */
    @Test
    void noSessionStaysThatWaitsToSend() throws Exception {
        String pipeline = place.pipeline(
                "killed", "sql: SELECT n AS id, repeat('x', 1000) AS learner FROM generate_series(1, 100000000) AS n");
        try (Connection watch = place.source().connect();
                Program program = place.start("run", pipeline)) {
            await(watch, "state = 'active' AND query LIKE 'COPY%'");
            program.signal("STOP");
            await(watch, "wait_event = 'ClientWrite'");
            killAndDemandNobodyLeft("the server waits to send", program, watch);
        }
        place.demandNobodyLeft("the server waits to send");
    }

    /** The session that holds the snapshot has read everything, while the other readers cannot log in. */
    @Test
    void noSessionStaysThatWasIdleInItsTransaction() throws Exception {
        String pipeline = place.pipeline("killed", "table: wide\n  splits: 3");
        try (Connection watch = place.source().connect();
                Connection table = place.source().connect();
                Connection logins = place.source().connect();
                Statement holdTable = table.createStatement();
                Statement holdLogins = logins.createStatement()) {
            table.setAutoCommit(false);
            logins.setAutoCommit(false);
            holdTable.execute("LOCK TABLE wide IN ACCESS EXCLUSIVE MODE");
            try (Program program = place.start("run", pipeline)) {
                await(watch, "wait_event_type = 'Lock'");
                holdLogins.execute("LOCK TABLE pg_catalog.pg_authid IN ACCESS EXCLUSIVE MODE");
                table.rollback();
                await(watch, "state = 'idle in transaction' AND state_change < clock_timestamp() - interval '1 s'");
                killAndDemandNobodyLeft("idle in transaction", program, watch);
            }
            logins.rollback();
        }
        place.demandNobodyLeft("idle in transaction");
    }
}
