package org.tofro.kvs.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tofro.kvs.TestStore.row;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tofro.connect.cassandra.CutProxy;
import org.tofro.connect.cassandra.session.CassandraSessions;
import org.tofro.kvs.KvsClient;
import org.tofro.kvs.TestStore;
import org.tofro.local.TestCassandra;

/** The service when Cassandra is away, when it has too much to do, and when it is about to end. */
@Timeout(120)
class KvsServerTroubleTest {
    private static final String BODY = "{\"keys\": [1], \"fields\": [\"name\"]}";

    private final TestStore store = new TestStore();
    private CutProxy proxy;
    private CassandraSessions.Lease lease;
    private KvsClient client;

    @BeforeEach
    void open() throws Exception {
        store.load("people", TestStore.NAMES, row(1L, "Ada"));
        proxy = new CutProxy(TestCassandra.shared().port());
        lease = CassandraSessions.open(TestCassandra.shared().connection(proxy.port(), "tofro", "Secret1"));
        client = new KvsClient(lease.session(), store.keyspace(), Duration.ofSeconds(5));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        lease.close();
        proxy.close();
    }

    private Served serve(int requests, Duration timeout, Duration grace) {
        return Served.by(KvsServer.start(
                client,
                new ServeOptions(
                        "127.0.0.1",
                        0,
                        List.of(),
                        false,
                        new ServeOptions.Limits(10, 1_000, requests, timeout, Duration.ZERO, grace))));
    }

    /** A request of which the last byte has not been sent yet. */
    private static final class Slow implements AutoCloseable {
        private final Socket socket;

        Slow(Served served) throws Exception {
            socket = new Socket("127.0.0.1", served.port());
            String head =
                    "POST /v1/jobs/people/keys HTTP/1.1\r\nHost: x\r\nContent-Length: " + BODY.length() + "\r\n\r\n";
            OutputStream out = socket.getOutputStream();
            out.write((head + BODY.substring(0, BODY.length() - 1)).getBytes(StandardCharsets.UTF_8));
            out.flush();
            // It is at work when others are told that there is no place, or that there is one less.
            awaitInFlight(served, 1);
        }

        void end() throws Exception {
            socket.getOutputStream().write('}');
            socket.getOutputStream().flush();
        }

        String answer() throws Exception {
            InputStream in = socket.getInputStream();
            StringBuilder all = new StringBuilder();
            while (all.indexOf("}\n") < 0) {
                int b = in.read();
                if (b < 0) {
                    break;
                }
                all.append((char) b);
            }
            return all.toString();
        }

        @Override
        public void close() throws Exception {
            socket.close();
        }
    }

    @Test
    void moreRequestsThanItTakesAreSentAway() throws Exception {
        Served served = serve(1, Duration.ofSeconds(30), Duration.ofSeconds(5));
        try (Slow slow = new Slow(served)) {
            Served.Answer refused = served.get("/v1/jobs/people/keys/1");
            assertThat(refused.error())
                    .isEqualTo("503 overloaded: the service works on 1 requests, and takes no more at once; try again");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(served.get("/health").status()).isEqualTo(200);
            slow.end();
            assertThat(slow.answer()).startsWith("HTTP/1.1 200 OK").contains("\"name\":\"Ada\"");
        }
        // The place is left when the answer has been sent, which may be after it has been read.
        awaitInFlight(served, 0);
        assertThat(served.get("/v1/jobs/people/keys/1").status()).isEqualTo(200);
        served.server().stop();
    }

    @Test
    void whoIsServedWhenItEndsGetsTheAnswer() throws Exception {
        Served served = serve(10, Duration.ofSeconds(30), Duration.ofSeconds(30));
        try (Slow slow = new Slow(served)) {
            CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> stop(served));
            while (served.get("/health").status() == 200) {
                Thread.sleep(5);
            }
            assertThat(served.get("/health").body()).isEqualTo("{\"status\":\"draining\"}\n");
            assertThat(served.get("/health/live").body()).isEqualTo("{\"status\":\"live\"}\n");
            Served.Answer refused = served.get("/v1/jobs");
            assertThat(refused.error()).isEqualTo("503 draining: this instance is about to stop; ask another one");
            assertThat(refused.header("Connection")).isEqualTo("close");
            assertThat(stopped).isNotDone();
            slow.end();
            assertThat(slow.answer()).startsWith("HTTP/1.1 200 OK").contains("\"name\":\"Ada\"");
            assertThat(stopped.get()).isTrue();
        }
        assertThat(connects(served)).isFalse();
    }

    @Test
    void aRequestThatNeverEndsDoesNotKeepItUp() throws Exception {
        Served served = serve(10, Duration.ofSeconds(30), Duration.ofMillis(300));
        try (Slow slow = new Slow(served)) {
            assertThat(stop(served)).isFalse();
        }
        assertThat(connects(served)).isFalse();
    }

    @Test
    void aBodyThatTricklesIsGivenUp() throws Exception {
        Served served = serve(10, Duration.ofMillis(400), Duration.ofSeconds(5));
        try (Slow slow = new Slow(served)) {
            assertThat(slow.answer())
                    .startsWith("HTTP/1.1 408")
                    .contains("{\"error\":{\"code\":\"slow_body\",\"message\":\"the body did not come in time\"}}");
        }
        assertThat(served.get("/metrics").body()).contains("tofro_kvs_requests_in_flight 0.0");
        assertThat(served.server().stop()).isTrue();
    }

    @Test
    void aSilentCassandraIsATimeoutAndALostOneMakesItUnready() throws Exception {
        Served served = serve(10, Duration.ofMillis(700), Duration.ofSeconds(5));
        assertThat(served.get("/v1/jobs/people/keys/1").status()).isEqualTo(200);

        proxy.hold();
        Served.Answer late = served.get("/v1/jobs/people/keys/1");
        assertThat(late.error()).isEqualTo("504 timeout: the answer took longer than this service waits; try again");
        assertThat(late.header("Retry-After")).isEqualTo("1");
        proxy.letGo();
        while (served.get("/v1/jobs/people/keys/1").status() != 200) {
            Thread.sleep(50);
        }

        proxy.cutAfter(0, true);
        Served.Answer lost = served.get("/v1/jobs/people/keys/1");
        while (lost.status() == 200) {
            lost = served.get("/v1/jobs/people/keys/1");
        }
        assertThat(lost.error())
                .isEqualTo(
                        "503 unavailable: job 'people': Cassandra cannot be reached, or too few of its replicas are up;"
                                + " try again");
        Served.Answer health = served.get("/health");
        while (health.status() == 200) {
            Thread.sleep(100);
            health = served.get("/health");
        }
        assertThat(health.body()).isEqualTo("{\"status\":\"unavailable\",\"reason\":\"unavailable\"}\n");
        assertThat(served.get("/health/live").status()).isEqualTo(200);
        served.server().stop();
    }

    private static void awaitInFlight(Served served, int requests) throws Exception {
        while (!served.get("/metrics").body().contains("tofro_kvs_requests_in_flight " + requests + ".0")) {
            Thread.sleep(5);
        }
    }

    private static boolean stop(Served served) {
        try {
            return served.server().stop();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean connects(Served served) {
        try (Socket socket = new Socket("127.0.0.1", served.port())) {
            return true;
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
