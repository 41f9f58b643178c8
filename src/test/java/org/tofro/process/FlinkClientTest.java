package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
import org.tofro.local.BuiltClusterJar;
import org.tofro.local.FlinkHome;
import org.tofro.local.TestFlink;

/** {@code flink run}: Flink's own client calls the program, which is the launcher there, and a cluster does the work. */
@Tag("slow")
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class FlinkClientTest {
    private static @Nullable Workplace made;
    private static @Nullable TestFlink started;
    private static @Nullable FlinkHome unpacked;
    private final Workplace place = Objects.requireNonNull(made);
    private final TestFlink cluster = Objects.requireNonNull(started);
    private final FlinkHome home = Objects.requireNonNull(unpacked);

    @BeforeAll
    static void make() throws Exception {
        BuiltClusterJar.get();
        made = Workplace.make("flink-client", "gated", 60);
        made.writeApplicationRunner();
        unpacked = FlinkHome.make(made.folder().resolve(".flink-home"), "");
        started = TestFlink.session(made.folder().resolve(".session"), made.s3Credentials());
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

    private Program flinkRun(List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(home.flink().toString(), "run", "-m", cluster.rest()));
        command.addAll(options);
        command.add(BuiltClusterJar.get().toString());
        command.addAll(List.of(arguments));
        command.add("--runner=" + place.runner("application"));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(place.folder().toFile());
        builder.environment().put("JVM_ARGS", String.join(" ", place.s3Credentials()));
        return place.start(builder);
    }

    private String pipeline(String name) {
        Path file = place.folder().resolve("pipelines/" + name + ".yaml");
        return file.toString();
    }

    /** With {@code -d} too the client stays as long as the run: the launcher is in it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "-d"})
    void aRunSucceeds(String option) throws Exception {
        place.changeSource();
        try (Program program = flinkRun(option.isEmpty() ? List.of() : List.of(option), "run", pipeline("gated"))) {
            String run = program.awaitRun();
            assertThat(program.exitCode(180)).as(program.said()).isZero();
            assertThat(cluster.log()).as("the jobs that the cluster was given").contains(run);
            assertThat(program.err()).contains("reload: succeeded, 100,000 rows");
            place.demandPublished(run, program.said());
        }
    }

    /** Flink's client ends with 1 whatever has failed; which code it was stands in what it says. */
    @Test
    void aFailureIsTheClients() throws Exception {
        place.writeFailing(1);
        try (Program program = flinkRun(List.of(), "run", pipeline("failing"))) {
            String run = program.awaitRun();
            assertThat(program.exitCode(180)).as(program.said()).isEqualTo(1);
            assertThat(program.said()).contains("try 2 of 2 in 1 second", "tofro ended with exit code 1");
            try (Program show = place.run(0, "show", run)) {
                assertThat(show.out()).contains("failed", "nothing");
            }
        }
        try (Program program = flinkRun(List.of(), "run", pipeline("missing"))) {
            assertThat(program.exitCode(60)).as(program.said()).isEqualTo(1);
            assertThat(program.said()).contains("tofro ended with exit code 2");
        }
    }

    @Test
    void aClientThatIsInterruptedEndsTheRunWhichIsResumed() throws Exception {
        place.changeSource();
        String run;
        try (Database.Gate gate = place.closeGate("load");
                Program program = flinkRun(List.of(), "run", pipeline("gated"))) {
            run = program.awaitRun();
            gate.awaitArrival(program);
            program.signal("INT");
            assertThat(program.exitCode(60)).as(program.said()).isEqualTo(130);
            assertThat(program.said()).contains("it was interrupted");
        }
        place.demandNobodyLeft(run);
        try (Program program = flinkRun(List.of(), "resume", run)) {
            assertThat(program.exitCode(180)).as(program.said()).isZero();
            place.demandPublished(run, program.said());
        }
        try (Program program = flinkRun(List.of(), "resume", run)) {
            assertThat(program.exitCode(60)).as(program.said()).isZero();
            assertThat(program.said()).contains("has succeeded already; nothing to resume");
        }
    }
}
