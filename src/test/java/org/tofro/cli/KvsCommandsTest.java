package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tofro.kvs.TestStore.row;
import static org.tofro.kvs.TestStore.schema;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.kvs.JobName;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.KvsSchema;
import org.tofro.kvs.TestStore;
import org.tofro.local.TestCassandra;

/** The commands of the key-value store, as a user types them. */
class KvsCommandsTest {
    private static final KvsSchema SCHEMA = schema("user_id bigint", "name text", "tags frozen<set<text>>");

    @TempDir
    private Path folder;

    private final TestStore store = new TestStore();
    private Path runner;
    private int code;
    private String out;
    private String err;

    @BeforeEach
    void environment() throws Exception {
        Path password = folder.resolve("password");
        Files.writeString(
                password, TestCassandra.shared().connection().password().reveal());
        runner = folder.resolve("kvs.yaml");
        Files.writeString(
                runner,
                "runner: direct\nstaging_area: file:" + folder + "/staging\nstate_area: file:" + folder
                        + "/state\nconnections:\n  cassandra: {"
                        + TestCassandra.shared().runnerFields() + "\"${file:"
                        + password + "}\"}\n");
    }

    private void tofro(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--runner", runner.toString(), "--keyspace", store.keyspace()));
        run(all, Clock.fixed(Instant.now().plusSeconds(3 * 3_600 + 5), ZoneOffset.UTC));
    }

    private void run(List<String> words, Clock clock) {
        ByteArrayOutputStream standardOut = new ByteArrayOutputStream();
        ByteArrayOutputStream standardError = new ByteArrayOutputStream();
        code = Main.run(
                words.toArray(String[]::new),
                new PrintStream(standardOut, true, StandardCharsets.UTF_8),
                new PrintStream(standardError, true, StandardCharsets.UTF_8),
                clock);
        out = standardOut.toString(StandardCharsets.UTF_8);
        err = standardError.toString(StandardCharsets.UTF_8);
    }

    private JobVersion load(String name) {
        return store.load("users", SCHEMA, row(1L, name, null), row(2L, "Bob", null));
    }

    @Test
    void versionsAreListed() {
        load("Ada");
        load("Eva");
        store.load("empty", TestStore.NAMES);
        JobVersion loading = store.begin("users", SCHEMA);

        tofro("kvs", "versions", "users");
        assertThat(code).as(err).isZero();
        assertThat(out.replaceAll(" +\n", "\n")).startsWith("""
                        version  state    keys  size   published    made by        run
                        1        kept     2     200 B  3 h ago      pipeline/step  run1
                        2        current  2     200 B  3 h ago      pipeline/step  run2
                        3        loading               begun 3 h ago  pipeline/step  run4
                        3 tables in keyspace '%s'
                        """.formatted(store.keyspace())
                .replace("published    ", "published      ")
                .replace("3 h ago      p", "3 h ago        p"));

        tofro("kvs", "versions");
        assertThat(out).startsWith("""
                job    current  versions  keys  size   published
                empty  1        1         0     0 B    3 h ago
                users  2        3         2     200 B  3 h ago
                4 tables of versions in keyspace '%s'
                """.formatted(store.keyspace()));

        tofro("kvs", "versions", "users", "--output", "json");
        assertThat(out)
                .contains("\"version\" : 2,", "\"state\" : \"current\",", "\"keys\" : 2,")
                .contains("\"run\" : \"" + loading.run() + "\"");

        tofro("kvs", "versions", "user");
        assertThat(code).isEqualTo(1);
        assertThat(err)
                .isEqualTo("there is no job 'user' in keyspace '" + store.keyspace() + "'; did you mean 'users'?\n");
        tofro("kvs", "versions", "No Job");
        assertThat(code).isEqualTo(2);
        assertThat(err)
                .isEqualTo(
                        "'No Job' is no job's name; it is at most 38 lower-case letters, digits and underscores, a letter"
                                + " first, and not 'versions'\n");
    }

