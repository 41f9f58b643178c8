package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run whose servers go away under it ends with a sentence, and resume ends its work. */
@Tag("slow")
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class LostServerTest {
    private static @Nullable Workplace made;
    private final Workplace place = Objects.requireNonNull(made);

    @BeforeAll
    static void make() throws Exception {
        made = Workplace.make("lost", "gated", 20);
    }

    @AfterAll
    static void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"extract", "load", "reload"})
    void theStandInsDaemonIsKilled(String step) throws Exception {
        place.changeSource();
        String old = place.production();
        try (Database.Gate gate = place.closeGate(step);
                Program program = place.start("run", "gated.yaml")) {
            String run = program.awaitRun();
            gate.awaitArrival(program);
            Thread.sleep(200);
            assertThat(program.standing(Workplace.STEPS)).isEqualTo("in " + step);
            Workplace.signal("KILL", place.daemon());
            gate.close();
            long startedAt = System.nanoTime();
            int code = program.exitCode(180);
            System.out.println("daemon killed in " + step + ": exit code " + code + " after "
                    + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt) + " ms\n" + program.said());
            assertThat(code).isEqualTo(1);
            assertThat(program.said()).doesNotContain("\tat ").doesNotContain("unexpected");
            assertThat(program.err()).contains("tofro resume " + run);
            assertThat(place.production()).isEqualTo(old);
            try (Program resume = place.run(0, "resume", run)) {
                assertThat(resume.err()).contains("adopted the server of redshift");
            }
            place.demandPublished(run, "daemon killed in " + step);
        }
    }

    @Test
    void theSourceIsStoppedForTwentySecondsAndTheExtractStartsAgain() throws Exception {
        place.changeSource();
        String old = place.production();
        try (Database.Gate gate = place.closeGate("extract");
                Program program = place.start("run", "gated.yaml")) {
            String run = program.awaitRun();
            gate.awaitArrival(program);
            Thread.sleep(200);
            assertThat(program.standing(Workplace.STEPS)).isEqualTo("in extract");
            place.stopSource();
            Thread.sleep(20_000);
            assertThat(program.isAlive()).as(program.said()).isTrue();
            assertThat(place.production()).isEqualTo(old);
            assertThat(program.err())
                    .containsPattern(
                            "\nextract: connection 'host_db_1': [^\n]*; waiting up to 300 s for it to come back\n");
            place.startSource();
            assertThat(program.exitCode(120)).as(program.said()).isZero();
            System.out.println("source stopped for 20 s:\n" + program.said());
            assertThat(program.out())
                    .containsPattern("\nextract: started again as a whole, because connection 'host_db_1': "
                            + "(the connection to 127\\.0\\.0\\.1:\\d+ was lost"
                            + "|127\\.0\\.0\\.1:\\d+ ended the session: a shutdown, or an administrator)"
                            + "; the server was back after [23]\\d s\n");
            place.demandPublished(run, "source stopped");
        }
    }

    @Test
    void aRunThatWaitsForItsSourceIsInterrupted() throws Exception {
        place.changeSource();
        String old = place.production();
        try (Database.Gate gate = place.closeGate("extract");
                Program program = place.start("run", "gated.yaml")) {
            String run = program.awaitRun();
            gate.awaitArrival(program);
            place.stopSource();
            Thread.sleep(5000);
            assertThat(program.isAlive()).as(program.said()).isTrue();
            program.signal("INT");
            assertThat(program.exitCode(10)).as(program.said()).isEqualTo(130);
            assertThat(program.said()).doesNotContain("\tat ").doesNotContain("unexpected");
            assertThat(place.production()).isEqualTo(old);
            place.run(0, "resume", run).close();
            place.demandPublished(run, "interrupted while it waited for its source");
        }
    }

    @Test
    void theSourceEndsTheSessionAndTheExtractStartsAgain() throws Exception {
        place.changeSource();
        try (Database.Gate gate = place.closeGate("extract");
                Program program = place.start("run", "gated.yaml")) {
            String run = program.awaitRun();
            String session = gate.awaitArrival(program);
            Thread.sleep(500);
            assertThat(program.standing(Workplace.STEPS)).isEqualTo("in extract");
            assertThat(place.source().column("SELECT pg_terminate_backend(" + session + ")"))
                    .containsExactly("t");
            gate.close();
            assertThat(program.exitCode(120)).as(program.said()).isZero();
            assertThat(program.out())
                    .containsPattern("\nextract: started again as a whole, because connection 'host_db_1': "
                            + "(the connection to 127\\.0\\.0\\.1:\\d+ was lost"
                            + "|127\\.0\\.0\\.1:\\d+ ended the session: a shutdown, or an administrator)\n");
            place.demandPublished(run, "session ended");
        }
    }
}
