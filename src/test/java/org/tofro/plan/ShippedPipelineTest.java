package org.tofro.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineReader;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Variables;
import org.tofro.problem.Problems;
import org.tofro.settings.Environment;
import org.tofro.settings.Settings;
import org.tofro.settings.SettingsReader;
import org.tofro.steps.StepTypes;

class ShippedPipelineTest {
    private final Problems problems = new Problems();

    private PipelineSpec instructors() {
        Variables variables = new Variables(Map.of(), Interval.ofDay(LocalDate.of(2026, 11, 23)), name -> null);
        return new PipelineReader(StepTypes.ALL, variables)
                .read(Path.of("pipelines/instructors.yaml"), problems)
                .orElseThrow();
    }

    @Test
    void instructorsIsOneChainOfThreeSteps() {
        StepGraph graph = Planner.plan(instructors(), problems);

        assertThat(problems.all()).isEmpty();
        assertThat(graph.pipeline().name()).isEqualTo("instructors");
        assertThat(graph.edges())
                .containsExactly(
                        new StepGraph.Edge(
                                "extract-from-rds-1",
                                "load-into-staging-table-1",
                                List.of("it stages the files that are taken here")),
                        new StepGraph.Edge(
                                "load-into-staging-table-1",
                                "reload-prod-table-1",
                                List.of("it writes staging.instructors_sessions, which is read here")));
        assertThat(graph.producers("load-into-staging-table-1")).contains("extract-from-rds-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "flink-local"})
    void shippedEnvironmentsHaveWhatThePipelineNeeds(String name) {
        Path file = SettingsReader.find(name, Path.of(""), problems).orElseThrow();
        Environment environment = new SettingsReader(
                        variable -> null, new org.tofro.connect.aws.AwsSecretStores(variable -> null))
                .read(file, problems)
                .orElseThrow();
        PipelineSpec pipeline = instructors();
        ConnectionCheck.check(pipeline, environment.name(), environment.connectionTypes(), problems);
        Settings settings = environment.settingsFor(ConnectionCheck.used(pipeline), problems);

        assertThat(problems.all()).isEmpty();
        assertThat(settings.name()).isEqualTo(name);
        assertThat(settings.stagingArea()).isEqualTo("s3://tofro-staging/");
        assertThat(settings.stateArea()).isEqualTo("s3://tofro-state/");
        assertThat(settings.connections()).containsOnlyKeys("host_db_1", "host_db_2", "redshift", "s3", "cassandra");
    }
}
