package org.tofro.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Secret;
import org.tofro.settings.Settings;

/** Settings for tests of stand-ins, and a client's view of their servers. */
public final class Environments {
    /** The daemon of a test that was killed does not stay for long. */
    static final StackOptions OPTIONS = new StackOptions(
            Duration.ofSeconds(20), StackOptions.ofThisMachine().cache());

    private Environments() {}

    /** One RDS with that seed, the warehouse and S3, all of them stand-ins. */
    public static Settings local(@Nullable String seed) {
        return of(rds("host_db_1", seed), warehouse(), new S3Connection("s3", true, null, null, null, null));
    }

    static Settings of(org.tofro.settings.Connection... connections) {
        Map<String, org.tofro.settings.Connection> byName = new LinkedHashMap<>();
        for (org.tofro.settings.Connection connection : connections) {
            byName.put(connection.name(), connection);
        }
        return new Settings(
                "local",
                Settings.Runner.DIRECT,
                Map.of(),
                "s3://tofro-staging/",
                "s3://tofro-state/",
                byName,
                Settings.Limits.DEFAULT);
    }

    static PostgresConnection rds(String name, @Nullable String seed) {
        return new PostgresConnection(name, true, seed, "", 0, "", Secret.of(""), 8, Map.of());
    }

    static RedshiftConnection warehouse() {
        return new RedshiftConnection(
                "redshift", true, "", 0, "", "", Secret.of(""), false, null, null, List.of(), Map.of());
    }

    static Settings serve(Settings settings, Path checkout, List<String> progress) {
        Set<String> all = settings.connections().keySet();
        return Stack.serve(settings, all, checkout, OPTIONS, progress::add);
    }

    static PostgresConnection rds(Settings settings, String name) {
        return (PostgresConnection) settings.connections().get(name);
    }

    static Connection connect(PostgresConnection rds, String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + rds.host() + ":" + rds.port() + "/" + database,
                rds.user(),
                rds.password().reveal());
    }

    /** The rows of a query, fields joined by {@code |}, NULL as {@code <null>}. */
    static List<String> query(PostgresConnection rds, String database, String sql) throws SQLException {
        try (Connection connection = connect(rds, database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new java.util.ArrayList<>();
            while (rows.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    String field = rows.getString(i);
                    row.append(i == 1 ? "" : "|").append(field == null ? "<null>" : field);
                }
                found.add(row.toString());
            }
            return found;
        }
    }

    static void execute(PostgresConnection rds, String database, String sql) throws SQLException {
        try (Connection connection = connect(rds, database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static Path write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    static Wire.Daemon daemon(Path checkout) throws IOException {
        return Json.read(Files.readString(checkout.resolve(".tofro/stack/daemon.json")), Wire.Daemon.class);
    }

    static long serverPid(Path checkout, String connection) throws IOException {
        return Long.parseLong(
                Files.readAllLines(checkout.resolve(".tofro/postgres/" + connection + "/data/postmaster.pid"))
                        .get(0));
    }

    static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).filter(Subprocess::isAlive).isPresent();
    }

    static void kill(long pid) throws IOException {
        Subprocess.run(List.of("kill", "-KILL", Long.toString(pid)), Path.of("/"), Duration.ofSeconds(10));
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process != null && !Subprocess.waitForEnd(process, Duration.ofSeconds(10))) {
            throw new IOException("process " + pid + " does not die");
        }
    }
}
