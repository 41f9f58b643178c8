package org.tofro.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.local.Environments.connect;
import static org.tofro.local.Environments.execute;
import static org.tofro.local.Environments.local;
import static org.tofro.local.Environments.of;
import static org.tofro.local.Environments.query;
import static org.tofro.local.Environments.rds;
import static org.tofro.local.Environments.serve;
import static org.tofro.local.Environments.write;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Secret;
import org.tofro.settings.Settings;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What a daemon serves; one daemon for all of these tests, as for the commands of a checkout. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StackServeTest {
    private static final Path SHIPPED = Path.of("test-data/rds/host_db_1").toAbsolutePath();

    private Path checkout;
    private final List<String> progress = java.util.Collections.synchronizedList(new ArrayList<>());
    private Settings served;

    @BeforeAll
    void up(@TempDir Path folder) {
        checkout = folder;
        served = serve(local(SHIPPED.toString()), checkout, progress);
    }

    @AfterAll
    void down() {
        Stack.down(checkout);
    }

    @Test
    void theShippedSeedHasWhatTestsNeed() throws SQLException {
        PostgresConnection rds = rds(served, "host_db_1");
        assertThat(query(rds, "master", """
                SELECT count(*), count(DISTINCT (instructor_id, course_id)), count(*) - count(rank), count(DISTINCT rank),
                    count(*) FILTER (WHERE title IS NULL), count(*) FILTER (WHERE title = ''),
                    count(*) FILTER (WHERE octet_length(title) > char_length(title))
                FROM courses_instructorincourse""")).containsExactly("12000|12000|1090|3|750|750|3000");
        assertThat(query(
                        rds,
                        "master",
                        "SELECT md5(string_agg(t::text, ';' ORDER BY id)) FROM courses_instructorincourse t"))
                .containsExactly("900281f909ce98d9fba7736449477f3b");
        assertThat(query(rds, "master", "SELECT count(*) FROM courses")).containsExactly("13");
    }

    @Test
    void anUnquotedEmptyFieldIsNullAndAQuotedOneIsAnEmptyString() throws SQLException {
        assertThat(query(rds(served, "host_db_1"), "master", """
                SELECT course_id, subtitle, price, launched_at FROM courses
                WHERE course_id IN ('algebra-1', 'algebra-2', 'bees', 'ethics') ORDER BY 1"""))
                .containsExactly(
                        "algebra-1|<null>|49.00|2014-02-03 08:00:00",
                        "algebra-2||49.00|2014-09-01 08:00:00",
                        "bees|<null>|<null>|<null>",
                        "ethics|NULL|0.00|2014-06-16 08:00:00");
    }

    @Test
    void databasesAreUtf8AndSortByCodePoint() throws SQLException {
        assertThat(query(rds(served, "host_db_1"), "master", """
                SELECT pg_encoding_to_char(encoding), datcollate, datlocprovider, datlocale
                FROM pg_database WHERE datname = 'master'""")).containsExactly("UTF8|C|b|C.UTF-8");
        assertThat(query(rds(served, "host_db_1"), "master", """
                SELECT string_agg(s, '' ORDER BY s), lower('ÄÖ') FROM unnest(ARRAY['b', 'ä', 'B', 'a']) AS s""")).containsExactly("Babä|äö");
    }

    @Test
    void aSecondCommandGetsTheSameAddressesAndStartsNothing() {
        List<String> lines = new ArrayList<>();
        assertThat(serve(local(SHIPPED.toString()), checkout, lines)).isEqualTo(served);
        assertThat(lines).isEmpty();
    }

    @Test
    void connectionsThatAreNoStandInsAreLeftAlone() {
        PostgresConnection real = new PostgresConnection(
                "analytics", false, null, "db.example.org", 5432, "etl", Secret.of("x"), 8, java.util.Map.of());
        Settings settings = of(real, rds("host_db_2", null));
        assertThat(Stack.serve(settings, Set.of("analytics"), checkout, Environments.OPTIONS, progress::add))
                .isEqualTo(settings);
        Settings both = serve(settings, checkout, progress);
        assertThat(both.connections().get("analytics")).isEqualTo(real);
        assertThat(rds(both, "host_db_2").port())
                .isNotZero()
                .isNotEqualTo(rds(served, "host_db_1").port());
    }

    @Test
    void twoConnectionsDoNotSeeEachOthersDatabases() throws SQLException {
        PostgresConnection other = rds(serve(of(rds("host_db_3", null)), checkout, progress), "host_db_3");
        assertThat(query(other, "postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate"))
                .containsExactly("postgres");
        assertThatThrownBy(() -> query(other, "master", "SELECT 1")).hasMessageContaining("\"master\" does not exist");
    }

    @Test
    void aWrongPasswordIsRefused() {
        PostgresConnection rds = rds(served, "host_db_1");
        PostgresConnection wrong = new PostgresConnection(
                rds.name(), true, null, rds.host(), rds.port(), rds.user(), Secret.of("guess"), 8, java.util.Map.of());
        assertThatThrownBy(() -> connect(wrong, "master"))
                .hasMessage("FATAL: password authentication failed for user \"tofro\"");
    }

    @Test
    void s3KeepsObjectsAsFilesAndWantsItsKeys() throws Exception {
        S3Connection s3 = (S3Connection) served.connections().get("s3");
        try (S3Client client = client(s3, s3.secretKey().reveal())) {
            client.putObject(b -> b.bucket("tofro-staging").key("a/b.txt"), RequestBody.fromString("grüße"));
            assertThat(client.getObjectAsBytes(b -> b.bucket("tofro-staging").key("a/b.txt"))
                            .asUtf8String())
                    .isEqualTo("grüße");
            assertThat(client.listBuckets().buckets())
                    .extracting(b -> b.name())
                    .contains("tofro-staging", "tofro-state");
        }
        assertThat(checkout.resolve(".tofro/s3/tofro-staging/a/b.txt")).hasContent("grüße");
        try (S3Client client = client(s3, "guess")) {
            assertThatThrownBy(() -> client.getObjectAsBytes(
                            b -> b.bucket("tofro-staging").key("a/b.txt")))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
        }
    }

    private static S3Client client(S3Connection s3, String secretKey) {
        return S3Client.builder()
                .endpointOverride(URI.create(s3.endpoint()))
                .region(Region.of(s3.region()))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(s3.accessKey(), secretKey)))
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .build();
    }

    @Test
    void theWarehouseCopiesFromS3ByAmazonsDriver() throws Exception {
        S3Connection s3 = (S3Connection) served.connections().get("s3");
        try (S3Client client = client(s3, s3.secretKey().reveal())) {
            client.putObject(b -> b.bucket("tofro-staging").key("t.csv"), RequestBody.fromString("1,\"ü\"\n2,\n"));
        }
        RedshiftConnection redshift = (RedshiftConnection) served.connections().get("redshift");
        assertThat(redshift.database()).isEqualTo("dev");
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:redshift://127.0.0.1:" + redshift.port() + "/dev?ssl=false",
                        redshift.user(),
                        redshift.password().reveal());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE public.t (a int, b varchar(4)) DISTSTYLE ALL");
            statement.execute("COPY public.t FROM 's3://tofro-staging/t.csv' IAM_ROLE default CSV");
            try (ResultSet rows = statement.executeQuery("SELECT a, b FROM public.t ORDER BY a")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(2)).isEqualTo("ü");
                assertThat(rows.next()).isTrue();
            }
        }
    }

    @Test
    void theSeedOfS3IsPutWhereItIsMissingOrAnother() throws Exception {
        Path seed = checkout.resolve("s3-seed");
        write(seed.resolve("README.md"), "no bucket");
        write(seed.resolve("seed-logs/2026/a.json"), "{}\n");
        write(seed.resolve("seed-logs/b.json"), "old");
        Settings seeded = of(new S3Connection("s3", true, seed.toString(), null, null, null, null));
        List<String> first = new ArrayList<>();
        S3Connection s3 =
                (S3Connection) serve(seeded, checkout, first).connections().get("s3");
        assertThat(first).contains("put 2 objects into s3://seed-logs/");
        assertThat(s3.seed()).isEqualTo(seed.toString());
        try (S3Client client =
                client(s3, java.util.Objects.requireNonNull(s3.secretKey()).reveal())) {
            client.putObject(
                    request -> request.bucket("seed-logs").key("own.json"),
                    software.amazon.awssdk.core.sync.RequestBody.fromString("own"));
            List<String> second = new ArrayList<>();
            serve(seeded, checkout, second);
            assertThat(second).isEmpty();
            write(seed.resolve("seed-logs/b.json"), "new");
            serve(seeded, checkout, second);
            assertThat(second).contains("put 1 object into s3://seed-logs/");
            assertThat(client.getObjectAsBytes(
                                    request -> request.bucket("seed-logs").key("b.json"))
                            .asUtf8String())
                    .isEqualTo("new");
            assertThat(client.listObjectsV2(request -> request.bucket("seed-logs"))
                            .contents())
                    .extracting(software.amazon.awssdk.services.s3.model.S3Object::key)
                    .containsExactlyInAnyOrder("2026/a.json", "b.json", "own.json");
        }
        write(seed.resolve("Not_A_Bucket/a"), "x");
        assertThatThrownBy(() -> serve(seeded, checkout, progress))
                .hasMessage("The seed's folder '" + seed.resolve("Not_A_Bucket")
                        + "' cannot be a bucket; its name has 3 to 63 lower-case letters, digits, '.' and '-'");
        Files.delete(seed.resolve("Not_A_Bucket/a"));
        Files.delete(seed.resolve("Not_A_Bucket"));
        write(seed.resolve("loose.json"), "x");
        assertThatThrownBy(() -> serve(seeded, checkout, progress))
                .hasMessage("The seed's file '" + seed.resolve("loose.json")
                        + "' lies outside of a bucket's folder; a seed of S3 is a folder with a folder per bucket");
    }

    @Test
    void aStandInWarehouseDoesNotLoadFromARealS3() {
        Settings mixed = of(Environments.warehouse(), new S3Connection("store", false, "eu-west-1", null, null, null));
        assertThatThrownBy(() -> serve(mixed, checkout, progress))
                .hasMessage(
                        "The stand-in 'redshift' loads from S3's stand-in only, and 'store' is a real S3; give 'store'"
                                + " 'stand_in: true' as well, or use a real Redshift");
    }

    @Test
    void secretsAreReadableByTheOwnerOnly() throws Exception {
        for (String file : List.of("daemon.json", "password")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                            checkout.resolve(".tofro/stack").resolve(file))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void whoDoesNotKnowTheTokenIsSentAway() throws Exception {
        try (java.net.Socket socket =
                new java.net.Socket("127.0.0.1", Environments.daemon(checkout).port())) {
            socket.getOutputStream().write("{\"token\":\"guess\",\"operation\":\"DOWN\"}\n".getBytes());
            assertThat(new String(socket.getInputStream().readAllBytes()))
                    .isEqualTo("{\"last\":true,\"error\":\"The daemon does not know this client's token.\"}\n");
        }
    }

    @Test
    void aChangedSeedIsLoadedAfreshAndAnUnchangedOneIsNotTouched() throws Exception {
        Path seed = checkout.resolve("seeds/changing");
        write(seed.resolve("one/01.sql"), "CREATE TABLE t (a int, b text);");
        write(seed.resolve("one/t.csv"), "b,a\nx,1\n");
        write(seed.resolve("two/01.sql"), "CREATE SCHEMA s; CREATE TABLE s.\"T\" (a int);");
        write(seed.resolve("two/s.T.csv"), "a\n5\n6\n");
        Settings settings = of(rds("changing", "seeds/changing"));
        PostgresConnection rds = rds(serve(settings, checkout, progress), "changing");
        assertThat(query(rds, "one", "SELECT a, b FROM t")).containsExactly("1|x");
        assertThat(query(rds, "two", "SELECT sum(a) FROM s.\"T\"")).containsExactly("11");

        execute(rds, "one", "UPDATE t SET b = 'changed by hand'");
        execute(rds, "two", "DELETE FROM s.\"T\"");
        serve(settings, checkout, progress);
        assertThat(query(rds, "one", "SELECT b FROM t")).containsExactly("changed by hand");

        write(seed.resolve("one/t.csv"), "b,a\ny,1\n");
        List<String> lines = new ArrayList<>();
        try (Connection held = connect(rds, "one");
                Statement statement = held.createStatement()) {
            serve(settings, checkout, lines);
            assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
        }
        assertThat(query(rds, "one", "SELECT b FROM t")).containsExactly("y");
        assertThat(query(rds, "two", "SELECT count(*) FROM s.\"T\"")).containsExactly("0");
        assertThat(lines).hasSize(2).first().isEqualTo("closing 1 connections to changing/one: its seed changed");
        assertThat(lines.get(1)).matches("seeded changing/one in \\d+ ms");

        PostgresPrograms.deleteTree(seed.resolve("two"));
        serve(settings, checkout, progress);
        assertThat(query(rds, "postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1"))
                .containsExactly("one", "postgres");
    }

    @Test
    void aBrokenSeedIsNamedByFileAndLineAndLeavesTheDatabaseAsItWas() throws Exception {
        Path one = checkout.resolve("seeds/broken/one");
        Path script = write(one.resolve("01.sql"), "CREATE TABLE t (\n  a int PRIMARY KEY\n);\n");
        Path csv = write(one.resolve("t.csv"), "a\n7\n");
        Settings settings = of(rds("broken", "seeds/broken"));
        PostgresConnection rds = rds(serve(settings, checkout, progress), "broken");

        write(script, "CREATE TABLE t (a int);\n\n-- more\nCREATE TABLE u (\n  b intt\n);\n");
        assertRefused(settings, script + ":5: type \"intt\" does not exist");
        write(script, "CREATE TABLE t (a int PRIMARY KEY);\n\n/* two\nrows */ INSERT INTO t\n  VALUES (1), (1);\n");
        assertRefused(settings, script + ":4: duplicate key value violates unique constraint \"t_pkey\"");
        write(script, "CREATE TABLE t (a int PRIMARY KEY, b text);\n");
        write(csv, "a,b\n1,\"two\nlines\"\nx42,z\n");
        assertRefused(settings, csv + ":4: column a: invalid input syntax for type integer");
        write(csv, "a,b\n1\n");
        assertRefused(settings, csv + ":2: missing data for column \"b\"");
        write(csv, "a,c\n1,2\n");
        assertRefused(settings, csv + ":1: column \"c\" of relation \"t\" does not exist");
        write(csv, "");
        assertRefused(settings, csv + ":1: the header is missing; the first line names the table's columns");
        write(csv, "a,,b\n");
        assertRefused(
                settings,
                csv + ":1: the header cannot be read from column 3 on; it must be names with commas between them");
        Files.write(csv, new byte[] {'a', '\n', (byte) 0xFF, '\n'});
        assertRefused(settings, csv + ":2: invalid byte sequence for encoding \"UTF8\": 0xff");
        Path nowhere = write(one.resolve("nowhere.csv"), "a\n");
        write(csv, "a\n");
        assertRefused(settings, nowhere + ":1: relation \"nowhere\" does not exist");

        assertThat(query(rds, "one", "SELECT a FROM t")).containsExactly("7");
        assertThat(query(rds, "postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1"))
                .containsExactly("one", "postgres");
    }

    private void assertRefused(Settings settings, String message) {
        assertThatThrownBy(() -> serve(settings, checkout, progress))
                .isInstanceOf(StackException.class)
                .hasMessage(message);
    }

    @Test
    void severalFailuresAreToldAtOnce() {
        assertThatThrownBy(() -> serve(of(rds("a", "none/a"), rds("b", "none/b")), checkout, progress))
                .hasMessage("""
                        The seed '%1$s/none/a' is no folder; a seed is a folder with a folder of *.sql and *.csv per database
                        The seed '%1$s/none/b' is no folder; a seed is a folder with a folder of *.sql and *.csv per database""".formatted(checkout));
    }

    @Test
    void aBucketThatS3WouldRefuseIsRefused() {
        Settings local = local(null);
        Settings wrong = new Settings(
                "local",
                local.runner(),
                local.beam(),
                "s3://../up/",
                local.stateArea(),
                local.connections(),
                local.limits());
        assertThatThrownBy(() -> serve(wrong, checkout, progress))
                .hasMessage(
                        "'s3://../up/' names no bucket; a bucket's name has 3 to 63 lower-case letters, digits, '.' and '-'");
    }

    @Test
    void aConnectionWhoseNameIsNoFolderIsRefused() {
        assertThatThrownBy(() -> serve(of(rds("../up", null)), checkout, progress))
                .hasMessage(
                        "The connection '../up' cannot be a stand-in by that name; letters, digits, '_', '.' and '-' are"
                                + " allowed, with a letter, a digit or '_' first");
    }

    @Test
    void statusShowsEveryServer() {
        assertThat(Stack.status(checkout).orElseThrow())
                .extracting(
                        Stack.Server::connection,
                        Stack.Server::type,
                        server -> server.folder().toString())
                .contains(
                        org.assertj.core.groups.Tuple.tuple(
                                "host_db_1", "postgres", checkout + "/.tofro/postgres/host_db_1"),
                        org.assertj.core.groups.Tuple.tuple(
                                "redshift", "redshift", checkout + "/.tofro/redshift/redshift"),
                        org.assertj.core.groups.Tuple.tuple("(all)", "s3", checkout + "/.tofro/s3"));
    }
}
