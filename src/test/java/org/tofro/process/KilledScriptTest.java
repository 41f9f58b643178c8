package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that is killed in the middle of somebody's script: `resume` leaves the same tables, and no program is left. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KilledScriptTest {
    private static @Nullable Workplace made;
    private final Workplace place = Objects.requireNonNull(made);

    @BeforeAll
    static void make() throws Exception {
        made = Workplace.make("killed-script", "events", 600);
    }

    @AfterAll
    static void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    private Path pipelines() {
        return place.runner("local").resolveSibling("../pipelines").normalize();
    }

    /** The program waits for ever the first time; the next launch ends it before it runs it again. */
    @Test
    void aProgramOfTransform() throws Exception {
        Path processes = pipelines().resolve("processes");
        place.write("passed", """
                steps:
                - {type: extract-from-rds, name: extract, connection: host_db_1, database: master, table: events}
                - type: transform
                  name: pass
                  command: |
                    sleep 600 &
                    echo $$ >> %1$s
                    echo $! >> %1$s
                    test $(wc -l < %1$s) -gt 2 || wait
                    cp $INPUT1_STAGING_DIR/* $OUTPUT1_STAGING_DIR
                - {type: load-into-staging-table, name: load, table: staging.passed}
                - {type: reload-prod-table, name: reload, source: staging.passed, destination: prod.passed, primary_key: id}
                """.formatted(processes));
        String run;
        try (Program program = place.start("run", "passed.yaml")) {
            run = program.awaitRun();
            while (processes(processes).size() < 2) {
                assertThat(program.isAlive()).as(program.said()).isTrue();
                Thread.sleep(50);
            }
            program.signal("KILL");
            assertThat(program.exitCode(10)).isEqualTo(128 + 9);
        }
        assertThat(processes(processes)).as("nobody ends them yet").allMatch(KilledScriptTest::lives);

        place.run(0, "resume", run).close();

        assertThat(processes(processes)).hasSize(4).noneMatch(KilledScriptTest::lives);
        assertThat(place.warehouse().content("prod.passed")).isEqualTo(place.wanted());
        assertThat(place.ledger(run)).containsExactly("load 1", "reload 1");
        place.demandNobodyLeft(run);
    }

    private static List<String> processes(Path file) throws Exception {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static boolean lives(String process) {
        return ProcessHandle.of(Long.parseLong(process))
                .filter(ProcessHandle::isAlive)
                .isPresent();
    }

    @Test
    void aScriptInTheWarehouse() throws Exception {
        String summed = "SELECT count(*) || ' ' || sum(id) || ' ' || sum(score) FROM ";
        Files.writeString(
                pipelines().resolve("learned.sql"), "CREATE TABLE prod.learned (id bigint, score decimal(8,2))");
        place.write("scripted", """
                steps:
                - {type: extract-from-rds, name: extract, connection: host_db_1, database: master, table: events}
                - {type: load-into-staging-table, name: load, table: staging.scripted}
                - type: create-update-sql
                  name: script
                  table_definition: learned.sql
                  command: |
                    DELETE FROM prod.learned;
                    INSERT INTO prod.learned (id, score) SELECT id, score FROM staging.scripted;
                """);
        place.run(0, "run", "scripted.yaml").close();
        List<String> old = place.warehouse().column(summed + "prod.learned");
        assertThat(old).isEqualTo(place.source().column(summed + "events"));
        place.warehouse()
                .execute("CREATE TRIGGER gate AFTER INSERT ON prod.learned FOR EACH STATEMENT EXECUTE FUNCTION"
                        + " public.pass()");
        place.changeSource();
        String run;
        try (Database.Gate gate = place.closeGate("script")) {
            try (Program program = place.start("run", "scripted.yaml")) {
                run = program.awaitRun();
                gate.awaitArrival(program);
                program.signal("KILL");
                assertThat(program.exitCode(10)).isEqualTo(128 + 9);
            }
        }
        place.demandNobodyLeft(run);
        assertThat(place.warehouse().column(summed + "prod.learned")).isEqualTo(old);

        place.run(0, "resume", run).close();

        assertThat(place.warehouse().column(summed + "prod.learned"))
                .isNotEqualTo(old)
                .isEqualTo(place.source().column(summed + "events"));
        assertThat(place.ledger(run)).containsExactly("load 1", "script 1");
        place.demandNobodyLeft(run);
    }
}