    @Test
    void aKeyIsRead() {
        load("Ada");
        load("Eva");

        tofro("kvs", "get", "users", "1", "--fields", "name");
        assertThat(code).as(err).isZero();
        assertThat(out).isEqualTo("""
                {
                  "job" : "users",
                  "version" : 2,
                  "key" : {
                    "user_id" : 1
                  },
                  "fields" : {
                    "name" : "Eva"
                  }
                }
                """);
        tofro("kvs", "get", "users", "1", "--version", "1");
        assertThat(out).contains("\"version\" : 1,", "\"name\" : \"Ada\",", "\"tags\" : null");

        tofro("kvs", "get", "users", "99");
        assertThat(code).isEqualTo(1);
        assertThat(out).isEmpty();
        assertThat(err).isEqualTo("version 2 of job 'users' has no such key\n");
        tofro("kvs", "get", "users", "1", "--fields", "nmae");
        assertThat(code).isEqualTo(1);
        assertThat(err).isEqualTo("version 2 of job 'users' has no field 'nmae'; it has: name, tags\n");
        tofro("kvs", "get", "users", "1", "--version", "7");
        assertThat(err).isEqualTo("job 'users' has no version 7; it has: 1, 2\n");
        tofro("kvs", "get", "user", "1");
        assertThat(err)
                .isEqualTo("there is no job 'user' in keyspace '" + store.keyspace() + "'; did you mean 'users'?\n");
    }

    @Test
    void aRollbackMakesTheOneBeforeCurrent() {
        load("Ada");
        load("Eva");
        load("Ida");

        tofro("kvs", "rollback", "users");
        assertThat(code).as(err).isZero();
        assertThat(out)
                .isEqualTo(
                        "version 2 of job 'users' is current now, and version 3 was; readers follow within a second\n");
        JobVersion loading = store.begin("users", SCHEMA);
        tofro("kvs", "rollback", "users", "3");
        assertThat(out)
                .isEqualTo(
                        "version 3 of job 'users' is current now, and version 2 was; readers follow within a second\n"
                                + "version 4 is being loaded by run '" + loading.run()
                                + "' of pipeline/step, and will not be published any more\n");
        tofro("kvs", "rollback", "users", "3");
        assertThat(out).isEqualTo("version 3 of job 'users' is current already\n");

        tofro("kvs", "rollback", "users", "9");
        assertThat(code).isEqualTo(1);
        assertThat(err).isEqualTo("job 'users' has no version 9 that was published; it has: 1, 2, 3\n");
        tofro("kvs", "rollback", "users", "1");
        tofro("kvs", "rollback", "users");
        assertThat(err).isEqualTo("job 'users' has no version before version 1 to roll back to; it has: 1, 2, 3\n");
    }

    @Test
    void differencesAreCountedAndListed() {
        load("Ada");
        store.load("users", SCHEMA, row(1L, "Eva", null), row(3L, "Bob", null));

        tofro("kvs", "diff", "users", "1", "2", "--keys", "5");
        assertThat(code).as(err).isZero();
        assertThat(out).isEqualTo("""
                from version 1 to 2  keys
                added                1
                removed              1
                changed              1
                alike                0
                added: 3
                removed: 2
                changed: 1
                """);
        tofro("kvs", "diff", "users", "1", "2");
        assertThat(out).endsWith("alike                0\n");
        tofro("kvs", "diff", "users", "1", "5");
        assertThat(code).isEqualTo(1);
        assertThat(err).isEqualTo("job 'users' has no version 5 that was published; it has: 1, 2\n");
    }

    @Test
    void versionsAndJobsAreDropped() {
        load("Ada");
        load("Eva");

        tofro("kvs", "drop", "users", "--version", "2");
        assertThat(code).isEqualTo(1);
        assertThat(err)
                .isEqualTo(
                        "version 2 of job 'users' is current, and readers are on it; roll back to another one first, or"
                                + " drop the job by --all\n");
        tofro("kvs", "drop", "users", "--version", "1");
        assertThat(code).as(err).isZero();
        assertThat(out).isEqualTo("dropped version 1 of job 'users'\n");
        tofro("kvs", "drop", "users", "--version", "1");
        assertThat(err).isEqualTo("job 'users' has no version 1; it has: 2\n");

        JobVersion loading = store.begin("users", SCHEMA);
        tofro("kvs", "drop", "users", "--all");
        assertThat(err)
                .isEqualTo("version 3 of job 'users' is being loaded by run '" + loading.run()
                        + "' of pipeline/step; cancel that run, or wait for its end. Nothing was dropped\n");
        store.publish(loading, 0);
        tofro("kvs", "drop", "users", "--all");
        assertThat(code).as(err).isZero();
        assertThat(out).startsWith("dropped version 2 of job 'users'\ndropped version 3 of job 'users'\n");
        tofro("kvs", "versions", "users");
        assertThat(out).startsWith("job 'users' has no versions: all were dropped\n0 tables in keyspace ");
        tofro("kvs", "drop", "users");
        assertThat(code).isEqualTo(2);
        assertThat(err).contains("(specify one of these)");
    }

