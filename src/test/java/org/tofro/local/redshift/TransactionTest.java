package org.tofro.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The sharp edges that safety hangs on. */
final class TransactionTest {
    private final LocalWarehouse warehouse = LocalWarehouse.shared();

    @BeforeEach
    void tables() throws SQLException {
        try (Connection connection = warehouse.connect()) {
            LocalWarehouse.run(
                    connection,
                    "DROP TABLE IF EXISTS prod",
                    "DROP TABLE IF EXISTS staging",
                    "DROP TABLE IF EXISTS fence",
                    "CREATE TABLE prod (id INT)",
                    "CREATE TABLE staging (id INT)",
                    "CREATE TABLE fence (token INT)",
                    "INSERT INTO prod VALUES (1), (2)",
                    "INSERT INTO staging VALUES (7), (8), (9)",
                    "INSERT INTO fence VALUES (1)");
        }
    }

    private RedshiftFront front(Isolation isolation) {
        return isolation == Isolation.SNAPSHOT ? warehouse.front : warehouse.serializable;
    }

    /** TRUNCATE, r_TRUNCATE.html. */
    @Test
    void truncateCommitsWhatCameBefore() throws SQLException {
        try (Connection connection = warehouse.connect()) {
            connection.setAutoCommit(false);
            LocalWarehouse.run(
                    connection, "INSERT INTO prod VALUES (3)", "TRUNCATE staging", "INSERT INTO prod VALUES (4)");
            connection.rollback();
            assertThat(LocalWarehouse.rows(connection, "SELECT id FROM prod ORDER BY id"))
                    .containsExactly("1", "2", "3");
            assertThat(LocalWarehouse.rows(connection, "SELECT count(*) FROM staging"))
                    .containsExactly("0");
        }
    }

    /** Managing concurrent write operations, c_Concurrent_writes.html. */
    @ParameterizedTest
    @EnumSource(Isolation.class)
    void twoReloadsAtOnceLeaveTheRowsOnce(Isolation isolation) throws Exception {
        try (Connection first = warehouse.connect(front(isolation));
                Connection second = warehouse.connect(front(isolation))) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            LocalWarehouse.run(first, "DELETE FROM prod", "INSERT INTO prod SELECT id FROM staging");
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
                try {
                    LocalWarehouse.run(second, "DELETE FROM prod", "INSERT INTO prod SELECT id FROM staging");
                    second.commit();
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            Thread.sleep(300);
            assertThat(waiting).isNotDone();
            first.commit();
            waiting.get(10, TimeUnit.SECONDS);
        }
        try (Connection connection = warehouse.connect()) {
            assertThat(LocalWarehouse.rows(connection, "SELECT id FROM prod ORDER BY id"))
                    .containsExactly("7", "8", "9");
        }
    }

    @Test
    void readersGoOnBesideAWriterAndSeeTheirSnapshot() throws SQLException {
        try (Connection writer = warehouse.connect();
                Connection reader = warehouse.connect()) {
            writer.setAutoCommit(false);
            reader.setAutoCommit(false);
            LocalWarehouse.run(writer, "DELETE FROM prod");
            assertThat(LocalWarehouse.rows(reader, "SELECT count(*) FROM prod")).containsExactly("2");
            writer.commit();
            assertThat(LocalWarehouse.rows(reader, "SELECT count(*) FROM prod")).containsExactly("2");
            reader.commit();
            assertThat(LocalWarehouse.rows(reader, "SELECT count(*) FROM prod")).containsExactly("0");
        }
    }

