package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run is cancelled by another process: it ends within ten seconds, leaves no query behind, and can be resumed. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CancelledRunTest {
    private static @Nullable Workplace made;
    private final Workplace place = Objects.requireNonNull(made);

    @BeforeAll
    static void make() throws Exception {
        made = Workplace.make("cancelled", "gated", 600);
    }

    @AfterAll
    static void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"local, extract", "local, load", "local, reload", "flink, extract", "flink, reload"})
    void itEndsSoonAndResumeEndsTheRun(String runner, String step) throws Exception {
        place.changeSource();
        String old = place.production();
        try (Database.Gate gate = place.closeGate(step);
                Program program = place.start("run", "gated.yaml", "--runner", runner)) {
            String run = program.awaitRun();
            gate.awaitArrival(program);
            try (Program cancel = place.start("cancel", run, "--runner", runner)) {
                cancel.await(Pattern.compile("^waiting for process " + program.pid() + " on ", Pattern.MULTILINE), 60);
                long askedAt = System.nanoTime();
                assertThat(program.exitCode(10)).as(program.said()).isEqualTo(1);
                System.out.println("cancelled in " + step + " on " + runner + ": ended after "
                        + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - askedAt) + " ms\n" + program.said());
                assertThat(cancel.exitCode(30)).as(cancel.said()).isZero();
                assertThat(cancel.out())
                        .startsWith("run " + run + " is cancelled: process " + program.pid() + " on ")
                        .contains(" has ended it and given its lease back\n")
                        .contains("to go on from where it stopped: tofro resume " + run);
            }
            assertThat(program.out()).contains("\nThe run was ended: it was cancelled by ");
            assertThat(program.said()).doesNotContain("\tat ").doesNotContain("unexpected");
            assertThat(place.leaseHeld()).as("the lease is still held").isFalse();
            assertThat(place.source().sessionsLeftAfter(5)).isEmpty();
            gate.close();
            place.demandNobodyLeft(step);
            assertThat(place.production()).isEqualTo(old);
            place.run(0, "resume", run, "--runner", runner).close();
            place.demandPublished(run, "cancelled in " + step + " on " + runner);
        }
    }

    /** A stopped process cannot hear; what it has at work is ended all the same, and it is shut out. */
    @Test
    void whatDoesNotAnswerIsShutOutByUnlock() throws Exception {
        place.changeSource();
        String old = place.production();
        try (Database.Gate gate = place.closeGate("extract");
                Program program = place.start("run", "gated.yaml")) {
            String run = program.awaitRun();
            gate.awaitArrival(program);
            program.signal("STOP");
            try (Program cancel = place.run(1, "cancel", run)) {
                assertThat(cancel.out())
                        .startsWith("run " + run + " is not cancelled: process " + program.pid() + " on ")
                        .contains(
                                " does not answer, and holds its lease for as long as it renews it; `tofro unlock gated"
                                        + " --force` takes it away")
                        .containsPattern("\n[1-9] sessions? of it w\\S+ ended at 'host_db_1'\n");
            }
            place.run(75, "unlock", "gated").close();
            place.run(0, "unlock", "gated", "--force").close();
            assertThat(place.leaseHeld()).isFalse();
            gate.close();
            place.changeSource();
            place.run(0, "run", "gated.yaml").close();
            String published = place.production();
            assertThat(published).isNotEqualTo(old);
            program.signal("CONT");
            assertThat(program.exitCode(60)).as(program.said()).isEqualTo(1);
            assertThat(place.production()).isEqualTo(published);
            place.demandNobodyLeft("stopped");
        }
    }

    @Test
    void theLeaseOfAKilledProcessIsGivenBack() throws Exception {
        place.changeSource();
        try (Database.Gate gate = place.closeGate("extract");
                Program program = place.start("run", "gated.yaml")) {
            String run = program.awaitRun();
            gate.awaitArrival(program);
            program.signal("KILL");
            program.exitCode(10);
            try (Program status = place.run(0, "status")) {
                assertThat(status.out()).contains("gated     killed  ");
            }
            try (Program unlock = place.run(0, "unlock", "gated")) {
                assertThat(unlock.out())
                        .startsWith("pipeline 'gated' is unlocked: process " + program.pid() + " on ")
                        .endsWith(" is no more; to go on with its run: tofro resume " + run + "\n");
            }
            try (Program cancel = place.run(0, "cancel", run)) {
                assertThat(cancel.out()).contains("its process had ended before, without a word\n");
            }
            gate.close();
            place.run(0, "resume", run).close();
            place.demandPublished(run, "killed, unlocked, resumed");
        }
    }
}
