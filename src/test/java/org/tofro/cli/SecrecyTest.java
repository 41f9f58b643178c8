package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.local.LocalMysql;
import org.tofro.local.TestCassandra;
import org.tofro.secrecy.FlinkPages;
import org.tofro.secrecy.Planted;

/**
 * Secrets of every kind of connection are planted; none is found in what a run says, keeps, starts or shows. The users of
 * RDS have the privileges that docs/security.md names, and no others.
 */
@ExtendWith(TestCheckout.EndToEnd.class)
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SecrecyTest {
    private final Planted planted = new Planted();
    private final ByteArrayOutputStream logs = new ByteArrayOutputStream();
    private final PrintStream standardError = System.err;
    private HttpServer hook;

    @BeforeEach
    void listen() throws IOException {
        hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", exchange -> {
            exchange.sendResponseHeaders(500, -1);
            exchange.close();
        });
        hook.start();
        System.setErr(new PrintStream(logs, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stopListening() {
        System.setErr(standardError);
        hook.stop(0);
    }

    /** A runner file whose connections are those of real servers, each with a planted password in a file. */
    private String runner(Scene scene, String base, String... oldAndNew) throws Exception {
        String postgres = planted.plant("PostgreSQL");
        try (var admin = scene.rds("postgres");
                var statement = admin.createStatement()) {
            statement.execute("CREATE ROLE " + scene.name + " LOGIN PASSWORD '" + postgres + "'");
        }
        String mysql = planted.plant("MySQL");
        LocalMysql.shared().execute("", "CREATE USER " + scene.name + " IDENTIFIED BY '" + mysql + "'");
        String cassandra = planted.plant("Cassandra");
        TestCassandra.shared()
                .session()
                .execute("CREATE ROLE " + scene.name + " WITH PASSWORD = '" + cassandra
                        + "' AND LOGIN = true AND SUPERUSER = true");
        planted.note("the warehouse", scene.checkout().redshift().password().reveal());
        planted.note(
                "S3", Objects.requireNonNull(scene.checkout().s3().secretKey()).reveal());
        scene.file("postgres.txt", postgres);
        scene.file("mysql.txt", mysql);
        scene.file("cassandra.txt", cassandra);
        scene.file("key.txt", planted.plant("masks"));
        scene.file(
                "hook.txt",
                "http://127.0.0.1:" + hook.getAddress().getPort() + "/services/" + planted.plant("a webhook"));
        String[] changes = {
            "{type: postgres, stand_in: true, seed: test-data/rds/host_db_1}",
            "{type: postgres, host: 127.0.0.1, port: " + scene.checkout().rds().port()
                    + ", user: NAME, password: \"${file:postgres.txt}\"}",
            "{type: mysql, stand_in: true, seed: test-data/rds/host_db_2}",
            "{type: mysql, host: 127.0.0.1, port: " + LocalMysql.shared().port()
                    + ", user: NAME, password: \"${file:mysql.txt}\"}",
            KvsScene.STAND_IN,
            "cassandra: {cassandra_home: \"" + TestCassandra.shared().home() + "\", "
                    + TestCassandra.shared().runnerFields().replaceFirst("user: \\w+", "user: NAME")
                    + "\"${file:cassandra.txt}\"}",
            "staging_area:",
            "masks: {key: \"${file:key.txt}\"}\nnotify: {on: [success, failure], webhook: \"${file:hook.txt}\"}\nstaging_area:"
        };
        scene.runnerFrom(base, "planted.yaml", changes);
        return scene.runnerFrom(
                Path.of(scene.file("folder", "")).resolveSibling("planted.yaml").toString(), "run.yaml", oldAndNew);
    }

    /** A pipeline that uses all of them. */
    private String pipeline(Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE people (id integer, email text)",
                "INSERT INTO people VALUES (1, 'a@b'), (2, 'c@d')",
                "GRANT SELECT ON people TO " + scene.name);
        LocalMysql.shared()
                .execute(
                        "",
                        "CREATE DATABASE " + scene.name,
                        "CREATE TABLE " + scene.name + ".visits (id integer)",
                        "INSERT INTO " + scene.name + ".visits VALUES (1), (2)",
                        "GRANT SELECT, LOCK TABLES ON " + scene.name + ".* TO " + scene.name,
                        "GRANT INSERT ON " + scene.name + ".visits TO " + scene.name,
                        "GRANT CREATE, INSERT, UPDATE ON " + scene.name + ".tofro_rds_target TO " + scene.name,
                        "GRANT CREATE, INSERT, UPDATE ON " + scene.name + ".tofro_rds_load TO " + scene.name);
        return scene.file("planted-pipeline.yaml", """
                name: NAME
                steps:
                - type: extract-from-rds
                  name: people
                  connection: host_db_1
                  database: NAME
                  table: people
                  columns: [{name: id}, {name: email, mask: hmac}]
                - {type: extract-from-rds, name: visits, connection: host_db_2, database: NAME, table: visits}
                - type: transform
                  name: look
                  input_node: people
                  command: >-
                    (cat /proc/[0-9]*/cmdline; cat /proc/$PPID/cmdline; env) > SEEN;
                    touch ARRIVED; while [ ! -f GO ]; do sleep 0.1; done; cp $INPUT1_STAGING_DIR/* $OUTPUT1_STAGING_DIR
                - {type: load-into-staging-table, name: load, table: NAME.staging, input_node: look}
                - {type: reload-prod-table, name: publish, source: NAME.staging, destination: NAME.prod}
                - {type: load-into-rds, name: back, connection: host_db_2, database: NAME, table: visits, input_node: visits}
                - type: materialize-kvs
                  name: materialize
                  job_name: people
                  keyspace: NAME_kvs
                  method: sstable
                  index_column: id
                  fields: [{sql: "SELECT id, email FROM NAME.prod"}]
                """.replace("SEEN", seen(scene, "seen"))
                .replace("ARRIVED", seen(scene, "arrived"))
                .replace("GO", seen(scene, "go")));
    }

    private static String seen(Scene scene, String name) throws IOException {
        return Path.of(scene.file("folder", "")).resolveSibling(name).toString();
    }

    private void demandNone(String command, Scene.Answer answer) {
        planted.demandNoneIn("what `" + command + "` prints", answer.toString());
    }

    private void demandNoneLeft(Scene scene, String run) throws IOException {
        planted.demandNoneIn("the log", logs.toString(StandardCharsets.UTF_8));
        assertThat(planted.demandNoneBelow(Scene.stateFolder(run))).isPositive();
        Path staged = TestCheckout.FOLDER.resolve(".tofro/s3/tofro-staging").resolve(scene.name);
        if (Files.exists(staged)) {
            planted.demandNoneBelow(staged);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runners/local.yaml", "runners/flink-local.yaml"})
    void aRunThatSucceedsShowsNone(String base, Scene scene) throws Exception {
        String runner = runner(scene, base);
        String pipeline = pipeline(scene);
        for (String[] command : new String[][] {
            {"validate", pipeline, "--runner", runner, "--debug"},
            {"plan", pipeline, "--runner", runner, "--debug"},
            {"plan", pipeline, "--connect", "--runner", runner, "--debug"}
        }) {
            Scene.Answer answer = Scene.tofro(command);
            assertThat(answer.code()).as(answer.toString()).isZero();
            demandNone(command[0], answer);
        }
        CompletableFuture<Scene.Answer> running = CompletableFuture.supplyAsync(
                () -> Scene.tofro("run", pipeline, "--runner", runner, "--debug", "--output", "json"));
        Path arrived = Path.of(seen(scene, "arrived"));
        while (!Files.exists(arrived) && !running.isDone()) {
            Thread.sleep(50);
        }
        if (base.contains("flink") && !running.isDone()) {
            Map<String, String> pages = FlinkPages.embedded().orElseThrow().all();
            assertThat(pages)
                    .hasSizeGreaterThan(15)
                    .anySatisfy((path, page) -> assertThat(page).contains("materialize"));
            pages.forEach((path, page) -> planted.demandNoneIn("Flink's page " + path, page));
        }
        Files.createFile(Path.of(seen(scene, "go")));
        Scene.Answer run = running.get(3, TimeUnit.MINUTES);

        assertThat(run.code()).as(run + "\n" + logs).isZero();
        assertThat(run.err()).contains("notify: ").contains("HTTP status 500");
        demandNone("run", run);
        demandNoneLeft(scene, run.run());
        String seen = Files.readString(Path.of(seen(scene, "seen")), StandardCharsets.ISO_8859_1);
        assertThat(seen).contains("TOFRO_RUN=" + run.run());
        planted.demandNoneIn("the processes, or the script's environment,", seen);
        for (String[] command : new String[][] {
            {"show", run.run(), "--runner", runner},
            {"history", "--runner", runner},
            {"status", "--runner", runner},
            {"kvs", "versions", "people", "--keyspace", scene.name + "_kvs", "--runner", runner, "--debug"},
            {"sql", "--connection", "host_db_1", "--database", scene.name, "--runner", runner, "--debug", "SELECT 1"},
            {"sql", "--connection", "host_db_2", "--database", scene.name, "--runner", runner, "--debug", "SELECT 1"}
        }) {
            Scene.Answer answer = Scene.tofro(command);
            assertThat(answer.code()).as(answer.toString()).isZero();
            demandNone(command[0], answer);
        }
        planted.demandNoneIn("the log", logs.toString(StandardCharsets.UTF_8));
    }

    @Test
    void wrongPasswordsAreNotShown(Scene scene) throws Exception {
        String runner = runner(scene, "runners/local.yaml");
        String pipeline = pipeline(scene);
        Files.createFile(Path.of(seen(scene, "go")));
        for (String file : new String[] {"postgres.txt", "mysql.txt"}) {
            scene.file(file, planted.plant("a wrong password of " + file));
        }
        Scene.Answer run = Scene.tofro("run", pipeline, "--runner", runner, "--debug");

        assertThat(run.code()).as(run.toString()).isEqualTo(1);
        assertThat(run.out()).contains("wrong password");
        demandNone("run", run);
        demandNoneLeft(scene, run.run());
        for (String connection : new String[] {"host_db_1", "host_db_2"}) {
            Scene.Answer sql = Scene.tofro(
                    "sql",
                    "--connection",
                    connection,
                    "--database",
                    scene.name,
                    "--runner",
                    runner,
                    "--debug",
                    "SELECT 1");
            assertThat(sql.code()).isEqualTo(1);
            demandNone("sql", sql);
        }
        scene.file("cassandra.txt", planted.plant("a wrong password of Cassandra"));
        Scene.Answer kvs = Scene.tofro(
                "kvs", "versions", "people", "--keyspace", scene.name + "_kvs", "--runner", runner, "--debug");
        assertThat(kvs.code()).isEqualTo(1);
        demandNone("kvs", kvs);
        planted.demandNoneIn("the log", logs.toString(StandardCharsets.UTF_8));
    }

    @Test
    void serversThatAreAwayShowNone(Scene scene) throws Exception {
        String runner = runner(
                scene,
                "runners/local.yaml",
                "port: " + scene.checkout().rds().port(),
                "port: 1",
                "port: " + LocalMysql.shared().port(),
                "port: 1");
        String pipeline = pipeline(scene);
        hook.stop(0);
        Scene.Answer run = Scene.tofro("run", pipeline, "--runner", runner, "--debug");

        assertThat(run.code()).as(run.toString()).isEqualTo(1);
        assertThat(run.out()).contains("127.0.0.1:1 cannot be reached");
        assertThat(run.err()).contains("notify: ").contains("the server cannot be reached (ConnectException)");
        demandNone("run", run);
        demandNoneLeft(scene, run.run());
        Files.writeString(
                Path.of(seen(scene, "hook.txt")), "no address " + planted.plant("a webhook that is no address"));
        demandNone("run", Scene.tofro("run", pipeline, "--runner", runner, "--debug"));
        planted.demandNoneIn("the log", logs.toString(StandardCharsets.UTF_8));
    }
}
