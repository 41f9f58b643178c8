package org.tofro.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;
import org.tofro.problem.Span;
import org.tofro.settings.RedshiftConnection.Grantee;
import org.tofro.settings.RedshiftConnection.Permission;
import org.tofro.settings.Settings.Limits;
import org.tofro.settings.Settings.Runner;

class SettingsReaderTest {
    private static final String REAL = """
            runner: flink
            beam: {parallelism: 2, checkpointingInterval: 1_000, fasterCopy: on}
            staging_area: s3://company-staging/${env:TEAM}
            state_area: s3://company-state/tofro/
            limits: {lease_seconds: 30, max_parallel_steps: 2, max_runs: 8, run_wait_seconds: 7200}
            connections:
              analytics:
                type: postgres
                host: db.example.org
                user: etl
                password: "${env:ANALYTICS_PASSWORD}"
                max_connections: 3
                properties: {sslmode: verify-full, connectTimeout: 10}
              late: {type: postgres, host: "${env:LATE_HOST}", port: 6432, user: etl, password: "${env:LATE_PASSWORD}"}
              redshift:
                type: redshift
                host: cluster.example.org
                database: dw
                user: loader
                password: ${file:secret.txt}
                iam_role: arn:aws:iam::123456789012:role/copy
                region: eu-west-1
                permissions:
                - {group: readers, permission: select}
                - {user: bi, permission: [SELECT, insert]}
              s3: {type: s3, region: eu-west-1, endpoint: "https://s3.example.org:9000"}
            """;

    private static final Tls VERIFY = new Tls(Tls.Mode.VERIFY, null);

    private final Problems problems = new Problems();

    @TempDir
    private Path folder;

    private Environment read(String text, Map<String, String> variables) throws IOException {
        Path file = folder.resolve("prod.yaml");
        Files.writeString(file, text);
        Files.writeString(folder.resolve("secret.txt"), "from the file\n");
        return new SettingsReader(variables::get, new org.tofro.connect.aws.AwsSecretStores(variables::get))
                .read(file, problems)
                .orElseThrow();
    }

    @Test
    void readsEveryField() throws IOException {
        Environment environment = read(REAL, Map.of("TEAM", "data", "ANALYTICS_PASSWORD", "from the environment"));
        Settings settings = environment.settingsFor(Set.of("analytics", "redshift"), problems);

        assertThat(problems.all()).isEmpty();
        assertThat(environment.connectionTypes())
                .isEqualTo(Map.of("analytics", "postgres", "late", "postgres", "redshift", "redshift", "s3", "s3"));
        assertThat(settings)
                .isEqualTo(new Settings(
                        "prod",
                        Runner.FLINK,
                        Map.of("parallelism", "2", "checkpointingInterval", "1_000", "fasterCopy", "on"),
                        "s3://company-staging/data/",
                        "s3://company-state/tofro/",
                        Map.of(
                                "analytics",
                                new PostgresConnection(
                                        "analytics",
                                        false,
                                        null,
                                        "db.example.org",
                                        5432,
                                        "etl",
                                        Secret.of("from the environment"),
                                        3,
                                        Map.of("sslmode", "verify-full", "connectTimeout", "10")),
                                "redshift",
                                new RedshiftConnection(
                                        "redshift",
                                        false,
                                        "cluster.example.org",
                                        5439,
                                        "dw",
                                        "loader",
                                        Secret.of("from the file"),
                                        false,
                                        "arn:aws:iam::123456789012:role/copy",
                                        "eu-west-1",
                                        List.of(
                                                new Permission("select", Grantee.GROUP, "readers"),
                                                new Permission("select", Grantee.USER, "bi"),
                                                new Permission("insert", Grantee.USER, "bi")),
                                        Map.of(),
                                        VERIFY),
                                "s3",
                                new S3Connection("s3", false, "eu-west-1", "https://s3.example.org:9000", null, null)),
                        new Limits(30, Limits.DEFAULT.lockWaitSeconds(), 2, 8, 7_200)));
    }

    @Test
    void aClusterIsReadWithItsDefaults() throws IOException {
        Environment environment = read("""
                staging_area: file:/s/
                state_area: file:/t/
                connections:
                  plain: {type: cassandra, contact_points: node1, local_datacenter: dc1}
                  whole:
                    type: cassandra
                    contact_points: [node1, "node2:9142"]
                    port: 9043
                    local_datacenter: dc1
                    user: etl
                    password: ${env:P}
                    tls: true
                    consistency: local_one
                    cassandra_home: /opt/cassandra
                """, Map.of("P", "hunter2"));
        Settings settings = environment.settingsFor(Set.of("plain", "whole"), problems);

        assertThat(problems.all()).isEmpty();
        assertThat(settings.connections())
                .containsEntry(
                        "plain",
                        new CassandraConnection(
                                "plain",
                                false,
                                null,
                                List.of("node1"),
                                9042,
                                "dc1",
                                null,
                                Secret.of(""),
                                VERIFY,
                                CassandraConnection.Consistency.LOCAL_QUORUM))
                .containsEntry(
                        "whole",
                        new CassandraConnection(
                                "whole",
                                false,
                                null,
                                List.of("node1", "node2:9142"),
                                9043,
                                "dc1",
                                "etl",
                                Secret.of("hunter2"),
                                VERIFY,
                                CassandraConnection.Consistency.LOCAL_ONE,
                                "/opt/cassandra"));
    }

