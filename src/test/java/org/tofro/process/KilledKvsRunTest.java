package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tofro.kvs.Job;
import org.tofro.kvs.JobName;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.KvsTables;
import org.tofro.kvs.VersionsTable;

/**
 * Whatever moment a load is killed at, readers that ask without pause see every key, and each of one version only:
 * {@code -Dtofro.test.kills} says how often, {@code -Dtofro.test.seed} when.
 */
@Tag("slow")
class KilledKvsRunTest {
    private static final int KILLS = Integer.getInteger("tofro.test.kills", 30);
    private static final int KEYS = 20_000;
    private static final int READERS = 8;
    private static final JobName JOB = new JobName("stamped");
    private static final String KEYSPACE = "tofro_kvs";

    /** Before which it is killed: any moment of the step, or one close to the flip. */
    private enum Moment {
        ANY,
        LOADING,
        FLIPPED
    }

    @Test
    @Timeout(value = 90, unit = TimeUnit.MINUTES)
    void readersNeverSeeAMixtureAndMissNoKey() throws Exception {
        long seed = Long.getLong("tofro.test.seed", System.nanoTime());
        System.out.println("seed of the moments: -Dtofro.test.seed=" + seed);
        Random random = new Random(seed);
        Map<String, Integer> kills = new TreeMap<>();
        try (Workplace place = Workplace.make("killed-kvs", "events", 600)) {
            place.write("stamped", """
                    steps:
                    - type: materialize-kvs
                      name: materialize
                      job_name: stamped
                      index_column: id
                      fields:
                      - {sql: "SELECT e.id, s.stamp AS firstStamp FROM prod.events e, prod.stamp s WHERE e.id <= %1$d"}
                      - {sql: "SELECT e.id, s.stamp AS secondStamp FROM prod.events e, prod.stamp s WHERE e.id <= %1$d"}
                    """.formatted(KEYS));
            place.warehouse().execute("CREATE TABLE prod.stamp AS SELECT 0 AS stamp");
            place.run(0, "run", "stamped.yaml").close();
            long length = length(place);
            try (CqlSession session = place.cassandra();
                    Readers readers = new Readers(session)) {
                VersionsTable versions = new VersionsTable(session, KEYSPACE);
                for (int kill = 1; kill <= KILLS; kill++) {
                    stamp(place, kill);
                    Job before = versions.readSerial(JOB).orElseThrow();
                    Moment moment = Moment.values()[kill % Moment.values().length];
                    String run;
                    try (Program program = place.start("run", "stamped.yaml")) {
                        run = program.awaitRun();
                        await(moment, versions, before, program);
                        Thread.sleep((long) ((moment == Moment.ANY ? length : length / 8) * random.nextDouble()));
                        if (program.isAlive()) {
                            program.signal("KILL");
                            program.exitCode(10);
                        }
                    }
                    Job after = versions.readSerial(JOB).orElseThrow();
                    kills.merge(standing(before, after), 1, Integer::sum);
                    String context = "kill " + kill + ", " + moment + ", run " + run;
                    demandCurrent(session, before, after, kill, context);
                    if (kill % 2 == 0) {
                        try (Program resume = place.start("resume", run)) {
                            int code = resume.exitCode(180);
                            if (code == 2 && resume.err().contains("knows no run")) {
                                place.run(0, "run", "stamped.yaml").close();
                            } else {
                                assertThat(code)
                                        .as(context + "\n" + resume.said())
                                        .isZero();
                            }
                        }
                    } else {
                        place.run(0, "run", "stamped.yaml").close();
                    }
                    Job done = versions.readSerial(JOB).orElseThrow();
                    assertThat(stamps(session, done.currentVersion().orElseThrow()))
                            .as(context)
                            .containsExactly(kill);
                    assertThat(done.versions())
                            .as(context)
                            .hasSizeLessThanOrEqualTo(3)
                            .allMatch(version -> version.state() == JobVersion.State.PUBLISHED);
                    assertThat(tables(session))
                            .as(context)
                            .hasSize(done.versions().size());
                    assertThat(readers.complaints).as(context).isEmpty();
                }
                System.out.println("kills: " + kills + "; answers checked: " + readers.answers.sum() + " of "
                        + readers.stamps.size() + " versions");
            }
        }
        assertThat(kills).containsKeys("loading", "flipped");
    }

