package org.tofro.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.aws.AwsSecretStores;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineReader;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Variables;
import org.tofro.problem.Problems;
import org.tofro.settings.ClusterConfig;
import org.tofro.settings.ClusterConfig.Group;
import org.tofro.settings.SettingsReader;

/** What Dataduct's files say of EC2 and EMR is read as it was meant, over what the environment says. */
class AncestorsResourcesTest {
    private static PipelineSpec shipped() {
        Problems problems = new Problems();
        Variables variables = new Variables(Map.of(), Interval.ofDay(LocalDate.EPOCH), name -> null);
        PipelineSpec spec = new PipelineReader(StepTypes.ALL, variables)
                .read(Path.of("test-data/plans/emr.yaml"), problems)
                .orElseThrow();
        assertThat(problems.all()).isEmpty();
        return spec;
    }

    @Test
    void bothKeysDescribeOneCluster() {
        ClusterConfig cluster = shipped().cluster();

        assertThat(cluster.core()).isEqualTo(new Group("m5.2xlarge", 3, null));
        assertThat(cluster.task()).isEqualTo(new Group("m5.xlarge", 4, "0.12"));
        assertThat(cluster.applications()).containsExactly("Hive");
        assertThat(cluster.subnets()).containsExactly("subnet-0a1b2c3d");
        assertThat(cluster.terminateAfter()).isEqualTo(Duration.ofHours(2));
        assertThat(cluster.notes())
                .extracting(note -> note.span().line() + ": " + note.message())
                .containsExactly(
                        "4: note: 'instance_type' of ec2_resource_config has no effect: no machine is started for"
                                + " scripts, which run where the run does; say `core_instance_type` in"
                                + " emr_cluster_config for a cluster",
                        "8: note: 'ami_version' of emr_cluster_config has no effect: an EMR release names all versions,"
                                + " and `release` says which");
    }

    @Test
    void aPipelineGoesBeforeItsEnvironmentKeyByKey(@TempDir Path folder) throws Exception {
        Path runner = Files.writeString(folder.resolve("r.yaml"), """
                runner: flink
                staging_area: s3://a-bucket/
                state_area: s3://a-bucket/
                emr_cluster_config:
                  release: emr-7.4.0
                  num_instances: 9
                  core_bid_price: spot
                  subnets: [subnet-0e]
                  tags: {team: data}
                  region: "${env:REGION}"
                connections: {s3: {type: s3}}
                """);
        Problems problems = new Problems();
        ClusterConfig environment = new SettingsReader(name -> null, new AwsSecretStores(name -> null))
                .read(runner, problems)
                .orElseThrow()
                .cluster();
        assertThat(problems.all()).isEmpty();

        ClusterConfig cluster = shipped().cluster().over(environment);

        assertThat(cluster.release()).isEqualTo("emr-7.4.0");
        assertThat(cluster.core()).isEqualTo(new Group("m5.2xlarge", 3, "spot"));
        assertThat(cluster.subnets()).containsExactly("subnet-0a1b2c3d");
        assertThat(cluster.tags()).isEqualTo(Map.of("team", "data"));
        assertThat(cluster.region()).isNull();
        assertThat(cluster.lacking())
                .extracting(lack -> lack.message())
                .containsExactly("the environment variable 'REGION' is not set");
    }

    @Test
    void aStepStringIsAJarAndItsArguments() {
        assertThat(shipped().steps().get(1).step())
                .isEqualTo(new EmrStep(null, null, "s3://tofro-jobs/count.jar", List.of("--words", "one,two")));
        assertThat(shipped().steps().get(2).step())
                .isEqualTo(new EmrStep(
                        "nightly", null, "command-runner.jar", List.of("spark-submit", "s3://tofro-jobs/prepare.py")));
    }
}