    @Test
    void whatDroppedTablesHoldOnDiskIsSaid() throws Exception {
        load("Ada");
        // The stand-in makes no snapshots; a server that does leaves such a folder.
        Path table;
        try (var all = Files.walk(Path.of("target/cassandra"))) {
            table = all.filter(each -> each.getFileName().toString().startsWith("users_1-"))
                    .filter(each -> each.getParent().getFileName().toString().equals(store.keyspace()))
                    .findFirst()
                    .orElseThrow();
        }
        Path snapshot = Files.createDirectories(table.resolve("snapshots/dropped-1-users_1"));
        Files.write(snapshot.resolve("nb-1-big-Data.db"), new byte[2_000]);

        tofro("kvs", "versions", "users");
        assertThat(out)
                .endsWith("1 table in keyspace '" + store.keyspace()
                        + "'\nsnapshots of 1 table, as DROP leaves them, hold"
                        + " 2.0 kB on the nodes' disks; `nodetool clearsnapshot --all " + store.keyspace()
                        + "` on each node frees them\n");
        tofro("forget", "users", "--key", "9");
        assertThat(out)
                .contains("\nwhat is forgotten may still stand in files of the disks: snapshots of 1 table, as DROP");
    }

    @Test
    void aKeyIsForgottenInAllVersionsOfJobs() {
        load("Ada");
        load("Eva");
        store.load("other", TestStore.NAMES, row(1L, "Ada"));

        tofro("forget", "users", "other", "--key", "1");
        assertThat(code).as(err).isZero();
        assertThat(out)
                .startsWith(
                        "job 'users': 1 key forgotten in versions 1, 2, read back and gone; before, there were 2 entries\n"
                                + "job 'other': 1 key forgotten in version 1, read back and gone; before, there were 1 entry\n");
        store.versions().rollBack(store.versions().read(new JobName("users")).orElseThrow(), 1);
        tofro("kvs", "get", "users", "1");
        assertThat(err).isEqualTo("version 1 of job 'users' has no such key\n");

        tofro("forget", "users", "nobody", "--key", "2");
        assertThat(code).isEqualTo(1);
        assertThat(err)
                .isEqualTo("there is no job 'nobody' in keyspace '" + store.keyspace()
                        + "'; `tofro kvs versions --runner " + runner + "` lists those there are\n");
        tofro("kvs", "get", "users", "2");
        assertThat(code).as("nothing was forgotten where a job was unknown").isZero();
        tofro("forget", "users");
        assertThat(code).isEqualTo(2);
        assertThat(err).startsWith("Missing required option: '--key=KEY'\n");
    }

    @Test
    void whereTheStoreIsNotIsSaid() throws Exception {
        run(List.of("kvs", "versions", "--runner", runner.toString(), "--keyspace", "elsewhere"), Clock.systemUTC());
        assertThat(code).isEqualTo(1);
        assertThat(err)
                .isEqualTo(
                        "connection 'cassandra': keyspace 'elsewhere' holds no key-value store; is --keyspace the one"
                                + " that the pipelines materialize in?\n");
        tofro("kvs", "versions", "--connection", "other");
        assertThat(code).isEqualTo(2);
        assertThat(err)
                .isEqualTo("runner '" + runner + "' has no connection 'other' of type cassandra; those it has are:"
                        + " cassandra\n");
        Files.writeString(runner, Files.readString(runner).replaceAll("(?m)^connections:(?s).*", "connections: {}\n"));
        tofro("kvs", "versions");
        assertThat(code).isEqualTo(2);
        assertThat(err)
                .isEqualTo(
                        "runner '" + runner + "' has no connection of type cassandra; the key-value store is in one\n");
    }

    @Test
    void servingForOthersNeedsAToken() throws Exception {
        tofro("kvs", "serve", "--host", "0.0.0.0");
        assertThat(code).isEqualTo(2);
        assertThat(err)
                .isEqualTo("on 0.0.0.0 others reach the store: give a token by --token-file or TOFRO_KVS_TOKEN, or say"
                        + " --no-token\n");
        Path file = folder.resolve("tokens");
        tofro("kvs", "serve", "--token-file", file.toString());
        assertThat(err).isEqualTo("--token-file: cannot read '" + file + "'\n");
        Files.writeString(file, "\n");
        tofro("kvs", "serve", "--token-file", file.toString());
        assertThat(err).isEqualTo("--token-file: '" + file + "' holds no token\n");
    }
}