    private static long length(Workplace place) throws Exception {
        stamp(place, 0);
        try (Program program = place.start("run", "stamped.yaml")) {
            program.awaitRun();
            long startedAt = System.nanoTime();
            assertThat(program.exitCode(180)).as(program.said()).isZero();
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt);
        }
    }

    private static void stamp(Workplace place, int stamp) throws Exception {
        place.warehouse().execute("UPDATE prod.stamp SET stamp = " + stamp);
    }

    private static void await(Moment moment, VersionsTable versions, Job before, Program program) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (moment != Moment.ANY && program.isAlive() && System.nanoTime() < end) {
            String standing = standing(before, versions.readSerial(JOB).orElseThrow());
            if (standing.equals("flipped") || (standing.equals("loading") && moment == Moment.LOADING)) {
                return;
            }
        }
    }

    private static String standing(Job before, Job now) {
        if (now.current() != before.current()) {
            return "flipped";
        }
        return now.last() != before.last() ? "loading" : "before";
    }

    /** Readers see the old version or the new one, whole. */
    private static void demandCurrent(CqlSession session, Job before, Job after, int stamp, String context) {
        JobVersion current = after.currentVersion().orElseThrow();
        boolean flipped = after.current() != before.current();
        assertThat(stamps(session, current)).as(context).hasSize(1);
        if (flipped) {
            assertThat(stamps(session, current)).as(context).containsExactly(stamp);
        }
    }

    /** The different stamps of a version, all of whose keys are there. */
    private static List<Integer> stamps(CqlSession session, JobVersion version) {
        List<Integer> stamps = new ArrayList<>();
        long[] rows = {0};
        session.execute("SELECT \"firstStamp\", \"secondStamp\" FROM " + KvsTables.name(KEYSPACE, version))
                .forEach(row -> {
                    rows[0]++;
                    for (int column = 0; column < 2; column++) {
                        int stamp = (int) row.getLong(column);
                        if (!stamps.contains(stamp)) {
                            stamps.add(stamp);
                        }
                    }
                });
        assertThat(rows[0]).isEqualTo(KEYS);
        return stamps;
    }

    private static List<String> tables(CqlSession session) {
        return session
                .execute("SELECT table_name FROM system_schema.tables WHERE keyspace_name = '" + KEYSPACE + "'")
                .all()
                .stream()
                .map(row -> String.valueOf(row.getString(0)))
                .filter(table -> !table.equals(VersionsTable.NAME))
                .toList();
    }

    /** Products that read keys without pause, each of the version that is current when it asks. */
    private static final class Readers implements AutoCloseable {
        private final CqlSession session;
        private final AtomicBoolean closed = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();
        private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
        private final Map<Integer, Long> stamps = new ConcurrentHashMap<>();
        private final LongAdder answers = new LongAdder();

        Readers(CqlSession session) {
            this.session = session;
            for (int i = 0; i < READERS; i++) {
                Thread thread = new Thread(this::read, "reader " + i);
                thread.start();
                threads.add(thread);
            }
        }

        private void read() {
            VersionsTable versions = new VersionsTable(session, KEYSPACE);
            while (!closed.get() && complaints.size() < 10) {
                Optional<JobVersion> current = versions.read(JOB).flatMap(Job::currentVersion);
                if (current.isEmpty()) {
                    complaints.add("no version is current");
                    return;
                }
                try {
                    for (int i = 0; i < 20; i++) {
                        ask(current.get());
                    }
                } catch (InvalidQueryException dropped) {
                    if (versions.read(JOB).map(Job::current).orElse(0)
                            == current.get().number()) {
                        complaints.add("the table of the current version is gone: " + dropped.getMessage());
                    }
                } catch (RuntimeException e) {
                    complaints.add(e.toString());
                }
            }
        }

        private void ask(JobVersion version) {
            long key = 1 + ThreadLocalRandom.current().nextInt(KEYS);
            var row = session.execute("SELECT \"firstStamp\", \"secondStamp\" FROM " + KvsTables.name(KEYSPACE, version)
                            + " WHERE id = " + key)
                    .one();
            answers.increment();
            if (row == null) {
                complaints.add("key " + key + " is not in version " + version.number());
                return;
            }
            long stamp = row.getLong(0);
            Long known = stamps.putIfAbsent(version.number(), stamp);
            if (row.getLong(1) != stamp || (known != null && known != stamp)) {
                complaints.add("version " + version.number() + " has the stamps " + known + ", " + stamp + " and "
                        + row.getLong(1));
            }
        }

        @Override
        public void close() throws InterruptedException {
            closed.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }
}
