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
import org.junit.jupiter.params.provider.CsvSource;

/** Ctrl-C and SIGTERM end a run within ten seconds, give its lease back, and leave it to be resumed. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class InterruptedRunTest {
    private static @Nullable Workplace made;
    private final Workplace place = Objects.requireNonNull(made);

    @BeforeAll
    static void make() throws Exception {
        made = Workplace.make("interrupted", "gated", 600);
    }

    @AfterAll
    static void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "local, extract, INT",
        "local, load, INT",
        "local, reload, INT",
        "local, extract, TERM",
        "local, load, TERM",
        "local, reload, TERM",
        "flink, extract, INT",
        "flink, load, INT",
        "flink, reload, INT",
        "flink, extract, TERM"
    })
    void itEndsSoonAndResumeEndsTheRun(String runner, String step, String signal) throws Exception {
        place.changeSource();
        String old = place.production();
        try (Database.Gate gate = place.closeGate(step);
                Program program = place.start("run", "gated.yaml", "--runner", runner)) {
            interrupt(gate, program, step, signal, old, runner.equals("flink") ? " --runner flink" : "");
            int code = program.exitCode(1);
            assertThat(code).isEqualTo(signal.equals("INT") ? 130 : 143);
            String run = program.awaitRun();
            place.run(0, "resume", run, "--runner", runner).close();
            place.demandPublished(run, runner + ", " + step + ", " + signal);
        }
    }

    @Test
    void ctrlCToMavenDoesTheSame() throws Exception {
        place.changeSource();
        String old = place.production();
        try (Database.Gate gate = place.closeGate("extract");
                Program program = place.startByMaven("gated")) {
            interrupt(gate, program, "extract", "INT", old, " --runner " + place.runner("local"));
            String run = program.awaitRun();
            place.run(0, "resume", run).close();
            place.demandPublished(run, "Maven");
        }
    }

    private void interrupt(Database.Gate gate, Program program, String step, String signal, String old, String runner)
            throws Exception {
        String run = program.awaitRun();
        gate.awaitArrival(program);
        Thread.sleep(200);
        assertThat(program.standing(Workplace.STEPS)).isEqualTo("in " + step);
        long startedAt = System.nanoTime();
        program.signal(signal);
        program.exitCode(10);
        System.out.println(signal + " in " + step + runner + ": ended after "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt) + " ms\n" + program.said());
        assertThat(program.out()).contains("\nThe run was ended: it was interrupted.\n");
        assertThat(program.err()).contains("to go on from where it stopped: tofro resume " + run + runner + "\n");
        assertThat(program.said()).doesNotContain("\tat ").doesNotContain("unexpected");
        assertThat(place.leaseHeld()).as("the lease is still held").isFalse();
        gate.close();
        place.demandNobodyLeft(step);
        assertThat(place.production()).isEqualTo(old);
    }
}
