package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SIGTERM ends a launch within ten seconds whatever it is about, tells once, and leaves the run to be resumed. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class InterruptedLaunchTest {
    private static @Nullable Workplace made;
    private final Workplace place = Objects.requireNonNull(made);

    @BeforeAll
    static void make() throws Exception {
        made = Workplace.make("interrupted-launch", "events", 600);
    }

    @AfterAll
    static void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    private Program terminated(String pipeline, Pattern moment) throws Exception {
        Program program = place.start("run", pipeline);
        program.await(moment, 60);
        Thread.sleep(300);
        program.signal("TERM");
        assertThat(program.exitCode(10)).as(program.said()).isEqualTo(143);
        assertThat(program.said()).doesNotContain("\tat ").doesNotContain("unexpected");
        return program;
    }

    @Test
    void whileItWaitsForAnotherPipeline() throws Exception {
        String pipeline = place.pipeline("waiting", "table: events", "needs: events_of_others");
        try (Program program = terminated(pipeline, Pattern.compile("^waiting for pipeline", Pattern.MULTILINE))) {
            assertThat(program.out()).contains("\nThe run was ended: it was interrupted.\n");
            place.run(0, "resume", program.awaitRun(), "--needs", "ignore").close();
        }
    }

    @Test
    void whileItWaitsToTryAgain() throws Exception {
        String pipeline =
                place.pipeline("retrying", "table: sooner_or_later", "max_retries: 3\nretry_delay: 5 minutes");
        try (Program program = terminated(pipeline, Pattern.compile("; try 2 of 4 in 5 minutes$", Pattern.MULTILINE))) {
            assertThat(program.out()).contains("\nThe run was ended: it was interrupted.\n");
            place.source().execute("CREATE TABLE sooner_or_later AS SELECT * FROM events");
            place.run(0, "resume", program.awaitRun()).close();
        }
    }

    @Test
    void whileItTearsDown() throws Exception {
        String pipeline = place.pipeline("tearing", "table: events", """
                teardown: {type: reload-prod-table, name: clear, source: staging.events, destination: staging.cleared}
                """);
        place.run(0, "run", pipeline).close();
        place.warehouse().execute("""
                CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql
                AS 'BEGIN PERFORM pg_sleep(120); RETURN NULL; END'""");
        place.warehouse()
                .execute("CREATE TRIGGER gate AFTER INSERT ON staging.cleared FOR EACH STATEMENT"
                        + " EXECUTE FUNCTION public.wait()");
        try (Program program = terminated(pipeline, Pattern.compile("^clear: started$", Pattern.MULTILINE))) {
            assertThat(program.out())
                    .containsPattern("(?m)^reload +succeeded ")
                    .containsPattern("(?m)^clear +(failed|skipped)")
                    .contains("\nThe teardown failed.")
                    .doesNotContain("The run was ended");
            place.warehouse().execute("DROP TRIGGER gate ON staging.cleared");
        }
    }

    @Test
    void whileItTells() throws Exception {
        Path told = Files.createTempFile("told", ".txt");
        String pipeline = place.pipeline("telling", "table: events", """
                notify: {on: success, command: "cat >> '%s'; sleep 120"}
                """.formatted(told));
        try (Program program = place.start("run", pipeline)) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (Files.size(told) == 0 && System.nanoTime() < deadline) {
                Thread.sleep(50);
            }
            program.signal("TERM");
            assertThat(program.exitCode(10)).as(program.said()).isEqualTo(143);
            assertThat(program.err()).contains(": command: not told, the command took longer than ");
        }
        Files.delete(told);
    }

    @Test
    void anInterruptionIsToldOnce() throws Exception {
        Path told = Files.createTempFile("told", ".txt");
        String pipeline =
                place.pipeline("interrupted", "sql: SELECT id FROM events, pg_sleep(120)", """
                notify: {command: "cat >> '%s'"}
                """.formatted(told));
        try (Program program = terminated(pipeline, Pattern.compile("^extract: started$", Pattern.MULTILINE))) {
            assertThat(Files.readString(told))
                    .containsOnlyOnce("The run was ended: it was interrupted.\\n")
                    .containsOnlyOnce("\"text\"")
                    .contains("to go on with it: tofro resume " + program.awaitRun());
        }
        Files.delete(told);
    }
}
