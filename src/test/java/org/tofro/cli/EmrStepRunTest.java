package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.connect.emr.FakeEmr;

/** {@code emr-step} as a step of a pipeline, against EMR's endpoint over HTTP. */
@ExtendWith(TestCheckout.EndToEnd.class)
class EmrStepRunTest {
    private FakeEmr emr;

    @BeforeEach
    void start() throws Exception {
        emr = FakeEmr.start().cluster("j-1NIGHT", "nightly", "WAITING");
    }

    @AfterEach
    void stop() {
        emr.close();
    }

    private static String pipeline(Scene scene, String more) throws Exception {
        return scene.file("job.yaml", """
                name: NAME
                steps:
                - type: emr-step
                  name: job
                  step_string: s3://company/job.jar,--day,a\\\\\\,b
                  cluster: nightly
                  region: eu-west-1
                  %s
                - {type: sql-command, name: after, command: "CREATE SCHEMA NAME_after", depends_on: job}
                """.formatted(more));
    }

    private static JsonNode job(Scene.Answer answer) throws Exception {
        return Scene.step(Scene.report(answer.run()), "job");
    }

    @Test
    void theStepRunsItsJarAndWhatComesAfterwardsWaitsForIt(Scene scene) throws Exception {
        emr.stepStates("COMPLETED");

        Scene.Answer answer = Scene.tofro("run", pipeline(scene, ""));

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(emr.bodies("AddJobFlowSteps").toString())
                .isEqualTo("[{\"JobFlowId\":\"j-1NIGHT\",\"Steps\":[{\"Name\":\"tofro " + answer.run()
                        + "/job\",\"ActionOnFailure\":\"CONTINUE\",\"HadoopJarStep\":{\"Jar\":\"s3://company/job.jar\","
                        + "\"Args\":[\"--day\",\"a,b\"]}}]}]");
        assertThat(job(answer).toString()).contains("step s-1TOFRO on cluster j-1NIGHT has completed");
        assertThat(scene.warehouseRows("SELECT nspname FROM pg_namespace WHERE nspname = 'NAME_after'"))
                .hasSize(1);
    }

    @Test
    void aFailureIsTheStepsAndResumingStartsAnother(Scene scene) throws Exception {
        emr.stepStates("FAILED").stepFailure("Unknown Error.", "Exit code 1", "s3://logs/stderr.gz");
        Scene.Answer failed = Scene.tofro("run", pipeline(scene, ""));
        assertThat(failed.code()).as(failed.toString()).isEqualTo(1);
        assertThat(job(failed).get("message").asText())
                .isEqualTo("step s-1TOFRO (tofro " + failed.run() + "/job) on cluster j-1NIGHT failed: Unknown Error,"
                        + " Exit code 1; what it said is in s3://logs/stderr.gz");
        assertThat(scene.warehouseRows("SELECT nspname FROM pg_namespace WHERE nspname = 'NAME_after'"))
                .isEmpty();

        emr.stepStates("COMPLETED");
        Scene.Answer resumed = Scene.tofro("resume", failed.run());
        assertThat(resumed.code()).as(resumed.toString()).isZero();
        assertThat(emr.bodies("AddJobFlowSteps")).hasSize(2);
        assertThat(Scene.report(failed.run()).get("result").asText()).isEqualTo("SUCCEEDED");
    }

    private void demandCancelled() {
        assertThat(emr.bodies("CancelSteps").toString())
                .isEqualTo("[{\"ClusterId\":\"j-1NIGHT\",\"StepIds\":[\"s-1TOFRO\"],\"StepCancellationOption\":"
                        + "\"SEND_INTERRUPT\"}]");
    }

    @Test
    void aStepThatTakesLongerThanItsTimeoutIsCancelledOnTheCluster(Scene scene) throws Exception {
        emr.stepStates("RUNNING");

        Scene.Answer answer = Scene.tofro("run", pipeline(scene, "timeout: 1 second"));

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(job(answer).get("message").asText()).isEqualTo("took longer than 1 second (timeout)");
        demandCancelled();
    }

    @Test
    void aRunThatIsCancelledCancelsItsStepOnTheCluster(Scene scene) throws Exception {
        CompletableFuture<Scene.Answer> cancel = new CompletableFuture<>();
        emr.stepStates("RUNNING")
                .onRunning(step -> cancel.completeAsync(() -> {
                    String name = step.get("Name").asText();
                    return Scene.tofro("cancel", name.substring("tofro ".length(), name.indexOf('/')));
                }));

        Scene.Answer answer = Scene.tofro("run", pipeline(scene, ""));

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(cancel.get(60, TimeUnit.SECONDS).out()).startsWith("run " + answer.run() + " is cancelled: ");
        demandCancelled();
    }
}
