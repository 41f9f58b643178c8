package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.kvs.Job;
import org.tofro.kvs.JobName;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.VersionsTable;
import org.tofro.local.TestCassandra;

/** A load of the key-value store that is disturbed: by its server, and by another load of the same job. */
@ExtendWith(TestCheckout.EndToEnd.class)
@Tag("slow")
class KvsTroubleTest {
    private static final int KEYS = 60_000;

    private static void table(Scene scene) throws Exception {
        scene.changeWarehouse(
                "CREATE SCHEMA IF NOT EXISTS " + scene.name,
                "CREATE TABLE " + scene.name + ".slow (id integer, v varchar(20))",
                "INSERT INTO " + scene.name + ".slow SELECT n, 'value ' || n FROM generate_series(1, " + KEYS
                        + ") AS n");
    }

    /** So many seconds at least that there is time to disturb it. */
    private static String pipeline(KvsScene kvs, String name, int seconds) throws Exception {
        return kvs.scene.file(name + ".yaml", """
                name: NAME_%s
                steps:
                - type: materialize-kvs
                  name: materialize
                  job_name: disturbed
                  keyspace: NAME_kvs
                  max_writes_per_second: %d
                  index_column: id
                  fields:
                  - {table: NAME.slow}
                """.formatted(name, KEYS / seconds));
    }

    private static CompletableFuture<Scene.Answer> start(KvsScene kvs, String pipeline) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return kvs.run(pipeline);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private static JobVersion awaitLoading(KvsScene kvs) throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (System.nanoTime() < end) {
            if (VersionsTable.isMade(KvsScene.session(), kvs.keyspace)) {
                Optional<JobVersion> loading =
                        kvs.versions().readSerial(new JobName("disturbed")).map(Job::versions).stream()
                                .flatMap(List::stream)
                                .filter(version -> version.state() == JobVersion.State.LOADING
                                        && kvs.tables().contains(version.table()))
                                .findFirst();
                if (loading.isPresent()) {
                    return loading.get();
                }
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no version is being loaded");
    }

    @Test
    void aServerThatIsStoppedAndStartedCostsNoKey(Scene scene) throws Exception {
        KvsScene kvs = new KvsScene(scene);
        table(scene);
        CompletableFuture<Scene.Answer> run = start(kvs, pipeline(kvs, "stopped", 15));
        JobVersion version = awaitLoading(kvs);
        Thread.sleep(3_000);

        TestCassandra.shared().stop();
        Thread.sleep(8_000);
        assertThat(run).as("it waits for the server").isNotDone();
        TestCassandra.shared().startAgain();

        Scene.Answer answer = run.get(5, TimeUnit.MINUTES);
        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(kvs.job("disturbed").currentVersion().orElseThrow().number()).isEqualTo(version.number());
        assertThat(kvs.rows("disturbed")).hasSize(KEYS).doesNotHaveDuplicates();
    }

    /** It refuses what is more than so many requests in a second, whatever they are, with an error that says so. */
    @Test
    void aServerWhoseOwnLimitsAreLowGetsEveryKey(Scene scene) throws Exception {
        int keys = 15_000;
        int perSecond = 500;
        KvsScene kvs = new KvsScene(scene);
        table(scene);
        String pipeline = scene.file("overloaded.yaml", """
                name: NAME_overloaded
                steps:
                - type: materialize-kvs
                  name: materialize
                  job_name: disturbed
                  keyspace: NAME_kvs
                  index_column: id
                  fields:
                  - {sql: "SELECT id, v FROM NAME.slow WHERE id <= %d"}
                """.formatted(keys));
        TestCassandra.shared().restart("""
                native_transport_rate_limiting_enabled: true
                native_transport_max_requests_per_second: %d
                native_transport_throw_on_overload: true
                """.formatted(perSecond));
        try {
            Scene.Answer answer = kvs.run(pipeline);

            assertThat(answer.code()).as(answer.toString()).isZero();
            var step = Scene.step(Scene.report(answer.run()), "materialize");
            assertThat(step.get("notes").toString()).contains("read back 256 keys, all as they were written");
            long millis = step.get("millis").asLong();
            assertThat(millis)
                    .as("it keeps to what the server takes")
                    .isBetween(800L * keys / perSecond, 3_000L * keys / perSecond);
        } finally {
            TestCassandra.shared().restart("");
        }
        assertThat(kvs.rows("disturbed")).hasSize(keys).doesNotHaveDuplicates();
    }

    @Test
    void ofTwoPipelinesThatLoadOneJobTheSecondIsRefused(Scene scene) throws Exception {
        KvsScene kvs = new KvsScene(scene);
        table(scene);
        CompletableFuture<Scene.Answer> first = start(kvs, pipeline(kvs, "first", 15));
        JobVersion version = awaitLoading(kvs);

        Scene.Answer second = kvs.run(pipeline(kvs, "second", 1));

        assertThat(second.code()).as(second.toString()).isEqualTo(1);
        assertThat(second.out())
                .contains(
                        "job 'disturbed': run '" + version.run() + "' of " + version.owner() + " is at work on version "
                                + version.number() + "; wait for its end, or for 60 s after it died");
        Scene.Answer answer = first.get(5, TimeUnit.MINUTES);
        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(kvs.job("disturbed").versions())
                .extracting(JobVersion::number)
                .containsExactly(version.number());
        assertThat(kvs.rows("disturbed")).hasSize(KEYS);
    }
}
