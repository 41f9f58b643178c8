package org.tofro.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.RedshiftConnection;

/**
 * One test's part of the shared checkout: a folder for its files, a database of its own on the RDS stand-in, a schema of its
 * own in the warehouse, and eyes on both that do not go through Tofro.
 */
public final class Scene {
    private static final Pattern RUN = Pattern.compile("(?m)^run (\\S+)$");

    private final TestCheckout checkout;
    private final Path folder;

    /** The database on {@code host_db_1}, the schema in the warehouse, and what names begin with: unique to the test. */
    final String name;

    Scene(TestCheckout checkout, int number) {
        this.checkout = checkout;
        this.name = "scene" + number;
        this.folder = TestCheckout.FOLDER.resolve("files").resolve(name);
    }

    /** What a command answered. */
    public record Answer(int code, String out, String err) {
        /** The id of the run that was launched. */
        public String run() {
            Matcher run = RUN.matcher(err);
            if (!run.find()) {
                throw new AssertionError("no run was launched: " + this);
            }
            return run.group(1);
        }
    }

    /** Runs a command of the program, in this JVM. */
    public static Answer tofro(String... arguments) {
        return tofroAt(Clock.systemUTC(), arguments);
    }

    /** Runs a command at another time than now. */
    static Answer tofroAt(String time, String... arguments) {
        return tofroAt(Clock.fixed(Instant.parse(time), ZoneOffset.UTC), arguments);
    }

    private static Answer tofroAt(Clock clock, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                clock);
        return new Answer(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Writes a file of the test's own; {@code NAME} in it stands for the scene's name. Returns where it is. */
    String file(String fileName, String text) throws IOException {
        Path file = folder.resolve(fileName);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text.replace("NAME", name));
        return file.toString();
    }

    /** A pipeline that copies one table of the scene's database, by name or by query, into {@code NAME.prod}. */
    String copyPipeline(String extract) throws IOException {
        return copyPipeline(name, extract);
    }

    String copyPipeline(String database, String extract) throws IOException {
        return file("copy.yaml", """
                name: NAME
                steps:
                - type: extract-from-rds
                  name: extract
                  connection: host_db_1
                  database: %s
                  %s
                - type: load-into-staging-table
                  name: load
                  table: NAME.staging
                - type: reload-prod-table
                  name: reload
                  source: NAME.staging
                  destination: NAME.prod
                """.formatted(database, extract));
    }

    /** A runner file that is {@code runners/local.yaml} with some of its lines changed. */
    String runner(String fileName, String... oldAndNew) throws IOException {
        return runnerFrom("runners/local.yaml", fileName, oldAndNew);
    }

    /** The same of another runner file. */
    String runnerFrom(String base, String fileName, String... oldAndNew) throws IOException {
        String text = Files.readString(Path.of(base));
        for (int i = 0; i < oldAndNew.length; i += 2) {
            if (!text.contains(oldAndNew[i])) {
                throw new AssertionError(base + " has no '" + oldAndNew[i] + "'");
            }
            text = text.replace(oldAndNew[i], oldAndNew[i + 1]);
        }
        return file(fileName, text);
    }

    /** Makes the scene's database with these statements. */
    void source(String... statements) throws SQLException {
        try (Connection admin = rds("postgres")) {
            execute(admin, "CREATE DATABASE " + name);
        }
        changeSource(statements);
    }

    void changeSource(String... statements) throws SQLException {
        try (Connection connection = rds(name)) {
            execute(connection, statements);
        }
    }

    void dropSource() throws SQLException {
        try (Connection admin = rds("postgres")) {
            execute(admin, "DROP DATABASE " + name);
        }
    }

