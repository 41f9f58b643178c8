package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.StagedFiles;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.Secret;

/** A server that cannot be reached from the start fails soon, one that refuses fails at once, each in one sentence. */
@Timeout(60)
class RefusedConnectionTest {
    private static SourceDatabase database;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        database.execute("""
                CREATE TABLE money (id int);
                CREATE ROLE poor LOGIN PASSWORD 'poor';
                CREATE ROLE locked_out PASSWORD 'hush';
                CREATE ROLE guarded LOGIN PASSWORD 'right';
                CREATE ROLE crowd LOGIN CONNECTION LIMIT 0;
                CREATE TABLE half (seen int, hidden int);
                GRANT SELECT (seen) ON half TO poor;
                DO $$ BEGIN
                    EXECUTE format(
                        'COPY (SELECT unnest(ARRAY[''host all guarded all scram-sha-256'', ''host all all all trust''])) TO %L',
                        current_setting('hba_file'));
                    PERFORM pg_reload_conf();
                END $$
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private static ExtractRequest with(ExtractRequest request, PostgresConnection connection, String inDatabase) {
        return new ExtractRequest(
                connection,
                inDatabase,
                request.source(),
                request.columns(),
                request.splitBy(),
                2,
                OptionalLimit.NONE,
                request.path());
    }

    private static StagedFiles run(ExtractRequest request) {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            return new Extract(area).run(request, new ExtractProgress(), new Cancellation());
        }
    }

    /** Fails with that message within that time. */
    private static void fails(ExtractRequest request, Duration atMost, String message) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> run(request))
                .isInstanceOf(ExtractException.class)
                .hasMessage(message.replace("PORT", Integer.toString(database.port())))
                .hasMessageNotContaining("hush");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(atMost);
    }

    private static PostgresConnection at(String host, int port, Map<String, String> properties) {
        return new PostgresConnection("source", false, null, host, port, "postgres", Secret.of("hush"), 8, properties);
    }

    @Test
    void aRefusalEndsTheExtractAtOnce() {
        ExtractRequest money = database.table("money");
        // Less than the pause before a second try.
        Duration atOnce = Duration.ofMillis(900);
        fails(
                with(money, database.connection("guarded", "hush", 8), "postgres"),
                atOnce,
                "connection 'source': 127.0.0.1:PORT refuses user 'guarded': wrong password");
        fails(
                with(money, database.connection("nobody_else", "hush", 8), "postgres"),
                atOnce,
                "connection 'source': 127.0.0.1:PORT refuses user 'nobody_else': role \"nobody_else\" does not exist");
        fails(
                with(money, database.connection("locked_out", "hush", 8), "postgres"),
                atOnce,
                "connection 'source': 127.0.0.1:PORT refuses user 'locked_out': role \"locked_out\" is not permitted to log in");
        fails(
                with(money, database.connection(), "nowhere"),
                atOnce,
                "connection 'source': 127.0.0.1:PORT has no database 'nowhere'");
    }

    @Test
    void aWrongAddressEndsTheExtractSoon() throws Exception {
        ExtractRequest money = database.table("money");
        Duration soon = Duration.ofSeconds(5);
        fails(
                with(money, at("127.0.0.1", 1, Map.of()), "postgres"),
                soon,
                "connection 'source': 127.0.0.1:1 cannot be reached");
        fails(
                with(money, at("no-such-host.invalid", 5432, Map.of()), "postgres"),
                soon,
                "connection 'source': the host of no-such-host.invalid:5432 is unknown");
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            fails(
                    with(money, at("127.0.0.1", silent.getLocalPort(), Map.of("loginTimeout", "1")), "postgres"),
                    soon,
                    "connection 'source': 127.0.0.1:" + silent.getLocalPort() + " does not answer");
        }
    }

    @Test
    void aServerThatIsFullEndsTheExtractSoon() {
        fails(
                with(database.table("money"), database.connection("crowd", "hush", 8), "postgres"),
                Duration.ofSeconds(5),
                "connection 'source': 127.0.0.1:PORT has no connection left; lower `max_connections`");
    }

    @Test
    void namesWhatTheUserMayNotRead() {
        PostgresConnection poor = database.connection("poor", "poor", 8);
        assertThatThrownBy(() -> run(with(database.table("half"), poor, "postgres")))
                .hasMessage(
                        "connection 'source', database 'postgres': user 'poor' may not read column 'hidden' of table"
                                + " 'half'; name the others in `columns`");
        assertThat(run(with(database.table("half", new ColumnChoice("seen", null, null)), poor, "postgres"))
                        .rows())
                .isZero();
        assertThatThrownBy(() -> run(with(database.table("money"), poor, "postgres")))
                .hasMessage("connection 'source', database 'postgres': user 'poor' may not read table 'money'; grant"
                        + " SELECT on it");
        assertThatThrownBy(() -> run(with(database.sql("SELECT * FROM money"), poor, "postgres")))
                .hasMessage(
                        "connection 'source', database 'postgres': the server says: permission denied for table money"
                                + " (SQLSTATE 42501)");
    }
}
