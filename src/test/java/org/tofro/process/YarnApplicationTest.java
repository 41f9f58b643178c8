package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tofro.local.BuiltClusterJar;
import org.tofro.local.FlinkHome;
import org.tofro.local.TestYarn;

/**
 * What `tofro submit` asks of EMR is done by YARN: the step's script starts Flink's application by Flink's own client, and asks
 * YARN's own client how it fares.
 */
@Tag("slow")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class YarnApplicationTest {
    private static @Nullable Workplace made;
    private static @Nullable TestYarn started;
    private static @Nullable FlinkHome unpacked;
    private final Workplace place = Objects.requireNonNull(made);
    private final TestYarn yarn = Objects.requireNonNull(started);
    private final FlinkHome home = Objects.requireNonNull(unpacked);

    @BeforeAll
    static void make() throws Exception {
        BuiltClusterJar.get();
        made = Workplace.make("yarn-application", "gated", 60);
        // As in runners/emr.yaml, with less memory.
        made.writeApplicationRunner("""
                {application: true, parallelism: 4, options: {
                    jobmanager.memory.process.size: 1200m, taskmanager.memory.process.size: 1800m,
                    taskmanager.numberOfTaskSlots: 2, cluster.evenly-spread-out-slots: true,
                    taskmanager.network.sort-shuffle.min-buffers: 32, taskmanager.memory.network.min: 128m,
                    taskmanager.memory.network.max: 128m, taskmanager.memory.managed.size: 64m,
                    taskmanager.memory.jvm-metaspace.size: 512m}}""".replaceAll("\\s+", " "), "{region: eu-west-1, cluster: nightly}");
        unpacked = FlinkHome.make(
                made.folder().resolve(".flink-home"),
                "yarn.staging-directory: file://" + made.folder().resolve(".yarn-staging") + "\n");
        started = new TestYarn(made.folder().resolve(".yarn"), made.s3Machine());
    }

    @AfterAll
    static void down() throws Exception {
        if (started != null) {
            started.close();
        }
        if (made != null) {
            made.close();
        }
    }

    /** Stand-ins that no command has asked for in ten minutes end. */
    @BeforeEach
    void keepStandIns() throws Exception {
        place.run(0, "status").close();
    }

    private Submitted submit(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--runner=" + place.runner("application"), "--jar=" + BuiltClusterJar.get()));
        return new Submitted(place, yarn, home, all);
    }

    @Test
    void aRunSucceeds() throws Exception {
        place.changeSource();
        try (Submitted submitted = submit("gated.yaml")) {
            String run = submitted.program().awaitRun();
            assertThat(submitted.program().exitCode(400)).as(submitted.said()).isZero();
            assertThat(submitted.stepsExitCode()).isZero();
            String id = submitted.application();
            assertThat(submitted.stepSaid())
                    .contains("tofro: " + id + " is at work\n")
                    .endsWith("tofro: " + id + " has ended: SUCCEEDED\n");
            place.demandPublished(run, submitted.said());
            assertThat(yarn.ask("application", "-list", "-appStates", "ALL"))
                    .containsPattern(id + "\\s+tofro " + run + "\\s+Apache Flink\\s.*\\sFINISHED\\s+SUCCEEDED\\s");
        }
    }

    @Test
    void aFailureIsTheApplications() throws Exception {
        place.writeFailing(0);
        try (Submitted submitted = submit("failing.yaml")) {
            String run = submitted.program().awaitRun();
            assertThat(submitted.program().exitCode(400)).as(submitted.said()).isEqualTo(1);
            assertThat(submitted.stepsExitCode()).isEqualTo(1);
            assertThat(submitted.stepSaid()).endsWith(submitted.application() + " has ended: FAILED\n");
            assertThat(yarn.ask("application", "-status", submitted.application()))
                    .contains("State : FINISHED", "Final-State : FAILED");
            try (Program show = place.run(0, "show", run)) {
                assertThat(show.out()).contains("failed", "nothing");
            }
        }
    }

    /** The launcher is in the application: nobody has to follow it, and EMR's step stays until it has ended. */
    @Test
    void whoeverSubmittedIsKilled() throws Exception {
        place.changeSource();
        try (Submitted submitted = submit("gated.yaml")) {
            String run = inLoad(submitted, () -> {
                submitted.program().signal("KILL");
                assertThat(submitted.program().exitCode(10)).isEqualTo(128 + 9);
                try (Program status = place.run(0, "status")) {
                    assertThat(status.out()).containsPattern("gated +running\\b");
                }
            });
            assertThat(submitted.stepsExitCode()).as(submitted.said()).isZero();
            assertThat(submitted.stepSaid()).endsWith(submitted.application() + " has ended: SUCCEEDED\n");
            place.demandPublished(run, submitted.said());
            try (Program show = place.run(0, "show", run)) {
                assertThat(show.out()).contains("succeeded");
            }
        }
    }

    /** YARN gives Flink other containers for those that were lost, as with spot machines. */
    @Test
    void workersAreLost() throws Exception {
        place.changeSource();
        try (Submitted submitted = submit("gated.yaml")) {
            String run = inLoad(
                    submitted,
                    () -> assertThat(yarn.kill("YarnTaskExecutorRunner")).isEqualTo(2));
            assertThat(submitted.program().exitCode(400)).as(submitted.said()).isZero();
            place.demandPublished(run, submitted.said());
        }
    }

    /** One attempt is all that YARN makes: a second launcher would start the run again. */
    @Test
    void theJobManagerIsLost() throws Exception {
        place.changeSource();
        String run;
        try (Submitted submitted = submit("gated.yaml")) {
            run = inLoad(submitted, () -> {
                assertThat(yarn.kill("YarnApplicationClusterEntryPoint")).isEqualTo(1);
                assertThat(submitted.stepsExitCode()).isEqualTo(1);
            });
            assertThat(submitted.program().exitCode(120)).as(submitted.said()).isEqualTo(1);
            assertThat(yarn.ask("application", "-status", submitted.application()))
                    .contains("State : FAILED", "Final-State : FAILED", "failed 1 times");
        }
        place.demandNobodyLeft(run);
        resume(run);
    }

    /** Ctrl-C of `submit` cancels the step, and EMR ends the step's script; the application is not to go on. */
    @Test
    void theStepIsCancelled() throws Exception {
        place.changeSource();
        String run;
        try (Submitted submitted = submit("gated.yaml")) {
            run = inLoad(submitted, () -> {
                submitted.program().signal("INT");
                submitted.awaitCancelled();
                assertThat(submitted.program().exitCode(60))
                        .as(submitted.said())
                        .isEqualTo(130);
                assertThat(submitted.stepsExitCode()).isEqualTo(143);
                assertThat(submitted.stepSaid()).contains("tofro: ends " + submitted.application());
            });
            assertThat(yarn.ask("application", "-status", submitted.application()))
                    .contains("State : KILLED", "Final-State : KILLED");
        }
        place.demandNobodyLeft(run);
        // YARN gives a container a quarter of a second between SIGTERM and SIGKILL.
        try (Program status = place.run(0, "status")) {
            assertThat(status.out()).containsPattern(run + ".* (was killed|failed)");
        }
        resume(run);
    }

    /** What is done to a run that stands in its load. */
    @FunctionalInterface
    private interface Act {
        void perform() throws Exception;
    }

    /** Returns the run. */
    private String inLoad(Submitted submitted, Act act) throws Exception {
        try (Database.Gate gate = place.closeGate("load")) {
            String run = submitted.program().awaitRun();
            gate.awaitArrival(submitted.program(), 240);
            act.perform();
            return run;
        }
    }

    private void resume(String run) throws Exception {
        try (Submitted submitted = submit("gated.yaml", "--resume", run)) {
            assertThat(submitted.program().exitCode(400)).as(submitted.said()).isZero();
            place.demandPublished(run, submitted.said());
        }
    }
}
