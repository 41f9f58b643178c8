package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A checkout of a test's own, with stand-ins of its own, in which the program is started as {@code scripts/tofro} does.
 * Its pipelines move the table {@code events}: {@code events} reads it by ranges, {@code gated} by a query that stops at a gate.
 */
final class Workplace implements AutoCloseable {
    static final List<String> STEPS = List.of("extract", "load", "reload");
    private static final Path PROJECT = Path.of("").toAbsolutePath();

    private final Path folder;
    private final AtomicInteger programs = new AtomicInteger();
    private List<String> options = List.of();
    private int changes;

    private Workplace(Path folder) {
        this.folder = folder;
    }

    /** Makes it, starts its stand-ins, and runs the pipeline once without disturbance, which makes the tables. */
    static Workplace make(String name, String pipeline, int leaseSeconds) throws Exception {
        Path folder = PROJECT.resolve("target/processes/" + name);
        Workplace workplace = new Workplace(folder);
        if (Files.isDirectory(folder.resolve(".tofro"))) {
            workplace.close();
        }
        delete(folder);
        for (String runner : List.of("direct", "flink")) {
            write(folder.resolve("runners/" + (runner.equals("direct") ? "local" : runner) + ".yaml"), """
                    runner: %s
                    staging_area: s3://tofro-staging/
                    state_area: s3://tofro-state/
                    limits: {lease_seconds: %d}
                    connections:
                      host_db_1: {type: postgres, stand_in: true, seed: seed}
                      host_db_2: {type: mysql, stand_in: true, seed: mysql-seed}
                      redshift:  {type: redshift, stand_in: true}
                      s3:        {type: s3, stand_in: true}
                      cassandra: {type: cassandra, stand_in: true}
                    """.formatted(
                            runner, leaseSeconds));
        }
        write(folder.resolve("runners/cluster.yaml"), """
                runner: flink
                flink: {stand_in: true}
                staging_area: s3://tofro-staging/
                state_area: s3://tofro-state/
                limits: {lease_seconds: %d}
                connections:
                  host_db_1: {type: postgres, stand_in: true, seed: seed}
                  redshift:  {type: redshift, stand_in: true}
                  s3:        {type: s3, stand_in: true}
                  cassandra: {type: cassandra, stand_in: true}
                """.formatted(leaseSeconds));
        write(folder.resolve("seed/master/01-events.sql"), """
                CREATE TABLE events (
                    id bigint PRIMARY KEY,
                    learner varchar(40) NOT NULL,
                    note varchar(60),
                    score numeric(8, 2) NOT NULL,
                    happened timestamp NOT NULL
                );
                INSERT INTO events
                SELECT n, 'learner ' || n * 7919 % 100003, CASE WHEN n % 3 = 0 THEN NULL ELSE 'note "' || n || '"' END,
                    n % 10000 / 100.0, timestamp '2016-01-01' + n * interval '61 seconds'
                FROM generate_series(1, 100000) AS n;
                -- Lets rows pass while the gate is open.
                CREATE FUNCTION pass(row_number bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
                BEGIN
                    IF row_number = 50000 THEN
                        PERFORM pg_advisory_lock_shared(7);
                        PERFORM pg_advisory_unlock_shared(7);
                    END IF;
                    RETURN true;
                END $$;
                """);
        write(folder.resolve("mysql-seed/master/01-events.sql"), """
                CREATE TABLE events (id bigint PRIMARY KEY, learner varchar(40) NOT NULL);
                INSERT INTO events SELECT seq, CONCAT('learner ', seq) FROM seq_1_to_100000;
                """);
        write(folder.resolve("pipelines/events.yaml"), pipeline("table: events"));
        write(
                folder.resolve("pipelines/gated.yaml"),
                pipeline("sql: SELECT id, learner, note, score, happened FROM events WHERE pass(id)"));
        workplace.run(0, "run", pipeline + ".yaml");
        workplace.buildGates();
        assertThat(workplace.production()).isEqualTo(workplace.wanted());
        return workplace;
    }

    private static String pipeline(String source) {
        return """
                steps:
                - name: extract
                  type: extract-from-rds
                  connection: host_db_1
                  database: master
                  %s
                - name: load
                  type: load-into-staging-table
                  table: staging.events
                - name: reload
                  type: reload-prod-table
                  source: staging.events
                  destination: prod.events
                  primary_key: [id]
                """.formatted(source);
    }

