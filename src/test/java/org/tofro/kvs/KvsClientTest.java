package org.tofro.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.kvs.TestStore.row;
import static org.tofro.kvs.TestStore.schema;

import com.datastax.oss.driver.api.core.CqlSession;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tofro.kvs.KvsReadException.Reason;
import org.tofro.local.TestCassandra;
import org.tofro.settings.CassandraConnection;

/** Reads of the store, on a real Cassandra. */
class KvsClientTest {
    private static TestStore store;
    private static KvsClient client;

    @BeforeAll
    static void open() {
        store = new TestStore();
        client = new KvsClient(store.session(), store.keyspace(), Duration.ofSeconds(20));
    }

    @AfterAll
    static void close() {
        client.close();
    }

    private static <T> T wait(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static void refused(CompletionStage<?> stage, Reason reason, String message) {
        assertThatThrownBy(() -> wait(stage))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(KvsReadException.class)
                .hasMessage(message)
                .extracting(e -> ((KvsReadException) e).reason())
                .isEqualTo(reason);
    }

    @Test
    void valuesComeBackTypedAndAsJson() {
        KvsSchema schema = schema(
                "id bigint",
                "name text",
                "amount decimal",
                "share double",
                "seen timestamp",
                "flag boolean",
                "tags frozen<set<text>>",
                "scores frozen<list<int>>",
                "byDay frozen<map<text, bigint>>",
                "raw json",
                "broken json",
                "nothing frozen<set<text>>");
        store.load(
                "typed",
                schema,
                row(
                        7L,
                        "A \"quoted\" ünïcode",
                        new BigDecimal("1234567890123456789.1234567890"),
                        Double.NaN,
                        Instant.parse("2026-11-23T05:00:00.250Z"),
                        true,
                        Set.of("b", "a"),
                        List.of(3, 1),
                        Map.of("mon", 9_007_199_254_740_993L),
                        "{\"a\": 1.10}",
                        "{} {}",
                        null));

        KvsEntry entry = wait(client.get(new JobName("typed"), KvsKey.of("7"))).orElseThrow();

        assertThat(entry.key()).isEqualTo(KvsKey.of(7L));
        assertThat(entry.version().number()).isEqualTo(1);
        assertThat(entry.get("amount", BigDecimal.class)).isEqualTo(new BigDecimal("1234567890123456789.1234567890"));
        assertThat(entry.get("seen", Instant.class)).isEqualTo("2026-11-23T05:00:00.250Z");
        assertThat(entry.fields().get("tags")).isEqualTo(Set.of("a", "b"));
        assertThat(entry.fields().get("nothing")).isNull();
        assertThat(entry.json())
                .isEqualTo("{\"name\":\"A \\\"quoted\\\" ünïcode\",\"amount\":1234567890123456789.1234567890,"
                        + "\"share\":\"NaN\",\"seen\":\"2026-11-23T05:00:00.250Z\",\"flag\":true,\"tags\":[\"a\",\"b\"],"
                        + "\"scores\":[3,1],\"byDay\":{\"mon\":9007199254740993},\"raw\":{\"a\": 1.10},"
                        + "\"broken\":\"{} {}\",\"nothing\":null}");
        assertThat(entry)
                .hasToString("an entry of version 1 of job 'typed' with name, amount, share, seen, flag, tags,"
                        + " scores, byDay, raw, broken, nothing");
        assertThat(wait(client.get(new JobName("typed"), KvsKey.of(8L)))).isEmpty();
    }

    @Test
    void onlyTheFieldsAskedForAreRead() {
        store.load("fields", schema("id bigint", "a text", "b text"), row(1L, "x", "y"));
        JobName job = new JobName("fields");

        assertThat(wait(client.get(job, KvsKey.of(1), "b")).orElseThrow().json())
                .isEqualTo("{\"b\":\"y\"}");
        assertThat(wait(client.get(job, KvsKey.of(1), "b", "a", "b"))
                        .orElseThrow()
                        .json())
                .isEqualTo("{\"a\":\"x\",\"b\":\"y\"}");
        assertThatThrownBy(() ->
                        wait(client.get(job, KvsKey.of(1), "b")).orElseThrow().get("a", String.class))
                .hasMessage("field 'a' was not asked for; the entry has: b");
        // The server would refuse a statement that names a column which is not there.
        store.session().execute("ALTER TABLE " + store.keyspace() + ".fields_1 DROP a");
        assertThat(wait(client.get(job, KvsKey.of(1), "b")).orElseThrow().json())
                .isEqualTo("{\"b\":\"y\"}");
        refused(
                client.get(job, KvsKey.of(1), "b", "c"),
                Reason.UNKNOWN_FIELD,
                "version 1 of job 'fields' has no field 'c'; it has: a, b");
    }

    @Test
    void manyKeysAreOneAnswer() {
        Object[][] rows =
                LongStream.range(0, 300).mapToObj(i -> row(i, "name" + i)).toArray(Object[][]::new);
        store.load("many", TestStore.NAMES, rows);
        List<KvsKey> keys =
                LongStream.range(200, 400).mapToObj(i -> KvsKey.of(i)).toList();

        KvsAnswer answer = wait(client.getAll(new JobName("many"), keys, List.of()));

        assertThat(answer.version().number()).isEqualTo(1);
        assertThat(answer.keys()).hasSize(200);
        assertThat(answer.entries().keySet())
                .containsExactlyElementsOf(
                        LongStream.range(200, 300).mapToObj(i -> KvsKey.of(i)).toList());
        assertThat(answer.entry(KvsKey.of(250L)).orElseThrow().get("name", String.class))
                .isEqualTo("name250");
        assertThat(wait(client.getAll(new JobName("many"), List.of(), List.of()))
                        .entries())
                .isEmpty();
    }

    @Test
    void keysOfManyKindsAreReadFromText() {
        store.load(
                "composite",
                schema("course text, day date, at timestamp, part smallint", "n int"),
                row(
                        "a,b%",
                        java.time.LocalDate.parse("2026-11-23"), Instant.parse("2026-11-23T05:00:00Z"), (short) 3, 5));
        JobName job = new JobName("composite");
        JobVersion version =
                store.versions().read(job).orElseThrow().currentVersion().orElseThrow();

        KvsKey key = KvsKey.parse(job, version.schema(), "a%2Cb%25,2026-11-23,2026-11-23T05:00:00Z,3");
        assertThat(wait(client.get(job, key)).orElseThrow().json()).isEqualTo("{\"n\":5}");

        refused(
                client.get(job, KvsKey.of("x")),
                Reason.BAD_KEY,
                "job 'composite': a key has 4 parts (course, day, at, part), and what was given has 1");
        refused(
                client.get(job, KvsKey.of("x", "2026-11-23", "2026-11-23T05:00:00Z", "40000")),
                Reason.BAD_KEY,
                "job 'composite': 'part' of the key is a smallint, and what was given is not");
        refused(
                client.get(job, KvsKey.of("x", "2026-11-23", "secret", "4")),
                Reason.BAD_KEY,
                "job 'composite': 'at' of the key is a timestamp, and what was given is not; one looks like"
                        + " 2026-11-23T05:00:00Z");
        assertThatThrownBy(() -> KvsKey.parse(job, version.schema(), "a%2,b,c,d"))
                .hasMessage(
                        "job 'composite': a percent sign in a key is followed by two digits of UTF-8 in hexadecimal,"
                                + " as in %2C for a comma; the sign itself is %25");
    }

    @Test
    void whatIsNotThereIsSaid() {
        store.begin("loading", TestStore.NAMES);
        store.load("kept", TestStore.NAMES, row(1L, "x"));

        refused(
                client.get(new JobName("nobody"), KvsKey.of(1)),
                Reason.UNKNOWN_JOB,
                "there is no job 'nobody'; `tofro kvs versions` lists those there are");
        refused(
                client.get(new JobName("loading"), KvsKey.of(1)),
                Reason.NO_VERSION,
                "job 'loading' has no current version: none was published yet, or all were dropped");
        refused(
                client.getAll(new JobName("kept"), 2, schema -> List.of(KvsKey.of(1)), List.of()),
                Reason.UNKNOWN_VERSION,
                "job 'kept' has no version 2; it has: 1");
        try (KvsClient astray = new KvsClient(store.session(), "no_such_keyspace")) {
            refused(
                    astray.get(new JobName("kept"), KvsKey.of(1)),
                    Reason.NO_STORE,
                    "job 'kept': Cassandra has no such table; is the keyspace the one that jobs are materialized in?");
        }
        assertThat(wait(client.jobs())).contains(new ListedJob(new JobName("kept"), 1));
    }

    @Test
    void aFlipIsFollowedWithinASecondAndSoIsARollback() throws Exception {
        JobName job = new JobName("followed");
        store.load("followed", TestStore.NAMES, row(1L, "one"));
        assertThat(name(job)).isEqualTo("one");

        store.load("followed", TestStore.NAMES, row(1L, "two"));
        assertThat(changedWithin(job, "two")).isLessThan(1_000);

        store.versions().rollBack(store.versions().read(job).orElseThrow(), 1);
        assertThat(changedWithin(job, "one")).isLessThan(1_000);
        assertThat(wait(client.getAll(job, 2, schema -> List.of(KvsKey.of(1)), List.of()))
                        .entry(KvsKey.of(1))
                        .orElseThrow()
                        .get("name", String.class))
                .isEqualTo("two");
    }

    private static String name(JobName job) {
        return wait(client.get(job, KvsKey.of(1))).orElseThrow().get("name", String.class);
    }

    /** Milliseconds until readers see the value. */
    private static long changedWithin(JobName job, String value) throws Exception {
        long begun = System.nanoTime();
        while (!name(job).equals(value)) {
            assertThat(System.nanoTime() - begun)
                    .isLessThan(Duration.ofSeconds(5).toNanos());
            Thread.sleep(5);
        }
        return Duration.ofNanos(System.nanoTime() - begun).toMillis();
    }

    @Test
    void aVersionThatWasDroppedMeanwhileIsReadInTheOneAfterIt() {
        JobName job = new JobName("dropped");
        JobVersion first = store.load("dropped", TestStore.NAMES, row(1L, "one"));
        // A client that has not heard of what comes then, as one is between two looks.
        try (KvsClient late = new KvsClient(store.session(), store.keyspace(), Duration.ofSeconds(20))) {
            wait(late.get(job, KvsKey.of(1)));
            store.load("dropped", TestStore.NAMES, row(1L, "two"));
            store.drop(first);
            for (int i = 0; i < 20; i++) {
                assertThat(wait(late.get(job, KvsKey.of(1))).orElseThrow().get("name", String.class))
                        .isIn("two");
            }
            refused(
                    late.getAll(job, 1, schema -> List.of(KvsKey.of(1)), List.of()),
                    Reason.UNKNOWN_VERSION,
                    "job 'dropped' has no version 1; it has: 2");
        }
    }

    @Test
    void everyAnswerIsOfOneVersionWhileVersionsComeAndGo() throws Exception {
        JobName job = new JobName("flips");
        int keys = 8;
        List<KvsKey> all = LongStream.range(0, keys).mapToObj(i -> KvsKey.of(i)).toList();
        JobVersion last = store.load("flips", schema("id bigint", "version int"), rows(keys, 1));
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong answers = new AtomicLong();
        List<Thread> readers = new ArrayList<>();
        for (int reader = 0; reader < 8; reader++) {
            Thread thread = new Thread(() -> {
                int newest = 0;
                while (!stop.get()) {
                    try {
                        KvsAnswer answer = wait(client.getAll(job, all, List.of("version")));
                        int number = answer.version().number();
                        if (answer.entries().size() != keys
                                || answer.entries().values().stream()
                                        .anyMatch(entry -> entry.get("version", Integer.class) != number)) {
                            wrong.add("a mixture, or keys were missing, in version " + number);
                        }
                        if (number < newest) {
                            wrong.add("back from " + newest + " to " + number);
                        }
                        newest = number;
                        answers.incrementAndGet();
                    } catch (RuntimeException e) {
                        wrong.add(e + " by " + e.getCause().getCause());
                    }
                }
            });
            thread.start();
            readers.add(thread);
        }
        for (int number = 2; number <= 5; number++) {
            JobVersion next = store.load("flips", schema("id bigint", "version int"), rows(keys, number));
            // At once, while readers are on it.
            store.drop(last);
            last = next;
        }
        stop.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(answers.get()).isGreaterThan(50);
    }

    private static Object[][] rows(int keys, int version) {
        return LongStream.range(0, keys).mapToObj(i -> row(i, version)).toArray(Object[][]::new);
    }

    @Test
    void jobsAreFollowedByOneThread() {
        try (KvsClient own = new KvsClient(store.session(), store.keyspace())) {
            long before = threads();
            for (int i = 0; i < 5; i++) {
                store.load("threads" + i, TestStore.NAMES, row(1L, "x"));
                assertThat(wait(own.get(new JobName("threads" + i), KvsKey.of(1))))
                        .isPresent();
            }
            assertThat(threads()).isEqualTo(before).isPositive();
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("tofro-kvs-versions"))
                .count();
    }

    @Test
    void withoutCassandraAReadFailsWithASentence() {
        CassandraConnection here = TestCassandra.shared().connection();
        CqlSession lost = CqlSession.builder()
                .addContactPoint(new InetSocketAddress("127.0.0.1", here.port()))
                .withLocalDatacenter(here.localDatacenter())
                .withAuthCredentials(here.user(), here.password().reveal())
                .build();
        store.load("lost", TestStore.NAMES, row(1L, "x"));
        try (KvsClient own = new KvsClient(lost, store.keyspace())) {
            assertThat(wait(own.get(new JobName("lost"), KvsKey.of(1)))).isPresent();
            lost.close();
            assertThatThrownBy(() -> wait(own.get(new JobName("lost"), KvsKey.of(1))))
                    .cause()
                    .isInstanceOf(KvsReadException.class)
                    .hasMessage(
                            "job 'lost': Cassandra cannot be reached, or too few of its replicas are up; try again");
        }
    }
}