    void changeWarehouse(String... statements) throws SQLException {
        try (Connection connection = warehouse()) {
            execute(connection, statements);
        }
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** A connection to RDS by PostgreSQL's driver. */
    Connection rds(String database) throws SQLException {
        PostgresConnection rds = checkout.rds();
        return DriverManager.getConnection(
                "jdbc:postgresql://" + rds.host() + ":" + rds.port() + "/" + database,
                rds.user(),
                rds.password().reveal());
    }

    /** A connection to the warehouse by Amazon's driver. */
    Connection warehouse() throws SQLException {
        RedshiftConnection redshift = checkout.redshift();
        Properties properties = new Properties();
        properties.setProperty("user", redshift.user());
        properties.setProperty("password", redshift.password().reveal());
        properties.setProperty("ssl", "false");
        return DriverManager.getConnection(
                "jdbc:redshift://" + redshift.host() + ":" + redshift.port() + "/" + redshift.database(), properties);
    }

    TestCheckout checkout() {
        return checkout;
    }

    /** Rows of the scene's database. */
    List<String> sourceRows(String sql) throws SQLException {
        return sourceRows(name, sql);
    }

    List<String> sourceRows(String database, String sql) throws SQLException {
        try (Connection connection = rds(database)) {
            return rows(connection, sql);
        }
    }

    List<String> warehouseRows(String sql) throws SQLException {
        try (Connection connection = warehouse()) {
            return rows(connection, sql.replace("NAME", name));
        }
    }

    /** Each row as a line, in the order of the query; NULL is {@code <null>}. */
    private static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    // Each driver spells these in its own way.
                    String value = switch (rows.getMetaData().getColumnType(i)) {
                        case Types.BIT, Types.BOOLEAN -> String.valueOf(rows.getBoolean(i));
                        case Types.DOUBLE -> String.valueOf(rows.getDouble(i));
                        default -> rows.getString(i);
                    };
                    values.add(rows.wasNull() ? "<null>" : value);
                }
                found.add(String.join("|", values));
            }
            return found;
        }
    }

    /** That both sides hold the same rows: EXCEPT in both directions, and as many of each. */
    static void assertSameRows(List<String> production, List<String> source) {
        List<String> tooMuch = new ArrayList<>(production);
        source.forEach(tooMuch::remove);
        List<String> missing = new ArrayList<>(source);
        production.forEach(missing::remove);
        org.assertj.core.api.Assertions.assertThat(tooMuch.stream().limit(5))
                .as("only in production")
                .isEmpty();
        org.assertj.core.api.Assertions.assertThat(missing.stream().limit(5))
                .as("only in the source")
                .isEmpty();
        org.assertj.core.api.Assertions.assertThat(production).hasSameSizeAs(source);
    }

    /** The report in the state area, read from the folder in which S3's stand-in keeps its objects. */
    static JsonNode report(String run) throws IOException {
        Path report = stateFolder(run).resolve("report.json");
        return new ObjectMapper().readTree(report.toFile());
    }

    /** What the state area holds of a run. */
    static Path stateFolder(String run) {
        return TestCheckout.FOLDER.resolve(".tofro/s3/tofro-state/runs").resolve(run);
    }

    /** Where the state area keeps who waits for other pipelines. */
    static Path waitingFolder() {
        return TestCheckout.FOLDER.resolve(".tofro/s3/tofro-state/waiting");
    }

    /** Waits until a step of a run of the scene's own pipeline has left an outcome; returns the run's id. */
    String awaitOutcome(String step) throws IOException, InterruptedException {
        Path runs = TestCheckout.FOLDER.resolve(".tofro/s3/tofro-state/runs");
        Path found = await(
                runs,
                path -> path.getFileName().toString().equals(step + ".json")
                        && runs.relativize(path).toString().startsWith(name + "-"));
        return runs.relativize(found).getName(0).toString();
    }

    /** Waits until a run of the scene's own pipeline waits for other pipelines; returns its id. */
    String awaitWaiting() throws IOException, InterruptedException {
        String file = await(
                        waitingFolder(), path -> path.getFileName().toString().matches(name + "-.*\\.json"))
                .getFileName()
                .toString();
        return file.substring(0, file.length() - ".json".length());
    }

    private static Path await(Path folder, java.util.function.Predicate<Path> wanted)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + java.util.concurrent.TimeUnit.SECONDS.toNanos(90);
        while (System.nanoTime() < deadline) {
            try (java.util.stream.Stream<Path> all = Files.walk(folder)) {
                java.util.Optional<Path> found = all.filter(wanted).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (java.io.UncheckedIOException | java.nio.file.NoSuchFileException changing) {
                // A folder came or went while it was being read.
            }
            Thread.sleep(20);
        }
        throw new AssertionError("nothing was found under " + folder);
    }

    /** How often each step of the run stands in the ledgers of the scene's tables: {@code load 1}. */
    List<String> ledger(String run) throws SQLException {
        List<String> found = new ArrayList<>();
        for (String table : warehouseRows(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'tofro' AND tablename LIKE 'ledger%'")) {
            found.addAll(warehouseRows("SELECT step || ' ' || count(*) FROM tofro.\"" + table + "\" WHERE run = '" + run
                    + "' GROUP BY step"));
        }
        return found.stream().sorted().toList();
    }

    /** A step of a report. */
    static JsonNode step(JsonNode report, String step) {
        for (JsonNode each : report.get("steps")) {
            if (each.get("name").asText().equals(step)) {
                return each;
            }
        }
        throw new AssertionError("the report has no step '" + step + "': " + report);
    }
}