    @Test
    void aMissingVariableIsAProblemOnlyWhereItIsNeeded() throws IOException {
        Environment environment = read(REAL, Map.of("TEAM", "data"));
        environment.settingsFor(Set.of("redshift"), problems);
        assertThat(problems.all()).isEmpty();

        environment.settingsFor(Set.of("analytics", "late"), problems);
        String file = folder.resolve("prod.yaml").toString();
        assertThat(problems.all())
                .containsExactly(
                        new Problem(
                                new Span(file, 11, 16, 25), "the environment variable 'ANALYTICS_PASSWORD' is not set"),
                        new Problem(new Span(file, 14, 33, 16), "the environment variable 'LATE_HOST' is not set"),
                        new Problem(new Span(file, 14, 86, 20), "the environment variable 'LATE_PASSWORD' is not set"));
    }

    @Test
    void aMissingVariableOfTheWholeFileIsAlwaysAProblem() throws IOException {
        Environment environment = read(REAL, Map.of());
        environment.settingsFor(Set.of(), problems);

        assertThat(problems.all())
                .containsExactly(new Problem(
                        new Span(folder.resolve("prod.yaml").toString(), 3, 36, 11),
                        "the environment variable 'TEAM' is not set"));
    }

    @Test
    void noSecretIsPrinted() throws IOException {
        Environment environment = read(REAL, Map.of("TEAM", "data", "ANALYTICS_PASSWORD", "hunter2"));

        assertThat(environment.settingsFor(Set.of("analytics"), problems).toString())
                .doesNotContain("hunter2", "from the file")
                .contains("***");
    }

    @Test
    void areasEndInASlash() throws IOException {
        Environment environment = read("staging_area: file:///a//b/../c\nstate_area: file:/d/\n", Map.of());
        Settings settings = environment.settingsFor(Set.of(), problems);

        assertThat(problems.all()).isEmpty();
        assertThat(settings.stagingArea()).isEqualTo("file:///a/c/");
        assertThat(settings.stateArea()).isEqualTo("file:///d/");
        assertThat(settings.limits()).isEqualTo(Limits.DEFAULT);
        assertThat(settings.runner()).isEqualTo(Runner.DIRECT);
    }

    @Test
    void anEnvironmentIsFoundByItsNameOrItsPath() {
        assertThat(SettingsReader.find("local", Path.of(""), problems)).contains(Path.of("runners/local.yaml"));
        assertThat(SettingsReader.find("runners/local.yaml", Path.of(""), problems))
                .contains(Path.of("runners/local.yaml"));
        assertThat(problems.all()).isEmpty();
        assertThat(SettingsReader.find("nowhere", Path.of(""), problems)).isEmpty();
        assertThat(problems.all())
                .containsExactly(new Problem(
                        Span.startOf("runners/nowhere.yaml"),
                        "there is no environment 'nowhere'; known are " + String.join(", ", shipped())));
    }

    private static List<String> shipped() {
        String[] files = Path.of("runners").toFile().list((folder, name) -> name.endsWith(".yaml"));
        return List.of(files).stream()
                .map(name -> name.replace(".yaml", ""))
                .sorted()
                .toList();
    }

    @Test
    void readsWhereFlinkIs() throws IOException {
        String rest = """
                runner: flink
                staging_area: file:/staging
                state_area: file:/state
                flink:
                """;
        FlinkSettings cluster = read(rest + """
                          rest: ${env:FLINK}
                          parallelism: 8
                          restarts: 3
                          restart_delay_seconds: 10
                          jar: /opt/tofro-cluster.jar
                          options: {taskmanager.numberOfTaskSlots: 2, pipeline.object-reuse: on}
                        """, Map.of("FLINK", "jobmanager.example.org:8081"))
                .settingsFor(Set.of(), problems)
                .flink();
        FlinkSettings standIn = read(rest + "  stand_in: true", Map.of())
                .settingsFor(Set.of(), problems)
                .flink();
        FlinkSettings application = read(rest + "  application: true", Map.of())
                .settingsFor(Set.of(), problems)
                .flink();

        assertThat(problems.all()).isEmpty();
        assertThat(cluster)
                .isEqualTo(new FlinkSettings(
                        FlinkSettings.Place.CLUSTER,
                        false,
                        "jobmanager.example.org:8081",
                        8,
                        "/opt/tofro-cluster.jar",
                        3,
                        Duration.ofSeconds(10),
                        true,
                        Map.of("taskmanager.numberOfTaskSlots", "2", "pipeline.object-reuse", "on")));
        assertThat(standIn.place()).isEqualTo(FlinkSettings.Place.CLUSTER);
        assertThat(standIn.standIn()).isTrue();
        assertThat(application.place()).isEqualTo(FlinkSettings.Place.APPLICATION);
    }

    @Test
    void flinkIsInOnePlace() throws IOException {
        read("""
                runner: flink
                staging_area: file:/staging
                state_area: file:/state
                flink: {stand_in: true, rest: "http://jobmanager:8081", paralelism: 2}
                """, Map.of());

        assertThat(problems.all())
                .extracting(Problem::message)
                .containsExactlyInAnyOrder(
                        "'rest' takes the address of a JobManager's REST interface as host:port, such as"
                                + " jobmanager.example.org:8081, not 'http://jobmanager:8081'",
                        "flink has no field 'paralelism'; did you mean 'parallelism'?",
                        "'flink' is in one place: give one of 'rest', 'stand_in' and 'application', not stand_in and rest");
    }
}
