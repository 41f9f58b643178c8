package org.tofro.kvs.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.kvs.TestStore.row;
import static org.tofro.kvs.TestStore.schema;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tofro.kvs.Forgetting;
import org.tofro.kvs.JobName;
import org.tofro.kvs.KvsClient;
import org.tofro.kvs.TestStore;

/** The service's answers, on a real Cassandra. */
class KvsServerTest {
    private static final ServeOptions.Limits LIMITS =
            new ServeOptions.Limits(5, 2_000, 50, Duration.ofSeconds(20), Duration.ZERO, Duration.ofSeconds(5));

    private static TestStore store;
    private static KvsClient client;
    private static Served served;

    @BeforeAll
    static void open() {
        store = new TestStore();
        client = new KvsClient(store.session(), store.keyspace(), Duration.ofSeconds(20));
        served = Served.by(KvsServer.start(client, new ServeOptions("127.0.0.1", 0, List.of(), false, LIMITS)));
        store.load(
                "people",
                schema("id bigint", "name text", "tags frozen<set<text>>"),
                row(1L, "Ada", Set.of("x")),
                row(2L, "Bob", null));
        store.load("pairs", schema("course text, part int", "n int"), row("a,b/c d", 1, 7), row("ü", 2, 8));
        store.begin("empty", TestStore.NAMES);
    }

    @AfterAll
    static void close() throws Exception {
        served.server().stop();
        client.close();
    }

    @Test
    void aKeyIsAnsweredWithItsVersion() throws Exception {
        Served.Answer answer = served.get("/v1/jobs/people/keys/1");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"job\":\"people\",\"version\":1,\"key\":{\"id\":1},\"fields\":{\"name\":\"Ada\",\"tags\":[\"x\"]}}\n");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Tofro-Version")).isEqualTo("1");
        assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void onlyTheFieldsAskedForAreSent() throws Exception {
        assertThat(served.get("/v1/jobs/people/keys/2?fields=tags").json().path("fields"))
                .hasToString("{\"tags\":null}");
        assertThat(served.get("/v1/jobs/people/keys/2?fields=tags&fields=name")
                        .json()
                        .path("fields"))
                .hasToString("{\"name\":\"Bob\",\"tags\":null}");
        assertThat(served.get("/v1/jobs/people/keys/2?fields=n%61me,tags")
                        .json()
                        .path("fields"))
                .hasToString("{\"name\":\"Bob\",\"tags\":null}");
    }

    @Test
    void partsOfACompositeKeyAreSeparatedByCommas() throws Exception {
        assertThat(served.get("/v1/jobs/pairs/keys/a%2Cb%2Fc%20d,1").body())
                .isEqualTo(
                        "{\"job\":\"pairs\",\"version\":1,\"key\":{\"course\":\"a,b/c d\",\"part\":1},\"fields\":{\"n\":7}}\n");
        assertThat(served.get("/v1/jobs/pairs/keys/%C3%BC,2").json().path("fields"))
                .hasToString("{\"n\":8}");
        assertThat(served.get("/v1/jobs/pairs/keys/a").error())
                .isEqualTo("400 bad_key: job 'pairs': a key has 2 parts (course, part), and what was given has 1");
    }

    @Test
    void manyKeysAreAnsweredAtOnce() throws Exception {
        assertThat(served.post("/v1/jobs/people/keys", "{\"keys\": [2, \"1\", 9, 2], \"fields\": [\"name\"]}")
                        .body())
                .isEqualTo(
                        "{\"job\":\"people\",\"version\":1,\"entries\":[{\"key\":{\"id\":2},\"fields\":{\"name\":\"Bob\"}},"
                                + "{\"key\":{\"id\":1},\"fields\":{\"name\":\"Ada\"}}],\"missing\":[{\"id\":9}]}\n");
        assertThat(served.post(
                                "/v1/jobs/pairs/keys",
                                "{\"keys\": [[\"a,b/c d\", 1], {\"part\": 2, \"course\": \"ü\"}]}")
                        .json()
                        .path("entries"))
                .hasSize(2);
        assertThat(served.post("/v1/jobs/people/keys", "{\"keys\": []}").json().path("entries"))
                .isEmpty();
    }

    @Test
    void jobsAreListedAndDescribed() throws Exception {
        assertThat(served.get("/v1/jobs").body())
                .startsWith("{\"jobs\":[{\"job\":\"")
                .contains("{\"job\":\"empty\",\"version\":null},{\"job\":\"pairs\",\"version\":1},"
                        + "{\"job\":\"people\",\"version\":1}");
        assertThat(served.get("/v1/jobs/pairs").body())
                .matches(
                        "\\{\"job\":\"pairs\",\"version\":1,\"key\":\\[\\{\"name\":\"course\",\"type\":\"text\"},"
                                + "\\{\"name\":\"part\",\"type\":\"int\"}],\"fields\":\\[\\{\"name\":\"n\",\"type\":\"int\"}],"
                                + "\"versions\":\\[\\{\"version\":1,\"keys\":2,\"bytes\":200,\"published_at\":\"[^\"]+Z\"}]}\n");
        assertThat(served.get("/v1/jobs/empty").body())
                .isEqualTo("{\"job\":\"empty\",\"version\":null,\"versions\":[]}\n");
    }