    /** Makes every load and reload stop at the gate, inside of its transaction, after the rows have been written. */
    private void buildGates() throws SQLException {
        warehouse().execute("""
                CREATE FUNCTION public.pass() RETURNS trigger LANGUAGE plpgsql
                AS 'BEGIN
                    PERFORM pg_sleep(0.5);
                    PERFORM pg_advisory_xact_lock_shared(CASE TG_TABLE_SCHEMA WHEN ''staging'' THEN 7 ELSE 8 END);
                    RETURN NULL;
                END'""");
        for (String table : List.of("staging.events", "prod.events")) {
            warehouse()
                    .execute("CREATE TRIGGER gate AFTER INSERT ON " + table
                            + " FOR EACH STATEMENT EXECUTE FUNCTION public.pass()");
        }
    }

    /** Writes a pipeline like the others, whose extract reads that: {@code table: t} or {@code sql: SELECT ...}. */
    String pipeline(String name, String source) throws IOException {
        write(folder.resolve("pipelines/" + name + ".yaml"), pipeline(source));
        return name + ".yaml";
    }

    /** Makes the pipeline {@code failing}, of one step whose query no server takes; it is tried so many times again. */
    void writeFailing(int retries) throws IOException {
        write("failing", """
                steps:
                - name: extract
                  type: extract-from-rds
                  connection: host_db_1
                  database: master
                  sql: SELECT nothing FROM events
                  max_retries: %d
                  retry_delay: 1 second
                """.formatted(retries));
    }

    /** Writes a pipeline of that name. */
    void write(String name, String text) throws IOException {
        write(folder.resolve("pipelines/" + name + ".yaml"), text);
    }

    /** The same with more keys of the pipeline. */
    String pipeline(String name, String source, String keys) throws IOException {
        write(folder.resolve("pipelines/" + name + ".yaml"), keys.stripTrailing() + "\n" + pipeline(source));
        return name + ".yaml";
    }

    /** Closes the gate before the middle of the step's work; it opens when the result is closed. */
    Database.Gate closeGate(String step) throws SQLException {
        return switch (step) {
            case "extract" -> source().closeGate(7, "COPY%");
            case "load" -> warehouse().closeGate(7, "COPY%");
            default -> warehouse().closeGate(8, "INSERT INTO%prod%");
        };
    }

    /** Changes some rows of the source, so that the next run has something to publish that can be told apart. */
    void changeSource() throws SQLException {
        changes++;
        source().execute("UPDATE events SET score = " + changes + ".5 WHERE id % 50 = " + changes % 50);
    }

    String wanted() throws SQLException {
        return source().content("events");
    }

    String production() throws SQLException {
        return warehouse().content("prod.events");
    }

    Database source() {
        return database("postgres.host_db_1", "master");
    }

