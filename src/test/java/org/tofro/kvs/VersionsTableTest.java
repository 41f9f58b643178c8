package org.tofro.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tofro.local.TestCassandra;

/** The one row that says what readers see, on a real Cassandra. */
class VersionsTableTest {
    private static final KvsSchema SCHEMA = new KvsSchema(
            List.of(new KvsColumn("user_id", "bigint", false)),
            List.of(new KvsColumn("entityId1", "frozen<set<text>>", false), new KvsColumn("extra", "text", true)));
    private static final VersionFigures FIGURES = new VersionFigures(3, 100, Map.of("entityId1", 3L, "extra", 2L));

    private static CqlSession session;
    private static String keyspace;
    private static VersionsTable versions;

    @BeforeAll
    static void make() {
        session = TestCassandra.shared().session();
        keyspace = TestCassandra.shared().keyspace();
        assertThat(VersionsTable.isMade(session, keyspace)).isFalse();
        versions = VersionsTable.make(session, keyspace);
        assertThat(VersionsTable.isMade(session, keyspace)).isTrue();
    }

    /** A server knows of a table some moments before it can read it. */
    @Test
    void whoLooksWhileTheTableIsMadeSeesNoneOrAll() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            for (int i = 0; i < 5; i++) {
                String fresh = TestCassandra.shared().keyspace();
                List<Future<Boolean>> lookers = new ArrayList<>();
                for (int looker = 0; looker < 4; looker++) {
                    lookers.add(pool.submit(() -> {
                        while (!VersionsTable.isMade(session, fresh)) {
                            Thread.onSpinWait();
                        }
                        return true;
                    }));
                }
                VersionsTable.make(session, fresh);
                for (Future<Boolean> looker : lookers) {
                    assertThat(looker.get(60, TimeUnit.SECONDS)).isTrue();
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void anUnknownJobHasNoVersions() {
        assertThat(versions.read(new JobName("unknown"))).isEmpty();
        assertThat(versions.jobs()).doesNotContain(new JobName("unknown"));
    }

    @Test
    void aVersionIsBegunAndPublished() {
        JobName job = new JobName("example");
        JobVersion first = versions.begin(job, "pipeline/step", "run1", SCHEMA);

        assertThat(first.table()).isEqualTo("example_1");
        assertThat(first.state()).isEqualTo(JobVersion.State.LOADING);
        assertThat(first.schema()).isEqualTo(SCHEMA);
        assertThat(versions.read(job).orElseThrow().currentVersion()).isEmpty();

        versions.publish(first, FIGURES);

        Job published = versions.read(job).orElseThrow();
        assertThat(published.current()).isEqualTo(1);
        assertThat(published.epoch()).isEqualTo(1);
        assertThat(published.currentVersion().orElseThrow().figures()).isEqualTo(FIGURES);
        assertThat(versions.jobs()).contains(job);
    }

    @Test
    void whatIsAskedForTwiceIsDoneOnce() {
        JobName job = new JobName("twice");
        JobVersion version = versions.begin(job, "pipeline/step", "run1", SCHEMA);

        assertThat(versions.begin(job, "pipeline/step", "run1", SCHEMA).number())
                .isEqualTo(version.number());
        versions.publish(version, FIGURES);
        versions.publish(version, FIGURES);

        assertThat(versions.read(job).orElseThrow().epoch()).isEqualTo(1);
        assertThat(versions.begin(job, "pipeline/step", "run1", SCHEMA).state()).isEqualTo(JobVersion.State.PUBLISHED);
    }

    @Test
    void aWriterThatIsAliveKeepsOthersOut() {
        JobName job = new JobName("busy");
        JobVersion first = versions.begin(job, "pipeline/step", "run1", SCHEMA);
        versions.alive(first);

        assertThatThrownBy(() -> versions.begin(job, "other/step", "run2", SCHEMA))
                .isInstanceOf(KvsException.class)
                .hasMessage(
                        "job 'busy': run 'run1' of pipeline/step is at work on version 1; wait for its end, or for 60 s"
                                + " after it died");
        assertThat(versions.begin(job, "pipeline/step", "run2", SCHEMA).number())
                .as("the next run of the same owner knows that the one before it is dead")
                .isEqualTo(2);
    }

    @Test
    void aLoadThatBeganBeforeARollbackIsNotPublished() {
        JobName job = new JobName("rolled");
        versions.publish(versions.begin(job, "pipeline/step", "run1", SCHEMA), FIGURES);
        versions.publish(versions.begin(job, "pipeline/step", "run2", SCHEMA), FIGURES);
        JobVersion third = versions.begin(job, "pipeline/step", "run3", SCHEMA);

        versions.rollBack(versions.read(job).orElseThrow(), 1);

        assertThat(versions.read(job).orElseThrow().current()).isEqualTo(1);
        assertThatThrownBy(() -> versions.publish(third, FIGURES))
                .hasMessage(
                        "job 'rolled': version 3 was begun when the job's epoch was 2, and it is 3 now: somebody published"
                                + " or rolled back since. Nothing was published; start a new run");
        assertThat(versions.read(job).orElseThrow().current()).isEqualTo(1);
    }

    /** The versions as somebody sees them who is overtaken: others act between his look and his change. */
    private static VersionsTable overtakenBy(Runnable others) {
        AtomicBoolean acted = new AtomicBoolean();
        CqlSession overtaken = (CqlSession) Proxy.newProxyInstance(
                VersionsTableTest.class.getClassLoader(), new Class<?>[] {CqlSession.class}, (proxy, method, given) -> {
                    if (given != null && given[0] instanceof BatchStatement && !acted.getAndSet(true)) {
                        others.run();
                    }
                    return method.invoke(session, given);
                });
        return new VersionsTable(overtaken, keyspace);
    }

    @Test
    void aRollbackWhileAVersionIsBegunStands() {
        JobName job = new JobName("undone");
        versions.publish(versions.begin(job, "pipeline/step", "run1", SCHEMA), FIGURES);
        versions.publish(versions.begin(job, "pipeline/step", "run2", SCHEMA), FIGURES);
        JobVersion before = versions.begin(job, "pipeline/step", "run3", SCHEMA);

        JobVersion begun = overtakenBy(
                        () -> versions.rollBack(versions.read(job).orElseThrow(), 1))
                .begin(job, "pipeline/step", "run4", SCHEMA);

        Job now = versions.readSerial(job).orElseThrow();
        assertThat(now.current()).isEqualTo(1);
        assertThat(now.epoch()).isEqualTo(3);
        assertThat(now.last()).isEqualTo(4);
        assertThatThrownBy(() -> versions.publish(before, FIGURES))
                .hasMessage(
                        "job 'undone': version 3 was begun when the job's epoch was 2, and it is 3 now: somebody published"
                                + " or rolled back since. Nothing was published; start a new run");
        assertThat(begun.number()).isEqualTo(4);
        assertThat(begun.epoch()).as("it was begun after the rollback").isEqualTo(3);
        versions.publish(begun, FIGURES);
        assertThat(versions.read(job).orElseThrow().current()).isEqualTo(4);
    }

    @Test
    void whatIsPublishedWhileAVersionIsBegunStaysCurrent() {
        JobName job = new JobName("overtaken");

        JobVersion second = overtakenBy(
                        () -> versions.publish(versions.begin(job, "other/step", "run1", SCHEMA), FIGURES))
                .begin(job, "pipeline/step", "run1", SCHEMA);
        assertThat(second.number()).isEqualTo(2);
        assertThat(versions.readSerial(job).orElseThrow().current()).isEqualTo(1);

        JobVersion third =
                overtakenBy(() -> versions.publish(second, FIGURES)).begin(job, "pipeline/step", "run2", SCHEMA);
        Job now = versions.readSerial(job).orElseThrow();
        assertThat(now.current()).isEqualTo(2);
        assertThat(now.epoch()).isEqualTo(2);
        assertThat(third.epoch()).isEqualTo(2);
    }

    @Test
    void whatHappensWhileAVersionIsDroppedStands() {
        JobName job = new JobName("between");
        JobVersion first = versions.begin(job, "pipeline/step", "run1", SCHEMA);
        versions.publish(first, FIGURES);
        JobVersion second = versions.begin(job, "pipeline/step", "run2", SCHEMA);
        versions.publish(second, FIGURES);

        overtakenBy(() -> versions.begin(job, "pipeline/step", "run3", SCHEMA)).startDropping(first);
        assertThat(versions.readSerial(job).orElseThrow().last()).isEqualTo(3);

        assertThat(overtakenBy(() -> versions.rollBack(versions.read(job).orElseThrow(), 1))
                        .startDropping(first))
                .isFalse();
        Job now = versions.readSerial(job).orElseThrow();
        assertThat(now.currentVersion().orElseThrow().state()).isEqualTo(JobVersion.State.PUBLISHED);
        assertThat(now.epoch()).isEqualTo(3);
    }

    @Test
    void theCurrentVersionIsNotDroppedAndADroppedOneIsNotMadeCurrent() {
        JobName job = new JobName("dropped");
        JobVersion first = versions.begin(job, "pipeline/step", "run1", SCHEMA);
        KvsTables.create(session, keyspace, first);
        versions.publish(first, FIGURES);
        JobVersion second = versions.begin(job, "pipeline/step", "run2", SCHEMA);
        versions.publish(second, FIGURES);
        Job seen = versions.read(job).orElseThrow();

        assertThat(versions.startDropping(second)).isFalse();
        assertThat(versions.startDropping(first)).isTrue();
        assertThatThrownBy(() -> versions.rollBack(seen, 1)).hasMessageContaining("was changed meanwhile");
        KvsTables.drop(session, keyspace, first);
        versions.dropped(first);

        Job left = versions.read(job).orElseThrow();
        assertThat(left.versions()).extracting(JobVersion::number).containsExactly(2);
        assertThatThrownBy(() -> versions.rollBack(left, 1))
                .hasMessage("job 'dropped' has no version 1 to roll back to; it has: 2");
        assertThat(versions.begin(job, "pipeline/step", "run3", SCHEMA).number())
                .isEqualTo(3);
    }

    @Test
    void aDroppedLoadIsNotPublished() {
        JobName job = new JobName("lost");
        JobVersion first = versions.begin(job, "pipeline/step", "run1", SCHEMA);

        assertThat(versions.startDropping(first)).isTrue();

        assertThatThrownBy(() -> versions.publish(first, FIGURES)).hasMessageContaining("is not being loaded any more");
        assertThatThrownBy(() -> versions.alive(first)).hasMessageContaining("is not being loaded any more");
    }

    @Test
    void aVersionThatRestsKeepsNobodyWaiting() {
        JobName job = new JobName("rests");
        JobVersion first = versions.begin(job, "pipeline/step", "run1", SCHEMA);

        versions.rest(first);

        assertThat(versions.begin(job, "pipeline/step", "run1", SCHEMA).number())
                .as("its own run goes on with it")
                .isEqualTo(1);
        assertThat(versions.begin(job, "other/step", "run2", SCHEMA).number()).isEqualTo(2);
        versions.publish(first, FIGURES);
        versions.rest(first);
        assertThat(versions.read(job).orElseThrow().current()).isEqualTo(1);
    }

    @Test
    void aRetiredJobHasNoCurrentVersion() {
        JobName job = new JobName("retired");
        versions.publish(versions.begin(job, "pipeline/step", "run1", SCHEMA), FIGURES);
        JobVersion second = versions.begin(job, "pipeline/step", "run2", SCHEMA);

        versions.retire(versions.read(job).orElseThrow());

        assertThat(versions.read(job).orElseThrow().currentVersion()).isEmpty();
        assertThatThrownBy(() -> versions.publish(second, FIGURES)).hasMessageContaining("start a new run");
    }

    @Test
    void ofOwnersThatBeginAtOnceOneGetsTheJob() throws Exception {
        JobName job = new JobName("race");
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Callable<JobVersion>> writers = Stream.of("a", "b", "c", "d", "e", "f")
                    .<Callable<JobVersion>>map(owner -> () -> versions.begin(job, owner, "run", SCHEMA))
                    .toList();
            List<Integer> numbers = new ArrayList<>();
            List<String> refusals = new ArrayList<>();
            for (Future<JobVersion> begun : threads.invokeAll(writers)) {
                try {
                    numbers.add(begun.get().number());
                } catch (ExecutionException e) {
                    refusals.add(String.valueOf(e.getCause().getMessage()));
                }
            }
            assertThat(numbers).containsExactly(1);
            assertThat(refusals).hasSize(5).allMatch(sentence -> sentence.contains("is at work on version 1"));
        } finally {
            threads.shutdownNow();
        }
    }

    /** The first runs of pipelines that share a keyspace, each with a session of its own. */
    @Test
    void whoeverMakesTheTableAtOnceMakesOne() throws Exception {
        for (int round = 0; round < 3; round++) {
            String fresh = TestCassandra.shared().keyspace();
            ExecutorService threads = Executors.newFixedThreadPool(4);
            CountDownLatch ready = new CountDownLatch(4);
            try {
                List<Callable<JobVersion>> makers = Stream.of("a", "b", "c", "d")
                        .<Callable<JobVersion>>map(name -> () -> {
                            try (CqlSession own = TestCassandra.shared().newSession()) {
                                ready.countDown();
                                ready.await();
                                return VersionsTable.make(own, fresh)
                                        .begin(new JobName(name), "pipeline/step", "run1", SCHEMA);
                            }
                        })
                        .toList();
                for (Future<JobVersion> begun : threads.invokeAll(makers)) {
                    assertThat(begun.get().number()).isEqualTo(1);
                }
            } finally {
                threads.shutdownNow();
            }
            assertThat(new VersionsTable(session, fresh).jobs())
                    .extracting(JobName::name)
                    .containsExactly("a", "b", "c", "d");
            assertThat(session.execute("SELECT id FROM system_schema.tables WHERE keyspace_name = '" + fresh
                                    + "' AND table_name = 'versions'")
                            .one()
                            .getUuid(0))
                    .isEqualTo(VersionsTable.id(fresh));
        }
    }

    @Test
    void aKeyspaceThatIsDroppedAndMadeAgainKnowsNothing() {
        String again = TestCassandra.shared().keyspace();
        JobName job = new JobName("again");
        VersionsTable first = VersionsTable.make(session, again);
        first.publish(first.begin(job, "pipeline/step", "run1", SCHEMA), FIGURES);

        session.execute("DROP KEYSPACE " + again);
        session.execute("CREATE KEYSPACE " + again
                + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");

        VersionsTable second = VersionsTable.make(session, again);
        assertThat(second.readSerial(job)).isEmpty();
        assertThat(second.begin(job, "pipeline/step", "run2", SCHEMA).number()).isEqualTo(1);
    }

    @Test
    void aTableHasTypedColumnsByTheirServedNames() {
        JobVersion version = versions.begin(new JobName("typed"), "pipeline/step", "run1", SCHEMA);

        assertThat(KvsTables.ddl(keyspace, version))
                .isEqualTo("CREATE TABLE IF NOT EXISTS \"" + keyspace
                        + "\".\"typed_1\" (\"user_id\" bigint, \"entityId1\" frozen<set<text>>, \"extra\" text,"
                        + " PRIMARY KEY ((\"user_id\"))) WITH comment = 'Tofro: version 1 of job typed'");
        KvsTables.create(session, keyspace, version);
        session.execute("SELECT \"entityId1\" FROM " + KvsTables.name(keyspace, version));
        KvsTables.drop(session, keyspace, version);
        KvsTables.drop(session, keyspace, version);
    }
}
