package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that is killed while it loads into RDS leaves all rows or none, and `resume` loads them once. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KilledLoadTest {
    private static @Nullable Workplace made;
    private final Workplace place = Objects.requireNonNull(made);

    @BeforeAll
    static void make() throws Exception {
        made = Workplace.make("killed-load", "events", 600);
    }

    @AfterAll
    static void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    /** The gate stands behind the rows' last statement, or in the midst of the server's own commit. */
    @ParameterizedTest
    @CsvSource({
        "append, AFTER INSERT, FOR EACH STATEMENT, COPY%, 0",
        "replace, AFTER INSERT, FOR EACH STATEMENT, COPY%, 0",
        "append, AFTER INSERT, DEFERRED, COMMIT%, 100000",
    })
    void rowsAreLoadedOnce(String mode, String when, String each, String waiting, long afterTheKill) throws Exception {
        boolean atCommit = each.equals("DEFERRED");
        place.source().execute("DROP TABLE IF EXISTS copied; CREATE TABLE copied (LIKE events INCLUDING ALL)");
        place.source().execute("""
                CREATE OR REPLACE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pass(50000); RETURN NULL; END'""");
        place.source()
                .execute(
                        atCommit
                                ? "CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON copied DEFERRABLE INITIALLY DEFERRED"
                                        + " FOR EACH ROW WHEN (NEW.id = 100000) EXECUTE FUNCTION gate()"
                                : "CREATE TRIGGER gate " + when + " ON copied " + each + " EXECUTE FUNCTION gate()");
        place.write("load", """
                steps:
                - {type: extract-from-rds, name: extract, connection: host_db_1, database: master, table: events}
                - {type: load-into-rds, name: load, connection: host_db_1, database: master, table: copied, mode: %s}
                """.formatted(mode));
        String run;
        try (Database.Gate gate = place.source().closeGate(7, waiting)) {
            try (Program program = place.start("run", "load.yaml")) {
                run = program.awaitRun();
                gate.awaitArrival(program);
                program.signal("KILL");
                assertThat(program.exitCode(10)).isEqualTo(128 + 9);
            }
        }
        place.demandNobodyLeft(mode);
        assertThat(place.source().column("SELECT count(*) FROM copied")).containsExactly(Long.toString(afterTheKill));

        place.run(0, "resume", run).close();
        assertThat(place.source().content("copied")).isEqualTo(place.wanted());
        assertThat(place.source()
                        .column("SELECT step || ' ' || rows_out FROM tofro_rds.load WHERE run = '" + run + "'"))
                .containsExactly("load 100000");
    }
}
