package org.tofro.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProtocolTest {
    private final LocalWarehouse warehouse = LocalWarehouse.shared();

    @ParameterizedTest
    @CsvSource({"etl, wrong", "someone, Secret1"})
    void aWrongPasswordOrUserIsRefused(String user, String password) {
        assertThatThrownBy(() -> DriverManager.getConnection(
                        "jdbc:redshift://127.0.0.1:" + warehouse.front.port() + "/dev?ssl=false", user, password))
                .hasMessageContaining("password authentication failed for user \"" + user + "\"")
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("28000");
    }

    @Test
    void anUnknownDatabaseIsRefused() {
        assertThatThrownBy(() -> DriverManager.getConnection(
                        "jdbc:redshift://127.0.0.1:" + warehouse.front.port() + "/nowhere?ssl=false", "etl", "Secret1"))
                .hasMessageContaining("database \"nowhere\" does not exist")
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("3D000");
    }

    @Test
    void redshiftSaysWhatItIs() throws SQLException {
        try (Connection connection = warehouse.connect()) {
            assertThat(connection.getMetaData().getDatabaseProductVersion()).isEqualTo("8.0.2");
            assertThat(LocalWarehouse.rows(connection, "SELECT version()").get(0))
                    .contains("Redshift 1.0.");
        }
    }

    @Test
    void aStatementCanBeCancelled() throws Exception {
        try (Connection connection = warehouse.connect();
                Statement statement = connection.createStatement()) {
            CompletableFuture<Void> cancel = CompletableFuture.runAsync(() -> {
                try {
                    Thread.sleep(300);
                    statement.cancel();
                } catch (SQLException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> statement.execute(
                            "SELECT count(*) FROM generate_series(1, 100000000) a, generate_series(1, 1000) b"))
                    .hasMessageContaining("canceling statement due to user request");
            cancel.join();
            assertThat(LocalWarehouse.rows(connection, "SELECT 1")).containsExactly("1");
        }
    }

    @Test
    void aStatementTimesOut() throws SQLException {
        try (Connection connection = warehouse.connect()) {
            LocalWarehouse.run(connection, "SET statement_timeout TO 200");
            assertThatThrownBy(() -> LocalWarehouse.rows(
                            connection,
                            "SELECT count(*) FROM generate_series(1, 100000000) a, generate_series(1, 1000) b"))
                    .hasMessageContaining("canceling statement due to statement timeout");
        }
    }

    @Test
    void aBackendThatIsTerminatedEndsTheConnection() throws SQLException {
        try (Connection one = warehouse.connect();
                Connection two = warehouse.connect()) {
            String pid = LocalWarehouse.rows(one, "SELECT pg_backend_pid()").get(0);
            assertThat(LocalWarehouse.rows(two, "SELECT pg_terminate_backend(" + pid + ")"))
                    .hasSize(1);
            assertThatThrownBy(() -> LocalWarehouse.rows(one, "SELECT 1")).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aClientThatVanishesTakesItsTransactionWithIt() throws Exception {
        try (Connection watcher = warehouse.connect()) {
            LocalWarehouse.run(watcher, "DROP TABLE IF EXISTS vanish", "CREATE TABLE vanish (id INT)");
            Connection connection = warehouse.connectAsPostgres();
            connection.setAutoCommit(false);
            LocalWarehouse.run(connection, "INSERT INTO vanish VALUES (1)");
            String pid =
                    LocalWarehouse.rows(connection, "SELECT pg_backend_pid()").get(0);
            CompletableFuture.runAsync(() -> {
                try {
                    LocalWarehouse.rows(
                            connection,
                            "SELECT count(*) FROM generate_series(1, 100000000) a, generate_series(1, 1000) b");
                } catch (SQLException e) {
                    // It is cut below.
                }
            });
            Thread.sleep(300);
            connection.abort(Runnable::run);
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (!LocalWarehouse.rows(watcher, "SELECT pid FROM svv_transactions WHERE pid = " + pid)
                    .isEmpty()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(50);
                watcher.createStatement().close();
            }
            assertThat(LocalWarehouse.rows(watcher, "SELECT count(*) FROM vanish"))
                    .containsExactly("0");
        }
    }

    @Test
    void batchesCursorsAndParametersWork() throws SQLException {
        try (Connection connection = warehouse.connect()) {
            LocalWarehouse.run(connection, "DROP TABLE IF EXISTS b", "CREATE TABLE b (id INT, name VARCHAR(30))");
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO b VALUES (?, ?)")) {
                for (int i = 0; i < 3000; i++) {
                    insert.setInt(1, i);
                    insert.setString(2, "it's \\" + i);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            connection.commit();
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(100);
                try (ResultSet rows = statement.executeQuery("SELECT id, name FROM b ORDER BY id")) {
                    int count = 0;
                    while (rows.next()) {
                        assertThat(rows.getString(2)).isEqualTo("it's \\" + count++);
                    }
                    assertThat(count).isEqualTo(3000);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"simple", "extended", "extendedForPrepared"})
    void thePostgresDriverWorksToo(String mode) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + warehouse.front.port() + "/dev?preferQueryMode=" + mode,
                "etl",
                "Secret1")) {
            LocalWarehouse.run(connection, "DROP TABLE IF EXISTS p; CREATE TABLE p (id INT); INSERT INTO p VALUES (1)");
            try (PreparedStatement select = connection.prepareStatement("SELECT id + ? FROM p")) {
                select.setInt(1, 41);
                try (ResultSet rows = select.executeQuery()) {
                    assertThat(LocalWarehouse.rows(rows)).containsExactly("42");
                }
            }
            LocalWarehouse.run(connection, "", " ; ");
        }
    }

    /** A backslash in a plain literal is an escape. */
    @Test
    void quotesThatAreOnlyDoubledDoNotHoldABackslash() throws SQLException {
        try (Connection connection = warehouse.connect()) {
            assertThat(LocalWarehouse.rows(connection, "SELECT 'a\\'b', 'c\\\\d', 'e\\nf'"))
                    .containsExactly("a'b|c\\d|e\nf");
        }
    }
}
