package org.tofro.connect.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.ReadSource;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.TableName;
import org.tofro.local.LocalMysql;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.Secret;

/** A MySQL server that refuses fails at once, one that does not answer soon, each in one sentence. */
@Timeout(90)
class MysqlRefusedTest {
    /** Less than the pause before a second try, on a machine that has time. */
    private static final Duration AT_ONCE = Duration.ofSeconds(3);

    private static final Duration SOON = Duration.ofSeconds(10);
    private static MysqlSource source;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        source = MysqlSource.of(LocalMysql.shared());
        source.execute(
                "CREATE TABLE money (id int)",
                "CREATE TABLE half (seen int, hidden int)",
                "CREATE USER guarded IDENTIFIED BY 'right'",
                "CREATE USER locked_out IDENTIFIED BY 'hush' ACCOUNT LOCK",
                "CREATE USER expired IDENTIFIED BY 'hush' PASSWORD EXPIRE",
                "GRANT SELECT ON " + source.database() + ".* TO expired",
                "CREATE USER stranger IDENTIFIED BY 'hush'",
                "CREATE USER poor IDENTIFIED BY 'hush'",
                "GRANT SELECT (seen) ON half TO poor",
                "CREATE USER writer IDENTIFIED BY 'hush'",
                "GRANT INSERT ON money TO writer",
                "CREATE USER crowd IDENTIFIED BY 'hush' WITH MAX_USER_CONNECTIONS 1",
                "GRANT SELECT ON " + source.database() + ".* TO crowd");
    }

    private static ExtractRequest as(String user, String table, ColumnChoice... columns) {
        return at(source.mysql().connection(user, "hush", 8), source.database(), table, columns);
    }

    private static ExtractRequest at(
            MysqlConnection connection, String database, String table, ColumnChoice... columns) {
        return MysqlSource.request(
                connection,
                database,
                new ReadSource.OfTable(TableName.parse(table).orElseThrow()),
                List.of(),
                2,
                List.of(columns));
    }

    private static MysqlConnection address(String host, int port, Map<String, String> properties) {
        return new MysqlConnection("source", false, null, host, port, "tofro", Secret.of("hush"), 8, properties);
    }

    private static void fails(ExtractRequest request, Duration atMost, String message) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> MysqlSource.rows(folder, request))
                .isInstanceOf(ExtractException.class)
                .hasMessage(message.replace("WHERE", "connection 'source', database '" + source.database() + "'")
                        .replace("ADDRESS", "127.0.0.1:" + source.mysql().port())
                        .replace("DATABASE", source.database()))
                .hasMessageNotContaining("hush");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(atMost);
    }

    @Test
    void aRefusalEndsTheExtractAtOnce() {
        String wrong = ": wrong password, or none of this user's accounts is for this host";
        fails(as("guarded", "money"), AT_ONCE, "connection 'source': ADDRESS refuses user 'guarded'" + wrong);
        fails(as("nobody_else", "money"), AT_ONCE, "connection 'source': ADDRESS refuses user 'nobody_else'" + wrong);
        fails(
                as("locked_out", "money"),
                AT_ONCE,
                "connection 'source': ADDRESS refuses user 'locked_out': the account is locked");
        fails(
                as("expired", "money"),
                AT_ONCE,
                "connection 'source': ADDRESS refuses user 'expired': the password has expired");
        fails(
                as("stranger", "money"),
                AT_ONCE,
                "connection 'source': ADDRESS refuses user 'stranger' the database 'DATABASE'");
        fails(
                at(source.mysql().connection(), "nowhere", "money"),
                AT_ONCE,
                "connection 'source': ADDRESS has no database 'nowhere'");
    }

    @Test
    @Tag("slow")
    void aWrongAddressEndsTheExtractSoon() throws Exception {
        fails(
                at(address("127.0.0.1", 1, Map.of()), "x", "money"),
                SOON,
                "connection 'source': 127.0.0.1:1 cannot be reached");
        fails(
                at(address("no-such-host.invalid", 3306, Map.of()), "x", "money"),
                SOON,
                "connection 'source': the host of no-such-host.invalid:3306 is unknown");
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            fails(
                    at(address("127.0.0.1", silent.getLocalPort(), Map.of("socketTimeout", "1000")), "x", "money"),
                    SOON,
                    "connection 'source': 127.0.0.1:" + silent.getLocalPort() + " does not answer");
        }
    }

    @Test
    void aServerThatIsFullEndsTheExtractSoon() throws Exception {
        MysqlConnection crowd = source.mysql().connection("crowd", "hush", 8);
        try (Connection only = new MysqlServer(crowd, ZeroDates.FAIL).connect("", "other", Duration.ofSeconds(5))) {
            assertThat(only.isValid(5)).isTrue();
            fails(
                    as("crowd", "money"),
                    SOON,
                    "connection 'source': ADDRESS has no connection left; lower `max_connections`");
        }
    }

    @Test
    void namesWhatTheUserMayNotRead() throws Exception {
        fails(
                as("poor", "half"),
                AT_ONCE,
                "WHERE: user 'poor' may read only 'seen' of table 'half'; choose from them in `columns`");
        assertThat(MysqlSource.rows(folder, as("poor", "half", new ColumnChoice("seen", null, null))))
                .isEmpty();
        fails(
                as("poor", "half", new ColumnChoice("hidden", null, null)),
                AT_ONCE,
                "WHERE: user 'poor' may read only 'seen' of table 'half'; choose from them in `columns`");
        fails(as("writer", "money"), AT_ONCE, "WHERE: user 'writer' may not read table 'money'; grant SELECT on it");
        fails(as("poor", "money"), AT_ONCE, "WHERE: there is no table 'money' that user 'poor' may see");
    }
}