    @Test
    void whatIsNotThereHasACodeOfItsOwn() throws Exception {
        assertThat(served.get("/v1/jobs/nobody/keys/1").error())
                .isEqualTo("404 unknown_job: there is no job 'nobody'; `tofro kvs versions` lists those there are");
        assertThat(served.get("/v1/jobs/No-Job").error())
                .isEqualTo(
                        "404 unknown_job: there is no such job; its name is none: it is at most 38 lower-case letters,"
                                + " digits and underscores, a letter first, and not 'versions'");
        assertThat(served.get("/v1/jobs/empty/keys/1").error())
                .isEqualTo(
                        "404 no_version: job 'empty' has no current version: none was published yet, or all were dropped");
        assertThat(served.get("/v1/jobs/people/keys/9").error())
                .isEqualTo("404 unknown_key: version 1 of job 'people' has no such key");
        assertThat(served.get("/v1/jobs/people/keys/1?fields=nmae").error())
                .isEqualTo("400 unknown_field: version 1 of job 'people' has no field 'nmae'; it has: name, tags");
        assertThat(served.get("/v1/jobs/people/keys/one").error())
                .isEqualTo("400 bad_key: job 'people': 'id' of the key is a bigint, and what was given is not");
        assertThat(served.get("/v1/jobs/people/keys/1?field=a").error())
                .isEqualTo("400 bad_request: there is no query parameter of that name; there is 'fields'");
        assertThat(served.get("/v1/people").error())
                .isEqualTo(
                        "404 not_found: there is nothing by this path; see /v1/jobs, and /v1/jobs/JOB/keys/KEY?fields=a,b");
        assertThat(served.get("/").error()).startsWith("404 not_found: ");
        assertThat(served.get("/v1/jobs/people/keys/%C3").error()).startsWith("400 bad_key: ");
    }

    @Test
    void bodiesThatAreWrongAreRefused() throws Exception {
        String path = "/v1/jobs/people/keys";
        assertThat(served.post(path, "{\"keys\": [1,").error())
                .isEqualTo("400 bad_request: the body is no JSON: line 1, column 13");
        assertThat(served.post(path, "[1]").error()).isEqualTo("400 bad_request: the body is no JSON object");
        assertThat(served.post(path, "{}").error())
                .isEqualTo("400 bad_request: 'keys' is missing or no array; a body looks like"
                        + " {\"keys\": [\"a\", \"b\"], \"fields\": [\"f\"]}");
        assertThat(served.post(path, "{\"keys\": [1], \"field\": []}").error())
                .isEqualTo("400 bad_request: the body has no 'field'; it has 'keys' and 'fields'");
        assertThat(served.post(path, "{\"keys\": [1], \"fields\": \"a\"}").error())
                .isEqualTo("400 bad_request: 'fields' is no array of names");
        assertThat(served.post(path, "{\"keys\": [null]}").error())
                .isEqualTo("400 bad_key: a part of a key is missing, or is neither a text, a number nor a truth value");
        assertThat(served.post("/v1/jobs/pairs/keys", "{\"keys\": [{\"course\": \"a\", \"part\": 1, \"x\": 2}]}")
                        .error())
                .isEqualTo("400 bad_key: a key has 'course', 'part', and no other member");
        assertThat(served.post(path, "{\"keys\": [1, 2, 3, 4, 5, 6]}").error())
                .isEqualTo("400 too_many_keys: the request has 6 keys, and this service takes 5 at once");
        assertThat(served.post(path, "x".repeat(3_000)).error())
                .isEqualTo("413 body_too_large: the body is longer than 2000 bytes");
        Served.Answer method = served.send(served.request(path).DELETE().build());
        assertThat(method.error()).isEqualTo("405 method_not_allowed: this path takes POST");
        assertThat(method.header("Allow")).isEqualTo("POST");
        assertThat(served.post("/v1/jobs/people/keys/1", "").header("Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void whatACacheKeepsIsAskedForAgain() throws Exception {
        store.load("cached", TestStore.NAMES, row(1L, "old"), row(2L, "x"));
        String path = "/v1/jobs/cached/keys/1";
        Served.Answer first = served.get(path);
        String tag = first.header("ETag");

        Served.Answer again = served.get(path, "If-None-Match", "\"other\", W/" + tag);
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.header("Tofro-Version")).isEqualTo("1");

        store.load("cached", TestStore.NAMES, row(1L, "new"));
        long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (served.get(path, "If-None-Match", tag).status() == 304) {
            assertThat(System.nanoTime()).as("a second has passed").isLessThan(end);
        }
        String newTag = served.get(path).header("ETag");
        assertThat(newTag).isNotEqualTo(tag);
        new Forgetting(store.session(), store.keyspace()).forget(new JobName("cached"), List.of("1"));
        assertThat(served.get(path, "If-None-Match", newTag).error())
                .as("a key that was forgotten must not be taken for unchanged")
                .startsWith("404 unknown_key");
    }

    @Test
    void headsAreAnsweredWithoutABody() throws Exception {
        Served.Answer head = served.send(served.request("/v1/jobs/people/keys/1")
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build());

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.header("ETag"))
                .isEqualTo(served.get("/v1/jobs/people/keys/1").header("ETag"));
    }

