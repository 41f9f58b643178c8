package org.tofro.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.tofro.connect.jdbc.SourceDatabase;
import org.tofro.local.S3Faults;
import org.tofro.local.S3Front;
import org.tofro.local.redshift.Faults;
import org.tofro.local.redshift.FrontSettings;
import org.tofro.local.redshift.Isolation;
import org.tofro.local.redshift.LocalWarehouse;
import org.tofro.local.redshift.RedshiftFront;

/**
 * What the matrix runs against: a source, S3 behind a front of its own, and a front of the warehouse for each isolation level,
 * which reads S3 through that front too. All of them do wrong when they are told to.
 */
final class Servers implements AutoCloseable {
    private static final String USER = "etl";
    private static final String PASSWORD = "Secret1";
    private static final List<String> KEYS = List.of("aws.accessKeyId", "aws.secretAccessKey");

    private final SourceDatabase source;
    private final S3Front store;
    private final FrontSettings.Postgres behind;
    private final Map<Isolation, RedshiftFront> fronts = new EnumMap<>(Isolation.class);
    private final Map<Isolation, Path> runners = new EnumMap<>(Isolation.class);
    private final List<Thread> watchers = new ArrayList<>();
    private final AtomicReference<Exception> trouble = new AtomicReference<>();
    private Isolation isolation = Isolation.SNAPSHOT;

    private Servers(SourceDatabase source, S3Front store, FrontSettings.Postgres behind) {
        this.source = source;
        this.store = store;
        this.behind = behind;
    }

    /** Starts them, and writes a runner file for each isolation level into the folder. */
    static Servers start(Path folder) throws Exception {
        FrontSettings shared = LocalWarehouse.shared().settings;
        S3Front store = S3Front.start(shared.s3().endpoint().getPort());
        Servers servers = new Servers(SourceDatabase.start(), store, shared.postgres());
        System.setProperty(KEYS.get(0), shared.s3().accessKey());
        System.setProperty(KEYS.get(1), shared.s3().secretKey());
        FrontSettings.S3 s3 = new FrontSettings.S3(
                store.endpoint(),
                shared.s3().region(),
                shared.s3().accessKey(),
                shared.s3().secretKey());
        Files.createDirectories(folder);
        Path password = Files.writeString(folder.resolve("password.txt"), PASSWORD);
        Path none = Files.writeString(folder.resolve("none.txt"), "none");
        for (Isolation level : Isolation.values()) {
            RedshiftFront front =
                    RedshiftFront.start(new FrontSettings(0, shared.postgres(), s3, level, USER, PASSWORD, Set.of()));
            servers.fronts.put(level, front);
            servers.runners.put(
                    level, Files.writeString(folder.resolve(level.name().toLowerCase() + ".yaml"), """
                    runner: direct
                    staging_area: s3://staging/matrix-files/
                    state_area: s3://staging/matrix-state/
                    connections:
                      source: {type: postgres, host: 127.0.0.1, port: %d, user: postgres, password: "${file:%s}"}
                      redshift: {type: redshift, host: 127.0.0.1, port: %d, database: dev, user: %s,
                                 password: "${file:%s}", properties: {ssl: "false"}}
                      s3: {type: s3, region: us-east-1, endpoint: "%s"}
                    """.formatted(
                                    servers.source.port(), none, front.port(), USER, password, store.endpoint())));
        }
        return servers;
    }

    SourceDatabase source() {
        return source;
    }

    /** Has what comes next happen under this isolation level, without any fault. */
    void use(Isolation level) {
        clear();
        isolation = level;
    }

    /** The runner file of the isolation level that is in use. */
    Path runner() {
        return runners.get(isolation);
    }

    private RedshiftFront front() {
        return fronts.get(isolation);
    }

    Faults.Fault warehouse(Faults.Kind kind, Faults.Place place, int occurrence, long value) {
        return front().faults().add(kind, place, occurrence, value);
    }

    S3Faults.Fault s3(S3Faults.Kind kind, String request, int times, long value) {
        return store.faults().add(kind, request, 1, times, value);
    }

    /** Switches every fault off. */
    void clear() {
        front().faults().clear();
        store.faults().clear();
    }

    /** Asks whether something is so. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    /** Does something. */
    @FunctionalInterface
    interface Action {
        void perform() throws Exception;
    }

    /** Does that beside the run as soon as the condition holds; it has fired then. */
    InjectedFault.Fired once(Condition condition, Action action) {
        AtomicInteger fired = new AtomicInteger();
        Thread watcher = new Thread(
                () -> {
                    try {
                        while (!condition.holds()) {
                            Thread.sleep(5);
                        }
                        action.perform();
                        fired.incrementAndGet();
                    } catch (InterruptedException overBefore) {
                        // The run never came there.
                    } catch (Exception e) {
                        trouble.set(e);
                    }
                },
                "watcher");
        watcher.setDaemon(true);
        watcher.start();
        watchers.add(watcher);
        return fired::get;
    }

    /** Ends what still waits beside the run. */
    void endWatchers() throws Exception {
        for (Thread watcher : watchers) {
            watcher.interrupt();
            watcher.join();
        }
        watchers.clear();
        Exception failed = trouble.getAndSet(null);
        if (failed != null) {
            throw failed;
        }
    }

    /** Holds the extract up by a lock, and stops the server under it. */
    InjectedFault.Fired restartSource() throws SQLException {
        Connection holder = source.connect("postgres");
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute("LOCK TABLE items IN ACCESS EXCLUSIVE MODE");
        }
        String waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        return once(() -> !source.strings(waiting).isEmpty(), () -> {
            source.stop();
            source.startAgain();
            // Not before: the lock has to last until the server goes down.
            holder.close();
        });
    }

    /** Has every lease run out. */
    void endLeases() throws SQLException {
        for (String lease :
                rows("SELECT tablename FROM pg_tables WHERE schemaname = 'tofro' AND tablename LIKE 'lease_fm_%'")) {
            execute("UPDATE tofro." + lease + " SET expires_at = now() AT TIME ZONE 'UTC' - interval '1 second'");
        }
    }

    private Connection behind() throws SQLException {
        return DriverManager.getConnection(behind.jdbcUrl("dev"), behind.user(), behind.password());
    }

    /** The first column of a query, asked behind the front. */
    List<String> rows(String sql) throws SQLException {
        try (Connection connection = behind();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    /** Runs statements behind the front. */
    void execute(String sql) throws SQLException {
        try (Connection connection = behind();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws Exception {
        KEYS.forEach(System::clearProperty);
        fronts.values().forEach(RedshiftFront::close);
        store.close();
        source.close();
    }
}
