package org.tofro.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tofro.local.Environments.daemon;
import static org.tofro.local.Environments.isAlive;
import static org.tofro.local.Environments.kill;
import static org.tofro.local.Environments.of;
import static org.tofro.local.Environments.serve;
import static org.tofro.local.Environments.write;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlSession;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.Secret;
import org.tofro.settings.Settings;
import org.tofro.settings.Tls;

/** The life of a Cassandra stand-in; what it is for is tested where it is read. */
@Tag("slow")
class CassandraStandInTest {
    @TempDir
    Path checkout;

    private final List<String> progress = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void down() {
        Stack.down(checkout);
    }

    @Test
    void itIsSeededAdoptedSeededAnewAndStopped() throws Exception {
        write(checkout.resolve("seed/shop/a.cql"), "CREATE TABLE t (k int PRIMARY KEY, v text); -- a; b\n");
        write(checkout.resolve("seed/shop/t.jsonl"), "{\"k\": 1, \"v\": \"é;'\"}\n{\"k\": 2}\n");
        Settings served = serve(of(cassandra("seed")), checkout, progress);
        CassandraConnection first = (CassandraConnection) served.connections().get("c");
        assertThat(rows(first)).containsExactlyInAnyOrder("1|é;'", "2|null");
        assertThat(progress.get(0)).isEqualTo("making the server of c");
        assertThat(progress).anyMatch(line -> line.matches("seeded c/shop in \\d+ ms"));
        assertThat(stranger(first)).contains("is not permitted to log in");
        assertThat(Files.readString(Path.of(first.home()))).contains("cassandra-all-");

        long daemon = daemon(checkout).pid();
        kill(daemon);
        long server = pid();
        assertThat(isAlive(server)).isTrue();
        progress.clear();
        write(checkout.resolve("seed/shop/t.jsonl"), "{\"k\": 3}\n");
        CassandraConnection second = (CassandraConnection)
                serve(of(cassandra("seed")), checkout, progress).connections().get("c");
        assertThat(second).isEqualTo(first);
        assertThat(progress.get(0)).isEqualTo("adopted the server of c, process " + server);
        assertThat(rows(second)).containsExactly("3|null");

        progress.clear();
        assertThat(serve(of(cassandra("seed")), checkout, progress)).isEqualTo(served);
        assertThat(progress).isEmpty();

        kill(server);
        assertThat(rows((CassandraConnection) serve(of(cassandra("seed")), checkout, progress)
                        .connections()
                        .get("c")))
                .containsExactly("3|null");
        long again = pid();
        assertThat(Stack.down(checkout)).isTrue();
        assertThat(isAlive(again)).isFalse();
    }

    private long pid() throws Exception {
        return Long.parseLong(Files.readAllLines(checkout.resolve(".tofro/cassandra/c/server.pid"))
                .get(0));
    }

    private static CassandraConnection cassandra(String seed) {
        return new CassandraConnection(
                "c",
                true,
                seed,
                List.of(),
                9042,
                "",
                null,
                Secret.of(""),
                Tls.OFF,
                CassandraConnection.Consistency.LOCAL_QUORUM);
    }

    private static CqlSession connect(CassandraConnection at, String user, String password) {
        return CqlSession.builder()
                .addContactPoint(new InetSocketAddress(at.contactPoints().get(0), at.port()))
                .withLocalDatacenter(at.localDatacenter())
                .withAuthCredentials(user, password)
                .build();
    }

    private static List<String> rows(CassandraConnection at) {
        try (CqlSession session = connect(at, at.user(), at.password().reveal())) {
            return session.execute("SELECT k, v FROM shop.t")
                    .map(row -> row.getInt(0) + "|" + row.getString(1))
                    .all();
        }
    }

    private static String stranger(CassandraConnection at) {
        try (CqlSession session = connect(at, "cassandra", "cassandra")) {
            return session.toString();
        } catch (AllNodesFailedException e) {
            return e.getMessage();
        }
    }
}