    @Test
    void metricsAreForPrometheus() throws Exception {
        served.get("/v1/jobs/people/keys/1");
        served.get("/v1/jobs/people/keys/777");
        served.get("/v1/jobs/nobody/keys/1");

        Served.Answer metrics = served.get("/metrics");

        assertThat(metrics.header("Content-Type")).startsWith("text/plain; version=0.0.4");
        assertThat(metrics.body())
                .contains("tofro_kvs_request_seconds_bucket{route=\"key\",status=\"200\",le=\"0.001\"}")
                .contains("tofro_kvs_errors_total{code=\"unknown_job\"}")
                .contains("tofro_kvs_keys_total{job=\"people\",outcome=\"found\"}")
                .contains("tofro_kvs_keys_total{job=\"people\",outcome=\"missing\"}")
                .contains("tofro_kvs_served_version{job=\"people\"} 1.0")
                .contains("tofro_kvs_requests_in_flight 0.0")
                .doesNotContain("777", "nobody");
        assertThat(served.get("/metrics", "Accept", "application/openmetrics-text")
                        .body())
                .endsWith("# EOF\n");
    }

    @Test
    void manyAtOnceAreAllAnswered() {
        List<String> bodies = IntStream.range(0, 40)
                .mapToObj(i -> served.http()
                        .sendAsync(
                                served.request("/v1/jobs/people/keys/1?fields=name")
                                        .build(),
                                java.net.http.HttpResponse.BodyHandlers.ofString()))
                .collect(Collectors.toList())
                .stream()
                .map(answer -> answer.join().body())
                .distinct()
                .toList();
        assertThat(bodies)
                .containsExactly(
                        "{\"job\":\"people\",\"version\":1,\"key\":{\"id\":1},\"fields\":{\"name\":\"Ada\"}}\n");
    }

    @Test
    void aTokenIsNeededWhereThereIsOne() throws Exception {
        KvsServer closed =
                KvsServer.start(client, new ServeOptions("127.0.0.1", 0, List.of("old-one", "new-one"), true, LIMITS));
        Served guarded = Served.by(closed);
        try {
            Served.Answer refused = guarded.get("/v1/jobs");
            assertThat(refused.error())
                    .isEqualTo(
                            "401 unauthorized: a token is needed: send the header 'Authorization: Bearer TOKEN' with the"
                                    + " right one");
            assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
            assertThat(guarded.get("/v1/jobs", "Authorization", "Bearer new-on").status())
                    .isEqualTo(401);
            assertThat(guarded.get("/v1/jobs", "Authorization", "Basic new-one").status())
                    .isEqualTo(401);
            assertThat(guarded.get("/v1/jobs", "Authorization", "Bearer new-one")
                            .status())
                    .isEqualTo(200);
            assertThat(guarded.get("/v1/jobs", "Authorization", "bearer old-one")
                            .status())
                    .isEqualTo(200);
            assertThat(guarded.get("/metrics").status()).isEqualTo(401);
            assertThat(guarded.get("/metrics", "Authorization", "Bearer old-one")
                            .status())
                    .isEqualTo(200);
            assertThat(guarded.get("/health").body()).isEqualTo("{\"status\":\"ready\"}\n");
            assertThat(guarded.get("/").status()).isEqualTo(200);
            assertThat(guarded.get("/").header("Content-Security-Policy")).startsWith("default-src 'none'");
        } finally {
            closed.stop();
        }
    }

    @Test
    void aPortThatIsTakenIsSaid() {
        int port = served.server().port();
        assertThatThrownBy(() ->
                        KvsServer.start(client, new ServeOptions("127.0.0.1", port, List.of("secret"), false, LIMITS)))
                .hasMessage("cannot listen on 127.0.0.1:" + port
                        + ": the port is taken, or the address is none of this machine");
    }
}