    /** The source on MySQL, by its own driver; a command that needs it has started it. */
    java.sql.Connection mysql() throws SQLException {
        return java.sql.DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:" + text(folder.resolve(".tofro/stack/ports/mysql.host_db_2"))
                        + "/?sslMode=DISABLED&allowPublicKeyRetrieval=true",
                "tofro",
                text(folder.resolve(".tofro/stack/password")));
    }

    /** Cassandra, by its own driver; a command that needs it has started it. */
    com.datastax.oss.driver.api.core.CqlSession cassandra() {
        return com.datastax.oss.driver.api.core.CqlSession.builder()
                .addContactPoint(new java.net.InetSocketAddress(
                        "127.0.0.1", Integer.parseInt(text(folder.resolve(".tofro/stack/ports/cassandra.cassandra")))))
                .withLocalDatacenter("datacenter1")
                .withAuthCredentials("tofro", text(folder.resolve(".tofro/stack/password")))
                .build();
    }

    Database warehouse() {
        return database("redshift-behind.redshift", "dev");
    }

    private Database database(String port, String name) {
        return new Database(
                "jdbc:postgresql://127.0.0.1:" + text(folder.resolve(".tofro/stack/ports/" + port)) + "/" + name,
                text(folder.resolve(".tofro/stack/password")));
    }

    /** How often each step of the run stands in the ledgers: {@code load 1}, {@code reload 1}. */
    List<String> ledger(String run) throws SQLException {
        List<String> found = new ArrayList<>();
        for (String table : warehouse()
                .column("SELECT tablename FROM pg_tables WHERE schemaname = 'tofro' AND tablename LIKE 'ledger_%'")) {
            found.addAll(warehouse()
                    .column("SELECT step || ' ' || count(*) FROM tofro." + table + " WHERE run = '" + run
                            + "' GROUP BY step"));
        }
        return found.stream().sorted().toList();
    }

    /** Fails unless the tables are as after an undisturbed run, every step is in the ledger once, and nobody is left. */
    void demandPublished(String run, String context) throws SQLException, InterruptedException {
        assertThat(production()).as(context).isEqualTo(wanted());
        assertThat(warehouse().content("staging.events")).as(context).isEqualTo(wanted());
        assertThat(ledger(run)).as(context).containsExactly("load 1", "reload 1");
        demandNobodyLeft(context);
    }

    void demandNobodyLeft(String context) throws SQLException, InterruptedException {
        assertThat(source().sessionsLeftAfter(60)).as(context).isEmpty();
        assertThat(warehouse().sessionsLeftAfter(60)).as(context).isEmpty();
    }

    /** Whether the lease of the pipeline has not run out. */
    boolean leaseHeld() throws SQLException {
        return leaseSecondsLeft() > 0;
    }

    /** How long the lease of the pipeline still runs; negative where it has run out. */
    double leaseSecondsLeft() throws SQLException {
        String table = warehouse()
                .column("SELECT tablename FROM pg_tables WHERE schemaname = 'tofro' AND tablename LIKE 'lease_%'")
                .get(0);
        return Double.parseDouble(warehouse()
                .column("SELECT extract(epoch FROM expires_at - now() AT TIME ZONE 'UTC') FROM tofro." + table)
                .get(0));
    }

    /** Transactions in the warehouse that nobody works on, of whomever. */
    List<String> openTransactions() throws SQLException {
        return warehouse()
                .column("SELECT application_name || ' ' || left(query, 60) FROM pg_stat_activity"
                        + " WHERE state LIKE 'idle in transaction%'");
    }

    long daemon() {
        Matcher pid =
                Pattern.compile("\"pid\"\\s*:\\s*(\\d+)").matcher(text(folder.resolve(".tofro/stack/daemon.json")));
        if (!pid.find()) {
            throw new AssertionError("the daemon's file names no process");
        }
        return Long.parseLong(pid.group(1));
    }

    /** The process of the source's server. */
    long sourceServer() {
        return Long.parseLong(text(folder.resolve(".tofro/postgres/host_db_1/data/postmaster.pid"))
                .lines()
                .findFirst()
                .orElseThrow());
    }

    /** Shuts the source's server down, the fast way: sessions are ended. */
    void stopSource() throws Exception {
        long server = sourceServer();
        signal("INT", server);
        while (ProcessHandle.of(server).isPresent()) {
            Thread.sleep(10);
        }
    }

    /** Starts the source's server again, as any command that needs it does. */
    void startSource() throws Exception {
        run(0, "sql", "--connection", "host_db_1", "--database", "master", "SELECT 1")
                .close();
    }

    static void signal(String name, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .as("SIG" + name + " to process " + pid)
                .isZero();
    }

    /** Runs a command to its end and demands the exit code. */
    Program run(int exitCode, String... arguments) throws IOException, InterruptedException {
        Program program = start(arguments);
        assertThat(program.exitCode(180))
                .as(String.join(" ", arguments) + "\n" + program.said())
                .isEqualTo(exitCode);
        return program;
    }

    Path folder() {
        return folder;
    }

    /** Gives more options to the JVMs of commands from now on. */
    void options(String... more) {
        options = List.of(more);
    }

    /** Starts a command. */
    Program start(String... arguments) throws IOException {
        return start(Map.of(), arguments);
    }

    /** Starts a command with more in its environment. */
    Program start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Files.readAllLines(PROJECT.resolve(".mvn/jvm.config")).stream()
                .filter(option -> !option.isBlank())
                .forEach(command::add);
        command.addAll(
                List.of("-Xmx768m", "-XX:TieredStopAtLevel=1", "-Dtofro.stack.idle=PT10M", "-Dtofro.home=" + folder));
        command.addAll(options);
        command.add("org.tofro.cli.Main");
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().putAll(environment);
        return start(builder);
    }

    /** A runner file, as one names it in another folder. */
    Path runner(String name) {
        return folder.resolve("runners/" + name + ".yaml");
    }

    /**
     * Writes a runner file for a program that Flink has called, which knows no stand-ins: their addresses stand in it as those of
     * any other servers.
     */
    Path writeApplicationRunner() throws IOException {
        return writeApplicationRunner("{application: true, parallelism: 4}", "{}");
    }

    /**
     * The same with other settings.
     *
     * @param flink those of {@code flink}
     * @param cluster those of {@code emr_cluster_config}
     */
    Path writeApplicationRunner(String flink, String cluster) throws IOException {
        Path ports = folder.resolve(".tofro/stack/ports");
        write(runner("application"), """
                runner: flink
                flink: %s
                emr_cluster_config: %s
                staging_area: s3://tofro-staging/
                state_area: s3://tofro-state/
                limits: {lease_seconds: 60}
                connections:
                  host_db_1:
                    type: postgres
                    host: 127.0.0.1
                    port: %s
                    user: tofro
                    password: "${file:FOLDER/.tofro/stack/password}"
                  redshift:
                    type: redshift
                    host: 127.0.0.1
                    port: %s
                    database: dev
                    user: tofro
                    password: "${file:FOLDER/.tofro/stack/password}"
                    properties: {ssl: "false"}
                  s3: {type: s3, region: us-east-1, endpoint: "http://127.0.0.1:%s"}
                """.replace("FOLDER", folder.toString()).formatted(
                flink,
                cluster,
                text(ports.resolve("postgres.host_db_1")),
                text(ports.resolve("redshift.redshift")),
                text(ports.resolve("s3"))));
        return runner("application");
    }

    /** Variables by which a program on a machine with a role finds its S3. */
    Map<String, String> s3Machine() {
        return Map.of(
                "AWS_ACCESS_KEY_ID",
                "tofro",
                "AWS_SECRET_ACCESS_KEY",
                text(folder.resolve(".tofro/stack/password")),
                "AWS_ENDPOINT_URL_S3",
                "http://127.0.0.1:" + text(folder.resolve(".tofro/stack/ports/s3")));
    }

    /** What a program by itself finds in its environment to sign requests to S3 with. */
    List<String> s3Credentials() {
        return List.of(
                "-Daws.accessKeyId=tofro",
                "-Daws.secretAccessKey=" + text(folder.resolve(".tofro/stack/password")),
                "-Daws.region=us-east-1");
    }

    /** Ends a process of the Flink cluster at once: {@code jobmanager}, {@code taskmanager-1}. Returns its number. */
    long killFlink(String process) throws Exception {
        long pid = Long.parseLong(text(folder.resolve(".tofro/flink/" + process + "/server.pid"))
                .lines()
                .findFirst()
                .orElseThrow());
        signal("KILL", pid);
        return pid;
    }

    /** The workers of the Flink cluster that are at work on what performs the step. */
    List<String> workersOf(String step) throws IOException {
        return busyWorkers(
                step.equals("extract") ? "at extract/extract/Extract)" : step + "/Perform/ParMultiDo(Perform))");
    }

    /** The workers of the Flink cluster on which a subtask is at work whose name has that part. */
    List<String> busyWorkers(String part) throws IOException {
        String rest = "http://127.0.0.1:" + text(folder.resolve(".tofro/stack/ports/flink.rest"));
        List<String> busy = new ArrayList<>();
        for (com.fasterxml.jackson.databind.JsonNode job :
                json(rest + "/jobs/overview").get("jobs")) {
            if (!job.get("state").asText().equals("RUNNING")) {
                continue;
            }
            String of = rest + "/jobs/" + job.get("jid").asText();
            for (com.fasterxml.jackson.databind.JsonNode vertex : json(of).get("vertices")) {
                if (vertex.get("name").asText().contains(part)
                        && vertex.get("status").asText().equals("RUNNING")) {
                    json(of + "/vertices/" + vertex.get("id").asText())
                            .get("subtasks")
                            .forEach(subtask -> {
                                if (subtask.get("status").asText().equals("RUNNING")) {
                                    busy.add(subtask.get("taskmanager-id").asText());
                                }
                            });
                }
            }
        }
        return busy.stream().distinct().toList();
    }

    private static com.fasterxml.jackson.databind.JsonNode json(String url) throws IOException {
        return new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(java.net.URI.create(url).toURL());
    }

    /** Starts the pipeline by Maven, in the project's own folder. */
    Program startByMaven(String pipeline) throws IOException {
        return start(new ProcessBuilder(
                        "mvn",
                        "-q",
                        "exec:java",
                        "-Dtofro.home=" + folder,
                        "-Dpipeline=" + folder.resolve("pipelines/" + pipeline + ".yaml"),
                        "-Drunner=" + runner("local"))
                .directory(PROJECT.toFile()));
    }

    /** Starts a program of somebody else's. */
    Program start(ProcessBuilder builder) throws IOException {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        String name = String.format("%03d", programs.incrementAndGet());
        Path out = logs.resolve(name + ".out");
        Path err = logs.resolve(name + ".err");
        return new Program(
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Stops the stand-ins. */
    @Override
    public void close() throws Exception {
        run(0, "stack", "down");
    }
}
