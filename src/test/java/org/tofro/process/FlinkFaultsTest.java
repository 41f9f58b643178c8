package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.kvs.Job;
import org.tofro.kvs.JobName;
import org.tofro.kvs.KvsTables;
import org.tofro.kvs.VersionsTable;
import org.tofro.local.BuiltClusterJar;

/** Whatever process of a Flink cluster is killed, or the launcher: nothing is lost, and nothing is there twice. */
@Tag("slow")
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class FlinkFaultsTest {
    private static final int KEYS = 60_000;
    private static @Nullable Workplace made;
    private final Workplace place = Objects.requireNonNull(made);

    @BeforeAll
    static void make() throws Exception {
        BuiltClusterJar.get();
        made = Workplace.make("flink-faults", "gated", 60);
    }

    @AfterAll
    static void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    /** Flink begins again, on the other worker, what the lost one had in hand. */
    @ParameterizedTest
    @ValueSource(strings = {"extract", "load", "reload"})
    void aWorkerIsKilled(String step) throws Exception {
        place.changeSource();
        String run;
        try (Program program = place.start("run", "gated.yaml", "--runner", "cluster")) {
            long lost;
            try (Database.Gate gate = place.closeGate(step)) {
                run = program.awaitRun();
                gate.awaitArrival(program);
                // The launcher must have heard of the worker, to miss it.
                program.await(Pattern.compile("(?m)^" + step + ": started$"), 60);
                List<String> busy = place.workersOf(step);
                assertThat(busy).hasSize(1);
                lost = place.killFlink(busy.get(0));
            }
            assertThat(program.exitCode(180)).as(program.said()).isZero();
            assertThat(program.err()).containsPattern("\n" + step + ": " + loss(lost) + "\n");
            demandLines(run, step, lost);
        }
        place.demandPublished(run, step);
    }

    private static String loss(long process) {
        return "(its worker was lost: process " + process + " on \\S+; another has begun it again"
                + "|nothing was heard of its worker for \\d+ s: process " + process + " on .*)";
    }

    /** The launch's log says where each attempt was, what it did there, and that a worker was lost between. */
    private void demandLines(String run, String step, long lost) throws Exception {
        try (Program logs = place.run(0, "logs", run, "--runner", "cluster")) {
            String line = "\n\\S+Z INFO  \\[" + step + "\\] ";
            assertThat(logs.out())
                    .containsPattern(line + "started\n")
                    .containsPattern(line + "in process " + lost + " on \\S+\n")
                    .containsPattern("\n\\S+Z WARN  \\[" + step + "\\] " + loss(lost) + "\n")
                    .containsPattern(line + "in process (?!" + lost + " )\\d+ on \\S+, attempt [2-9] of Flink's\n")
                    .containsPattern(line
                            + switch (step) {
                                case "extract" -> "one reader: ";
                                case "load" -> "copying\n";
                                default -> "replacing rows\n";
                            })
                    .endsWith(" - the launch has ended: succeeded\n");
        }
    }

    @Test
    void aWorkerIsKilledWhileAVersionIsLoaded() throws Exception {
        place.warehouse().execute("CREATE TABLE IF NOT EXISTS prod.stamp AS SELECT 7 AS stamp");
        place.write("stamped", """
                steps:
                - type: materialize-kvs
                  name: materialize
                  job_name: stamped
                  index_column: id
                  fields:
                  - {sql: "SELECT e.id, s.stamp FROM prod.events e, prod.stamp s WHERE e.id <= %d"}
                """.formatted(KEYS));
        place.run(0, "run", "stamped.yaml").close();
        try (CqlSession session = place.cassandra();
                Program program = place.start("run", "stamped.yaml", "--runner", "cluster")) {
            VersionsTable versions = new VersionsTable(session, "tofro_kvs");
            JobName name = new JobName("stamped");
            program.await(Pattern.compile("materialize: started"), 120);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (versions.readSerial(name).orElseThrow().versions().size() < 2 && System.nanoTime() < deadline) {
                Thread.sleep(20);
            }
            List<String> busy = place.busyWorkers("materialize/");
            assertThat(busy).as(program.said()).isNotEmpty();
            place.killFlink(busy.get(0));
            assertThat(program.exitCode(240)).as(program.said()).isZero();

            Job job = versions.readSerial(name).orElseThrow();
            Row counted = Objects.requireNonNull(session.execute("SELECT count(*), min(stamp), max(stamp) FROM "
                            + KvsTables.name("tofro_kvs", job.currentVersion().orElseThrow()))
                    .one());
            assertThat(List.of(counted.getLong(0), counted.getLong(1), counted.getLong(2)))
                    .containsExactly((long) KEYS, 7L, 7L);
        }
    }

    /** Nobody is left who could tell how the graph goes, so the run has failed; a new JobManager knows nothing of it. */
    @Test
    void theJobManagerIsKilled() throws Exception {
        place.changeSource();
        String run;
        try (Program program = place.start("run", "gated.yaml", "--runner", "cluster");
                Database.Gate gate = place.closeGate("load")) {
            run = program.awaitRun();
            gate.awaitArrival(program);
            place.killFlink("jobmanager");
            assertThat(program.exitCode(120)).as(program.said()).isEqualTo(1);
            assertThat(program.out())
                    .containsPattern(
                            "\nThe run was ended: the engine ended the run early: Flink at http://\\S+:\\d+ cannot be"
                                    + " reached: its JobManager has died, or the network between is broken\\.\n");
            assertThat(program.err()).contains("to go on from where it stopped: tofro resume " + run);
        }
        place.run(0, "resume", run, "--runner", "cluster").close();
        place.demandPublished(run, "JobManager");
    }

    /** The graph goes on without its launcher; `resume` fences it, cancels it, and takes over what it has committed. */
    @ParameterizedTest
    @ValueSource(strings = {"extract", "load"})
    void theLauncherIsKilled(String step) throws Exception {
        place.changeSource();
        String run;
        try (Program program = place.start("run", "gated.yaml", "--runner", "cluster");
                Database.Gate gate = place.closeGate(step)) {
            run = program.awaitRun();
            gate.awaitArrival(program);
            program.signal("KILL");
            assertThat(program.exitCode(10)).isEqualTo(128 + 9);
            assertThat(place.workersOf(step)).hasSize(1);
        }
        try (Program status = place.run(0, "status", "--runner", "cluster")) {
            assertThat(status.out()).contains("gated", "killed");
        }
        place.run(0, "resume", run, "--runner", "cluster").close();
        place.demandPublished(run, step);
    }

    /** Workers are told to end; Flink alone would wait for what they wait for. */
    @Test
    void aSignalEndsTheStepOnTheWorker() throws Exception {
        place.changeSource();
        String run;
        try (Program program = place.start("run", "gated.yaml", "--runner", "cluster");
                Database.Gate gate = place.closeGate("extract")) {
            run = program.awaitRun();
            gate.awaitArrival(program);
            program.signal("TERM");
            assertThat(program.exitCode(30)).as(program.said()).isNotZero();
            place.demandNobodyLeft("interrupted");
        }
        place.run(0, "resume", run, "--runner", "cluster").close();
        place.demandPublished(run, "interrupted");
    }
}
