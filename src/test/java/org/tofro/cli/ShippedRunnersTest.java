package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Variables;
import org.tofro.problem.Problems;
import org.tofro.settings.FlinkSettings;

/** What the shipped runner files say of Flink: how lost work begins again, and what docs/flink.md recommends for a cluster. */
class ShippedRunnersTest {
    private static FlinkSettings flink(String runner) {
        Problems problems = new Problems();
        Variables variables = new Variables(Map.of(), Interval.ofDay(LocalDate.EPOCH), name -> null);
        // Of problems there are those of variables and secrets that are not here.
        return new PipelineLoader(runner, variables, problems)
                .environment()
                .map(environment -> environment.settingsFor(List.of(), problems))
                .orElseThrow()
                .flink();
    }

    @ParameterizedTest
    @ValueSource(strings = {"flink-local", "flink", "emr"})
    void lostWorkBeginsAgainByRegionAndInOneAttemptAtATime(String runner) throws Exception {
        assertThat(Files.readString(Path.of("runners/" + runner + ".yaml")))
                .containsPattern("\n  restarts: 5\\b")
                .containsPattern("\n  restart_delay_seconds: 2\\b");
        assertThat(flink(runner).restarts()).isEqualTo(5);
        assertThat(flink(runner).restartDelay()).isEqualTo(Duration.ofSeconds(2));
        assertThat(flink(runner).options())
                .containsEntry("jobmanager.execution.failover-strategy", "region")
                .containsEntry("execution.batch.speculative.enabled", "false");
    }

    @Test
    void theTemplateForEmrGivesAClusterWhatIsRecommended() {
        FlinkSettings flink = flink("emr");

        assertThat(flink.options())
                .containsAllEntriesOf(Map.of(
                        "taskmanager.numberOfTaskSlots", "2",
                        "cluster.evenly-spread-out-slots", "true",
                        "taskmanager.network.sort-shuffle.min-buffers", "32",
                        "taskmanager.memory.network.min", "128m",
                        "taskmanager.memory.network.max", "128m",
                        "taskmanager.memory.managed.size", "128m",
                        "taskmanager.memory.jvm-metaspace.size", "512m"));
    }
}