    /** LOCK, r_LOCK.html. */
    @ParameterizedTest
    @EnumSource(Isolation.class)
    void whatIsReadAfterAWaitForLockIsWhatTheOtherCommitted(Isolation isolation) throws Exception {
        try (Connection first = warehouse.connect(front(isolation));
                Connection second = warehouse.connect(front(isolation))) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            LocalWarehouse.run(first, "LOCK fence", "UPDATE fence SET token = 2");
            CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    LocalWarehouse.run(second, "LOCK TABLE fence");
                    String seen = LocalWarehouse.rows(second, "SELECT token FROM fence")
                            .get(0);
                    LocalWarehouse.run(second, "UPDATE fence SET token = 3");
                    second.commit();
                    return seen;
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            Thread.sleep(300);
            assertThat(waiting).isNotDone();
            first.commit();
            assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo("2");
        }
    }

    @Test
    void anUpdateOfWhatAnotherChangedAfterOurSnapshotFails() throws SQLException {
        try (Connection first = warehouse.connect();
                Connection second = warehouse.connect()) {
            first.setAutoCommit(false);
            LocalWarehouse.rows(first, "SELECT * FROM prod");
            LocalWarehouse.run(second, "UPDATE prod SET id = 5 WHERE id = 1");
            assertThatThrownBy(() -> LocalWarehouse.run(first, "UPDATE prod SET id = 6 WHERE id = 1"))
                    .hasMessageContaining("could not complete because of conflict with concurrent transaction")
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("XX000");
        }
    }

    /** Isolation levels in Amazon Redshift, c_serial_isolation.html. */
    @Test
    void aCycleUnderSerializableIsError1023() throws SQLException {
        try (Connection first = warehouse.connect(warehouse.serializable);
                Connection second = warehouse.connect(warehouse.serializable)) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            LocalWarehouse.rows(first, "SELECT count(*) FROM prod");
            LocalWarehouse.rows(second, "SELECT count(*) FROM staging");
            LocalWarehouse.run(first, "INSERT INTO staging VALUES (1)");
            LocalWarehouse.run(second, "INSERT INTO prod VALUES (1)");
            first.commit();
            assertThatThrownBy(second::commit)
                    .hasMessageContaining("1023")
                    .hasMessageContaining("Serializable isolation violation on table - ")
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("XX000");
        }
    }

    @Test
    void aCycleUnderSnapshotIsNoError() throws SQLException {
        try (Connection first = warehouse.connect();
                Connection second = warehouse.connect()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            LocalWarehouse.rows(first, "SELECT count(*) FROM prod");
            LocalWarehouse.rows(second, "SELECT count(*) FROM staging");
            LocalWarehouse.run(first, "INSERT INTO staging VALUES (1)");
            LocalWarehouse.run(second, "INSERT INTO prod VALUES (1)");
            first.commit();
            second.commit();
        }
    }

    @Test
    void aPreparedWriteLocksInEveryTransactionAnew() throws Exception {
        try (Connection first = warehouse.connect();
                Connection second = warehouse.connect();
                var insert = second.prepareStatement("INSERT INTO prod VALUES (?)")) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            for (int i = 0; i < 8; i++) {
                insert.setInt(1, 100 + i);
                insert.executeUpdate();
                second.commit();
            }
            LocalWarehouse.run(first, "DELETE FROM prod");
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
                try {
                    insert.setInt(1, 999);
                    insert.executeUpdate();
                    second.commit();
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            Thread.sleep(300);
            assertThat(waiting).isNotDone();
            first.commit();
            waiting.get(10, TimeUnit.SECONDS);
            assertThat(LocalWarehouse.rows(first, "SELECT id FROM prod")).containsExactly("999");
        }
    }

    @Test
    void dataDefinitionIsTransactional() throws SQLException {
        try (Connection connection = warehouse.connect()) {
            connection.setAutoCommit(false);
            LocalWarehouse.run(connection, "DROP TABLE prod", "CREATE TABLE prod (other INT)");
            connection.rollback();
            assertThat(LocalWarehouse.rows(connection, "SELECT count(id) FROM prod"))
                    .containsExactly("2");
        }
    }

    /** VACUUM, r_VACUUM_command.html. */
    @Test
    void vacuumRunsOutsideOfTransactionsOnly() throws SQLException {
        try (Connection connection = warehouse.connect()) {
            LocalWarehouse.run(
                    connection, "VACUUM FULL prod TO 99 PERCENT", "VACUUM DELETE ONLY prod", "VACUUM", "ANALYZE prod");
            connection.setAutoCommit(false);
            LocalWarehouse.run(connection, "INSERT INTO prod VALUES (3)");
            assertThatThrownBy(() -> LocalWarehouse.run(connection, "VACUUM prod"))
                    .hasMessageContaining("VACUUM cannot run inside a transaction block");
        }
    }

    @Test
    void severalStatementsAtOnceAreOneTransaction() throws SQLException {
        try (Connection connection = warehouse.connectAsPostgres();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("INSERT INTO prod VALUES (3); SELECT 1 / 0"))
                    .hasMessageContaining("division by zero");
            assertThat(LocalWarehouse.rows(connection, "SELECT count(*) FROM prod"))
                    .containsExactly("2");
        }
    }

    @Test
    void theSimpleProtocolTakesTheSameLocks() throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + warehouse.front.port() + "/dev?preferQueryMode=simple";
        try (Connection first = java.sql.DriverManager.getConnection(url, "etl", "Secret1");
                Connection second = warehouse.connect()) {
            LocalWarehouse.run(first, "BEGIN; DELETE FROM prod; INSERT INTO prod VALUES (3)");
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
                try {
                    LocalWarehouse.run(second, "DELETE FROM prod");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            Thread.sleep(300);
            assertThat(waiting).isNotDone();
            LocalWarehouse.run(first, "COMMIT");
            waiting.get(10, TimeUnit.SECONDS);
            assertThat(LocalWarehouse.rows(first, "SELECT count(*) FROM prod")).containsExactly("0");
        }
    }
}
