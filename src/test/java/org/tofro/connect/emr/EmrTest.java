package org.tofro.connect.emr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.RunningSteps;
import software.amazon.awssdk.services.emr.model.RunJobFlowRequest;
import software.amazon.awssdk.services.emr.model.StepConfig;

/** What is asked of EMR is asked once, patiently, and every bad end is one sentence that says what to do. */
class EmrTest {
    private FakeEmr fake;
    private Emr emr;
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        fake = FakeEmr.start();
        emr = Emr.open(null, FakeEmr.PACE);
    }

    @AfterEach
    void stop() {
        emr.close();
        fake.close();
    }

    private static StepConfig step(String name) {
        return StepConfig.builder()
                .name(name)
                .hadoopJarStep(jar -> jar.jar("command-runner.jar").args("true"))
                .build();
    }

    private static RunJobFlowRequest request() {
        return RunJobFlowRequest.builder()
                .name("tofro a-1")
                .logUri("s3://logs/emr/")
                .steps(step("tofro a-1"))
                .build();
    }

    private StepEnd watched() throws InterruptedException {
        String cluster = emr.start(request());
        String step = emr.stepOf(cluster, "tofro a-1");
        StepWatch.Pause pause = time -> {
            Thread.sleep(time.toMillis());
            return true;
        };
        return new StepWatch(emr, cluster, step, pause, said::add).await(null);
    }

    @Test
    void aStepIsWatchedToItsEndAndEachChangeIsSaid() throws Exception {
        StepEnd end = watched();

        assertThat(end).isEqualTo(new StepEnd(true, true, "step s-1TOFRO on cluster j-1TOFRO has completed"));
        assertThat(said)
                .containsExactly(
                        "cluster j-1TOFRO: STARTING, step s-1TOFRO waits",
                        "cluster j-1TOFRO: BOOTSTRAPPING, step s-1TOFRO waits",
                        "step s-1TOFRO on cluster j-1TOFRO: RUNNING",
                        "step s-1TOFRO on cluster j-1TOFRO: COMPLETED");
    }

    @Test
    void throttlingIsWaitedFor() throws Exception {
        fake.throttle("RunJobFlow", 2).throttle("DescribeStep", 3).throttle("ListSteps", 1);

        assertThat(watched().good()).isTrue();
        assertThat(fake.bodies("RunJobFlow")).hasSize(3);
    }

    @Test
    void throttlingWithoutEndIsSaid() {
        fake.throttle("RunJobFlow", 99);

        assertThatThrownBy(() -> emr.start(request()))
                .hasMessage("EMR, RunJobFlow: it is still throttling after several tries; start fewer runs at a time");
        assertThat(fake.bodies("RunJobFlow")).hasSize(FakeEmr.PACE.tries());
    }

    @Test
    void aClusterWhoseStartWasNotAnsweredIsFoundAndNotStartedTwice() throws Exception {
        fake.loseAnswer("RunJobFlow");

        assertThat(emr.start(request())).isEqualTo("j-1TOFRO");
        assertThat(fake.actions()).containsExactly("RunJobFlow", "ListClusters");
    }

    @Test
    void aStepWhoseAddingWasNotAnsweredIsFoundAndNotAddedTwice() throws Exception {
        fake.cluster("j-9RUNNING", "nightly", "WAITING").loseAnswer("AddJobFlowSteps");

        assertThat(emr.add("j-9RUNNING", step("tofro a-1"))).isEqualTo("s-1TOFRO");
        assertThat(fake.actions()).containsExactly("AddJobFlowSteps", "ListSteps");
    }

    @Test
    void whatCredentialsMayNotDoIsNamed() {
        fake.refuse("RunJobFlow", 1, 400, "AccessDeniedException", "User: x is not authorized");

        assertThatThrownBy(() -> emr.start(request()))
                .hasMessage("EMR, RunJobFlow: access is denied, so the credentials may not elasticmapreduce:RunJobFlow;"
                        + " docs/emr.md lists what the credentials must be allowed");
    }

    @Test
    void whatEmrDoesNotTakeIsPassedOn() {
        fake.refuse("RunJobFlow", 1, 400, "ValidationException", "Instance type m9.huge is not supported.");

        assertThatThrownBy(() -> emr.start(request()))
                .hasMessage("EMR, RunJobFlow: EMR does not take the request: Instance type m9.huge is not supported;"
                        + " look at emr_cluster_config, and at what `tofro submit --dry-run` prints");
    }

    @Test
    void aFailedStepIsSaidWithItsReasonAndItsLog() throws Exception {
        fake.stepStates("PENDING", "RUNNING", "FAILED")
                .stepFailure("Unknown Error.", "Exit code 1.", "s3://logs/emr/j-1TOFRO/steps/s-1TOFRO/stderr.gz");

        assertThat(watched())
                .isEqualTo(new StepEnd(
                        false,
                        true,
                        "step s-1TOFRO (tofro a-1) on cluster j-1TOFRO failed: Unknown Error, Exit code 1; what it said"
                                + " is in s3://logs/emr/j-1TOFRO/steps/s-1TOFRO/stderr.gz"));
    }

    @Test
    void aFailedStepWithoutDetailsNamesTheLogsFolder() throws Exception {
        fake.stepStates("RUNNING", "FAILED");

        assertThat(watched().sentence())
                .isEqualTo("step s-1TOFRO (tofro a-1) on cluster j-1TOFRO failed; what it said is in"
                        + " s3://logs/emr/j-1TOFRO/steps/s-1TOFRO/ some minutes later");
    }

    @Test
    void aFailedBootstrapNamesItsLog() throws Exception {
        fake.stepStates("PENDING")
                .clusterStates("STARTING", "BOOTSTRAPPING", "TERMINATED_WITH_ERRORS")
                .clusterReason("BOOTSTRAP_FAILURE", "On the master instance bootstrap action 1 returned 1.");

        assertThat(watched())
                .isEqualTo(new StepEnd(
                        false,
                        true,
                        "cluster j-1TOFRO ended before the step did, BOOTSTRAP_FAILURE: On the master instance bootstrap"
                                + " action 1 returned 1; a script of `bootstrap` failed; what it said is in"
                                + " s3://logs/emr/j-1TOFRO/node/<instance>/bootstrap-actions/ some minutes later"));
    }

    @Test
    void lostInstancesSayWhatToChange() throws Exception {
        fake.stepStates("PENDING", "CANCELLED")
                .clusterStates("STARTING", "TERMINATED_WITH_ERRORS")
                .clusterReason("INSTANCE_FAILURE", "Insufficient capacity");

        assertThat(watched().sentence())
                .isEqualTo("cluster j-1TOFRO ended before the step did, INSTANCE_FAILURE: Insufficient capacity; the"
                        + " instances could not be had, or were lost; take another instance type or subnet, or no spot"
                        + " instances, and go on by resuming");
    }

    @Test
    void clustersAreFoundByNameOrId() throws Exception {
        fake.cluster("j-1A", "nightly", "WAITING")
                .cluster("j-1B", "twice", "RUNNING")
                .cluster("j-1C", "twice", "WAITING")
                .cluster("j-1D", "gone", "TERMINATED");

        assertThat(emr.find("nightly")).isEqualTo("j-1A");
        assertThat(emr.find("j-1B")).isEqualTo("j-1B");
        assertThatThrownBy(() -> emr.find("twice"))
                .hasMessage("several clusters have the name 'twice'; name one by its id: j-1B, j-1C");
        assertThatThrownBy(() -> emr.find("gone"))
                .hasMessage("no cluster of the name 'gone' is running; start it, or leave `cluster` out for one of the"
                        + " run's own");
        assertThatThrownBy(() -> emr.find("j-1D"))
                .hasMessage(
                        "cluster j-1D is not running: it is TERMINATED; name one that is, or leave `cluster` out for"
                                + " one of the run's own");
    }

    private static RunEmrStep emrStep() {
        return new RunEmrStep("nightly", null, "s3://b/job.jar", List.of("a", "b,c"), "tofro r-1/job", FakeEmr.PACE);
    }

    @Test
    void aStepOfAPipelineRunsAJarAndWaitsForIt() throws Exception {
        fake.cluster("j-1A", "nightly", "WAITING");

        try (RunningSteps.Work work = RunningSteps.apart().start("job")) {
            assertThat(emrStep().perform(work, List.of()).notes())
                    .containsExactly("step s-1TOFRO on cluster j-1A has completed");
        }
        assertThat(fake.bodies("AddJobFlowSteps").get(0).toString())
                .isEqualTo("{\"JobFlowId\":\"j-1A\",\"Steps\":[{\"Name\":\"tofro r-1/job\",\"ActionOnFailure\":"
                        + "\"CONTINUE\",\"HadoopJarStep\":{\"Jar\":\"s3://b/job.jar\",\"Args\":[\"a\",\"b,c\"]}}]}");
    }

    @Test
    void aStepOfAPipelineThatHasCompletedIsNotRunAgain() throws Exception {
        fake.cluster("j-1A", "nightly", "WAITING");
        try (RunningSteps.Work work = RunningSteps.apart().start("job")) {
            emrStep().perform(work, List.of());
        }

        try (RunningSteps.Work work = RunningSteps.apart().start("job")) {
            assertThat(emrStep().perform(work, List.of()).resumed()).isTrue();
        }
        assertThat(fake.bodies("AddJobFlowSteps")).hasSize(1);
    }

    @Test
    void aStepOfAPipelineThatIsCancelledIsCancelledThere() throws Exception {
        fake.cluster("j-1A", "nightly", "WAITING").stepStates("PENDING", "RUNNING");
        try (RunningSteps.Work work = RunningSteps.apart().start("job")) {
            fake.onRunning(step -> new Thread(() -> work.cancel("it took too long")).start());

            assertThatThrownBy(() -> emrStep().perform(work, List.of())).isInstanceOf(EmrException.class);
        }
        assertThat(fake.bodies("CancelSteps").get(0).toString())
                .isEqualTo("{\"ClusterId\":\"j-1A\",\"StepIds\":[\"s-1TOFRO\"],\"StepCancellationOption\":"
                        + "\"SEND_INTERRUPT\"}");
    }

    @Test
    void theOwnClusterIsTheOneThatTheStartingStepNamedOrThatTheMachineIsOf(@TempDir Path folder) throws Exception {
        Path info = folder.resolve("job-flow.json");
        assertThat(RunEmrStep.own("j-1NAMED", info)).isEqualTo("j-1NAMED");
        for (String unnamed : Arrays.asList(null, "")) {
            Files.deleteIfExists(info);
            assertThatThrownBy(() -> RunEmrStep.own(unnamed, info)).isInstanceOf(EmrException.class);
            Files.writeString(info, "{\n  \"jobFlowId\" : \"j-2MACHINE\",\n  \"instanceCount\": 3\n}\n");
            assertThat(RunEmrStep.own(unnamed, info)).isEqualTo("j-2MACHINE");
        }
    }

    @Test
    void aStepOfAPipelineThatNamesNoClusterSaysSoOutsideOfOne() throws Exception {
        RunEmrStep homeless = new RunEmrStep(null, null, "a.jar", List.of(), "tofro r-1/job", FakeEmr.PACE);

        try (RunningSteps.Work work = RunningSteps.apart().start("job")) {
            assertThatThrownBy(() -> homeless.perform(work, List.of()))
                    .hasMessage("it names no `cluster`, and the run is on none: name one that is running, or run the"
                            + " pipeline by `tofro submit`");
        }
    }
}
