package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A host has places for so many runs; the others wait, in the order in which they came. {@code HostPlacesTest} shows it of many
 * processes.
 */
@Tag("slow")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class RunsAtOnceTest {
    private static final int RUNS = 6;
    private static @Nullable Workplace made;
    private final Workplace place = Objects.requireNonNull(made);

    @BeforeAll
    static void make() throws Exception {
        made = Workplace.make("places", "events", 60);
        Path own = Files.createDirectories(made.folder().resolve("tmp"));
        made.options("-Djava.io.tmpdir=" + own);
    }

    @AfterAll
    static void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    /** A runner file with so many places. */
    private void limit(int runs, int waitSeconds) throws Exception {
        Path local = place.folder().resolve("runners/local.yaml");
        Files.writeString(
                place.folder().resolve("runners/limited.yaml"),
                Files.readString(local)
                        .replaceFirst(
                                "limits: \\{",
                                "limits: {max_runs: " + runs + ", run_wait_seconds: " + waitSeconds + ", "));
    }

    /** A short pipeline that notes when its steps begin and end. */
    private String pipeline(String name, String more) throws Exception {
        place.write(name, more + """
                bootstrap: echo "$TOFRO_PIPELINE begins $(date +%s%N)" >> LOG; while [ ! -e GO ]; do sleep 0.1; done
                steps:
                - {type: sql-command, command: SELECT 1}
                notify: {on: [success, failure], command: 'echo "$TOFRO_PIPELINE ends $(date +%s%N)" >> LOG'}
                """.replace("LOG", log().toString()).replace("GO", go().toString()));
        return name + ".yaml";
    }

    private Path log() {
        return place.folder().resolve("log.txt");
    }

    private Path go() {
        return place.folder().resolve("go");
    }

    private List<String> logged() throws Exception {
        return Files.exists(log()) ? Files.readAllLines(log()) : List.of();
    }

    @Test
    void sixShortRunsHaveTwoPlaces() throws Exception {
        Files.deleteIfExists(log());
        Files.deleteIfExists(go());
        limit(2, 600);
        List<Program> programs = new ArrayList<>();
        try {
            for (int i = 0; i < RUNS; i++) {
                String pipeline = pipeline("short" + i, "");
                programs.add(place.start("run", pipeline, "--runner", "limited"));
                // One after the other, so that it is known in which order they came.
                programs.get(i).await(Pattern.compile("^(waiting for a place|run )", Pattern.MULTILINE), 60);
            }
            Files.createFile(go());
            for (Program program : programs) {
                assertThat(program.exitCode(240)).as(program.said()).isZero();
            }
        } finally {
            for (Program program : programs) {
                program.close();
            }
        }
        int atWork = 0;
        int most = 0;
        List<String> begun = new ArrayList<>();
        for (String line : logged()) {
            boolean begins = line.contains(" begins ");
            atWork += begins ? 1 : -1;
            most = Math.max(most, atWork);
            if (begins) {
                begun.add(line.split(" ")[0]);
            }
        }
        assertThat(begun).hasSize(RUNS);
        assertThat(most).isEqualTo(2);
        for (int i = 0; i < RUNS; i++) {
            assertThat(Math.abs(begun.indexOf("short" + i) - i))
                    .as("two that have their places at a time may change their order: " + begun)
                    .isLessThanOrEqualTo(1);
        }
        assertThat(programs.get(RUNS - 1).err())
                .containsPattern(
                        "^waiting for a place: 2 runs are at work on this host \\(max_runs\\), and \\d+ wait before\n"
                                + "has a place for runs on this host after \\d+ seconds?\n");
    }

    @Test
    void aPlaceIsFreeWhenItsProcessIsKilledAndPatienceEnds() throws Exception {
        limit(1, 600);
        Files.writeString(go(), "");
        place.changeSource();
        try (Database.Gate gate = place.closeGate("extract");
                Program first = place.start("run", "gated.yaml", "--runner", "limited")) {
            gate.awaitArrival(first);
            limit(1, 1);
            try (Program impatient = place.run(75, "run", pipeline("impatient", ""), "--runner", "limited")) {
                assertThat(impatient.err())
                        .endsWith(
                                "1 run is at work on this host, no more may be by max_runs of the runner file, and none"
                                        + " of them has ended within 1 second (run_wait_seconds); nothing was started\n");
            }
            limit(1, 600);
            try (Program killed = place.start("run", pipeline("killed", ""), "--runner", "limited");
                    Program patient = place.start("run", pipeline("patient", ""), "--runner", "limited")) {
                killed.await(Pattern.compile("waiting for a place"), 60);
                patient.await(Pattern.compile("waiting for a place"), 60);
                System.out.println(
                        "a waiting process holds " + residentMib(patient.pid()) + " MiB at " + Instant.now());
                killed.signal("KILL");
                first.signal("KILL");
                assertThat(patient.exitCode(120)).as(patient.said()).isZero();
            }
        }
    }

    private static long residentMib(long pid) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whoWaitsForOtherPipelinesHoldsNoPlace() throws Exception {
        limit(1, 600);
        Files.writeString(go(), "");
        String needing = pipeline("needing", "needs: {pipeline: needed, refresh_rate: 1}\n");
        try (Program waiting = place.start("run", needing, "--runner", "limited", "--date", "2026-11-23")) {
            waiting.await(Pattern.compile("waiting for pipeline 'needed'"), 60);
            place.run(0, "run", pipeline("needed", ""), "--runner", "limited", "--date", "2026-11-23")
                    .close();
            assertThat(waiting.exitCode(60)).as(waiting.said()).isZero();
        }
    }
}
