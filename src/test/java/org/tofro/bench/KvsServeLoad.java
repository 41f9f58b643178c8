package org.tofro.bench;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.tofro.kvs.JobName;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.KvsColumn;
import org.tofro.kvs.KvsSchema;
import org.tofro.kvs.KvsTables;
import org.tofro.kvs.VersionFigures;
import org.tofro.kvs.VersionsTable;

/**
 * Reads keys at a steady rate, by the driver and by the service in turn, and prints how long they took. A request is sent
 * when it is due, whether those before it were answered or not, and is timed from that moment: a server that stalls is not
 * spared. With one argument less it only fills the table.
 *
 * <p>Arguments: port of Cassandra, user, keys, requests a second, seconds of a round, rounds, address of the service. The
 * password is {@code PGPASSWORD} of the environment.
 */
public final class KvsServeLoad {
    private static final JobName JOB = new JobName("bench_serve");
    private static final String KEYSPACE = "tofro_kvs";
    private static final int IN_FLIGHT = 300;

    private KvsServeLoad() {}

    public static void main(String[] args) throws InterruptedException {
        long keys = Long.parseLong(args[2]);
        try (CqlSession session = CqlSession.builder()
                .addContactPoint(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])))
                .withLocalDatacenter("datacenter1")
                .withAuthCredentials(args[1], System.getenv("PGPASSWORD"))
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofMinutes(1))
                        .build())
                .build()) {
            JobVersion version = fill(session, keys);
            if (args.length > 6) {
                measure(session, version, keys, args);
            }
        }
    }

    private static JobVersion fill(CqlSession session, long keys) {
        session.execute("CREATE KEYSPACE IF NOT EXISTS " + KEYSPACE
                + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        VersionsTable versions = VersionsTable.make(session, KEYSPACE);
        var current = versions.read(JOB).flatMap(job -> job.currentVersion());
        if (current.isPresent() && current.get().figures().keys() == keys) {
            return current.get();
        }
        JobVersion version = versions.begin(
                JOB,
                "bench",
                "bench-" + System.nanoTime(),
                new KvsSchema(
                        List.of(new KvsColumn("id", "bigint", false)),
                        List.of(
                                new KvsColumn("name", "text", false),
                                new KvsColumn("amount", "double", false),
                                new KvsColumn("tags", "frozen<set<text>>", false))));
        KvsTables.create(session, KEYSPACE, version);
        PreparedStatement insert = session.prepare("INSERT INTO " + KvsTables.name(KEYSPACE, version)
                + " (id, name, amount, tags) VALUES (?, ?, ?, {'a', 'b', 'c'}) USING TIMESTAMP " + version.writtenAt());
        ArrayDeque<CompletionStage<AsyncResultSet>> pending = new ArrayDeque<>();
        for (long key = 0; key < keys; key++) {
            pending.add(session.executeAsync(insert.bind(key, "a name of some length " + key, key / 7.0)));
            if (pending.size() == IN_FLIGHT) {
                pending.remove().toCompletableFuture().join();
            }
        }
        pending.forEach(each -> each.toCompletableFuture().join());
        versions.publish(version, new VersionFigures(keys, 60 * keys, Map.of()));
        return version;
    }

    private static void measure(CqlSession session, JobVersion version, long keys, String[] args)
            throws InterruptedException {
        int rate = Integer.parseInt(args[3]);
        int seconds = Integer.parseInt(args[4]);
        int rounds = Integer.parseInt(args[5]);
        PreparedStatement select = session.prepare(
                "SELECT name, amount, tags FROM " + KvsTables.name(KEYSPACE, version) + " WHERE id = ?");
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        LongFunction<CompletionStage<?>> driver =
                key -> session.executeAsync(select.bind(key).setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM))
                        .thenAccept(rows -> demand(rows.one() != null));
        LongFunction<CompletionStage<?>> service = key -> http.sendAsync(
                        HttpRequest.newBuilder(URI.create(args[6] + "/v1/jobs/" + JOB + "/keys/" + key))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray())
                .thenAccept(answer -> demand(answer.statusCode() == 200));
        double[][] byDriver = new double[rounds][];
        double[][] byService = new double[rounds][];
        // Code that is compiled while it is hit at the full rate would only be shown to be late.
        for (int slowly : new int[] {10, 3, 1}) {
            load(driver, keys, rate / slowly, seconds, requests -> {});
            load(service, keys, rate / slowly, seconds, requests -> {});
        }
        for (int round = 0; round < rounds; round++) {
            byDriver[round] = load(driver, keys, rate, seconds, KvsServeLoad::demandNone);
            byService[round] = load(service, keys, rate, seconds, KvsServeLoad::demandNone);
        }
        print("driver", byDriver, rate);
        print("service", byService, rate);
        System.out.printf("service's p50 over the driver's: %.2f ms%n", median(byService, .5) - median(byDriver, .5));
    }

    private static void demand(boolean held) {
        if (!held) {
            throw new IllegalStateException("a key had no entry");
        }
    }

    private static void demandNone(int failed) {
        if (failed > 0) {
            throw new IllegalStateException(failed + " requests failed");
        }
    }

    /** Milliseconds of each request, in order of size. */
    private static double[] load(
            LongFunction<CompletionStage<?>> request, long keys, int rate, int seconds, IntConsumer failures)
            throws InterruptedException {
        int requests = rate * seconds;
        double[] millis = new double[requests];
        AtomicInteger failed = new AtomicInteger();
        CountDownLatch open = new CountDownLatch(requests);
        Random random = new Random(7);
        long begun = System.nanoTime() + 50_000_000;
        for (int i = 0; i < requests; i++) {
            int index = i;
            long due = begun + i * 1_000_000_000L / rate;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            CompletionStage<?> answer;
            try {
                answer = request.apply(random.nextLong(keys));
            } catch (RuntimeException e) {
                answer = CompletableFuture.failedStage(e);
            }
            answer.whenComplete((done, e) -> {
                millis[index] = (System.nanoTime() - due) / 1e6;
                if (e != null) {
                    failed.incrementAndGet();
                }
                open.countDown();
            });
        }
        open.await();
        failures.accept(failed.get());
        Arrays.sort(millis);
        return millis;
    }

    private static void print(String what, double[][] rounds, int rate) {
        System.out.printf(
                "%-8s at %d requests/s: p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms (medians of %d rounds)%n",
                what, rate, median(rounds, .5), median(rounds, .99), median(rounds, .999), rounds.length);
    }

    private static double median(double[][] rounds, double quantile) {
        double[] each = IntStream.range(0, rounds.length)
                .mapToDouble(round ->
                        rounds[round][(int) Math.min(rounds[round].length - 1, quantile * rounds[round].length)])
                .sorted()
                .toArray();
        return each[each.length / 2];
    }
}
