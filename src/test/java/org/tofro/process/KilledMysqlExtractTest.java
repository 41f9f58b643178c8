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

/** A process that is killed in the middle of an extract leaves no session on MySQL that {@code cancel} would not end. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KilledMysqlExtractTest {
    private static @Nullable Workplace made;
    private final Workplace place = Objects.requireNonNull(made);

    @BeforeAll
    static void make() throws Exception {
        made = Workplace.make("killed-mysql", "gated", 600);
        made.run(0, "plan", mysql("first", "table: events"), "--connect").close();
    }

    @AfterAll
    static void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    private static String mysql(String name, String source) throws Exception {
        Objects.requireNonNull(made).write(name, """
                steps:
                - name: extract
                  type: extract-from-rds
                  connection: host_db_2
                  database: master
                  %s
                - name: load
                  type: load-into-staging-table
                  table: staging.%s
                """.formatted(source, name));
        return name + ".yaml";
    }

    /** What sessions on the extract's database do. */
    private static List<String> sessions(Connection watch) throws SQLException {
        try (Statement statement = watch.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT CONCAT_WS(' ', id, command, state, LEFT(info, 200)) FROM information_schema.PROCESSLIST"
                                + " WHERE db = 'master'")) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    /** Waits until a session reads rows, in a state that begins so. */
    private static void await(Connection watch, String state, Program program) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (sessions(watch).stream()
                .noneMatch(each -> each.contains(" /* tofro:") && !each.contains("LIMIT 0") && each.contains(state))) {
            assertThat(System.nanoTime())
                    .as(sessions(watch) + "\n" + program.said())
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
        Thread.sleep(1000);
    }

    private static void kill(Program program) throws Exception {
        program.signal("KILL");
        assertThat(program.exitCode(10)).isEqualTo(128 + 9);
    }

    private static void demandNobodyLeft(String what, Connection watch) throws Exception {
        long start = System.nanoTime();
        while (!sessions(watch).isEmpty()) {
            assertThat(System.nanoTime() - start)
                    .as(what + ": " + sessions(watch))
                    .isLessThan(TimeUnit.SECONDS.toNanos(60));
            Thread.sleep(10);
        }
        System.out.println(
                what + ": ended " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms after the process");
    }

    @Test
    void noSessionStaysWhoseRowsStream() throws Exception {
        try (Connection watch = place.mysql();
                Program program = place.start(
                        "run", mysql("killed_streaming", "sql: SELECT id, learner, SLEEP(0.001) AS s FROM events"))) {
            await(watch, "Query", program);
            kill(program);
            demandNobodyLeft("rows stream", watch);
        }
    }

    /** A process that stands still reads nothing, and the server waits to send. */
    @Test
    void noSessionStaysThatWaitsToSend() throws Exception {
        try (Connection watch = place.mysql();
                Program program = place.start(
                        "run",
                        mysql(
                                "killed_sending",
                                "sql: SELECT a.id, REPEAT('x', 1000) AS learner FROM events a JOIN events b ON b.id < 1000"))) {
            await(watch, "Query", program);
            program.signal("STOP");
            Thread.sleep(3000);
            kill(program);
            demandNobodyLeft("the server waits to send", watch);
        }
    }

    /** MySQL looks at its client only when it sends something: {@code cancel} ends what works on for nobody. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "computing | Query | SELECT COUNT(*) AS n FROM events a JOIN events b ON a.id + b.id > 5 AND a.learner <> b.learner",
                "waiting | User sleep | SELECT id, SLEEP(600) AS s FROM events",
            })
    void whatTheServerDoesForNobodyIsEndedByCancel(String what, String state, String sql) throws Exception {
        try (Connection watch = place.mysql();
                Program program = place.start("run", mysql("killed_" + what, "sql: " + sql))) {
            String run = program.awaitRun();
            await(watch, state, program);
            kill(program);
            try (Program cancel = place.run(0, "cancel", run)) {
                assertThat(cancel.out()).contains("\n1 session of it was ended at 'host_db_2'\n");
            }
            demandNobodyLeft(what, watch);
        }
    }
}
