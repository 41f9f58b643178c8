package org.tofro.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FaultTest {
    private final LocalWarehouse warehouse = LocalWarehouse.shared();

    @BeforeEach
    void table() throws SQLException {
        try (Connection connection = warehouse.connect()) {
            LocalWarehouse.run(connection, "DROP TABLE IF EXISTS f", "CREATE TABLE f (id INT)");
        }
        warehouse.put("f/rows.csv", "1\n2\n3\n");
    }

    @AfterEach
    void clear() {
        warehouse.front.faults().clear();
    }

    private String copy() {
        return "COPY f FROM 's3://staging/f/rows.csv' IAM_ROLE '" + LocalWarehouse.ROLE + "' CSV";
    }

    private long count() throws SQLException {
        try (Connection connection = warehouse.connect()) {
            return Long.parseLong(
                    LocalWarehouse.rows(connection, "SELECT count(*) FROM f").get(0));
        }
    }

    @ParameterizedTest
    @CsvSource({"CUT_BEFORE_COMMIT, 0, true", "CUT_DURING_COMMIT, 3, true", "CUT_AFTER_COMMIT, 3, false"})
    void cutsTheConnectionAroundCommit(Faults.Kind kind, long rows, boolean thrown) throws SQLException {
        Faults.Fault fault = warehouse.front.faults().add(kind, "COPY f", 1, 0);
        try (Connection other = warehouse.connect()) {
            other.setAutoCommit(false);
            LocalWarehouse.run(other, "SELECT 1");
            other.commit();
        }
        assertThat(fault.fired()).isZero();
        try (Connection connection = warehouse.connect()) {
            connection.setAutoCommit(false);
            LocalWarehouse.run(connection, copy());
            if (thrown) {
                assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
            } else {
                connection.commit();
            }
            assertThatThrownBy(() -> LocalWarehouse.rows(connection, "SELECT 1"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(count()).isEqualTo(rows);
        assertThat(fault.fired()).isEqualTo(1);
        try (Connection connection = warehouse.connect()) {
            connection.setAutoCommit(false);
            LocalWarehouse.run(connection, copy());
            connection.commit();
        }
        assertThat(count()).isEqualTo(rows + 3);
    }

    @Test
    void cutsAStatementThatCommitsByItself() throws SQLException {
        warehouse.front.faults().add(Faults.Kind.CUT_DURING_COMMIT, "INSERT INTO f", 1, 0);
        try (Connection connection = warehouse.connect()) {
            assertThatThrownBy(() -> LocalWarehouse.run(connection, "INSERT INTO f VALUES (1)"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void delaysCommit() throws SQLException {
        warehouse.front.faults().add(Faults.Kind.DELAY_COMMIT, "INSERT INTO f", 1, 400);
        long start = System.nanoTime();
        try (Connection connection = warehouse.connect()) {
            LocalWarehouse.run(connection, "INSERT INTO f VALUES (1)");
        }
        assertThat(System.nanoTime() - start).isGreaterThan(400_000_000L);
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void answers1023OnTheNthStatement() throws SQLException {
        Faults.Fault fault = warehouse.front.faults().add(Faults.Kind.SERIALIZATION_FAILURE, "INSERT INTO f", 2, 0);
        try (Connection connection = warehouse.connect()) {
            LocalWarehouse.run(connection, "INSERT INTO f VALUES (1)");
            assertThatThrownBy(() -> LocalWarehouse.run(connection, "INSERT INTO f VALUES (2)"))
                    .hasMessageContaining("1023")
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("XX000");
            LocalWarehouse.run(connection, "INSERT INTO f VALUES (3)");
        }
        assertThat(count()).isEqualTo(2);
        assertThat(fault.fired()).isEqualTo(1);
    }

    @Test
    void answers1023OnTheNthStatementOfASessionOfThatLabel() throws SQLException {
        Faults.Fault fault = warehouse
                .front
                .faults()
                .add(Faults.Kind.SERIALIZATION_FAILURE, Faults.Place.nth(3, "tofro:p/load/"), 0, 0);
        for (String label : List.of("tofro:p/extract/r", "tofro:p/load/r")) {
            try (Connection connection = warehouse.connect()) {
                LocalWarehouse.run(connection, "SET query_group TO '" + label + "'", "INSERT INTO f VALUES (1)");
                if (label.contains("load")) {
                    assertThatThrownBy(() -> LocalWarehouse.run(connection, "INSERT INTO f VALUES (2)"))
                            .hasMessageContaining("1023");
                } else {
                    LocalWarehouse.run(connection, "INSERT INTO f VALUES (2)");
                }
                LocalWarehouse.run(connection, "INSERT INTO f VALUES (3)");
            }
        }
        assertThat(count()).isEqualTo(5);
        assertThat(fault.fired()).isEqualTo(1);
    }

    @Test
    void hitsOnlySessionsOfThatLabel() throws SQLException {
        Faults.Fault fault = warehouse
                .front
                .faults()
                .add(
                        Faults.Kind.CUT_BEFORE_COMMIT,
                        Faults.Place.of("INSERT INTO f").inSession("/load/"),
                        1,
                        0);
        try (Connection connection = warehouse.connect()) {
            LocalWarehouse.run(connection, "INSERT INTO f VALUES (1)", "SET query_group TO 'tofro:p/load/r'");
            assertThat(fault.fired()).isZero();
            assertThatThrownBy(() -> LocalWarehouse.run(connection, "INSERT INTO f VALUES (2)"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(count()).isEqualTo(1);
        assertThat(fault.fired()).isEqualTo(1);
    }

    @Test
    void cutsTheConnectionAfterACopy() throws SQLException {
        Faults.Fault fault = warehouse.front.faults().add(Faults.Kind.CUT_AFTER_COPY, "COPY f", 1, 0);
        try (Connection connection = warehouse.connect()) {
            connection.setAutoCommit(false);
            LocalWarehouse.run(connection, copy());
            assertThatThrownBy(() -> LocalWarehouse.rows(connection, "SELECT pg_last_copy_count()"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(count()).isZero();
        assertThat(fault.fired()).isEqualTo(1);
    }

    @Test
    void letsASessionStandStillAndOthersGoOn() throws Exception {
        Faults.Fault fault = warehouse.front.faults().add(Faults.Kind.FREEZE_SESSION, "INSERT INTO f", 1, 500);
        CompletableFuture<Void> frozen = CompletableFuture.runAsync(() -> {
            try (Connection connection = warehouse.connect()) {
                LocalWarehouse.run(connection, "INSERT INTO f VALUES (1)");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        while (fault.fired() == 0) {
            Thread.sleep(5);
        }
        assertThat(count()).isZero();
        assertThat(frozen).isNotDone();
        frozen.get(10, TimeUnit.SECONDS);
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void failsACopyOnItsKthRow() throws SQLException {
        warehouse.front.faults().add(Faults.Kind.FAIL_COPY_ROW, "COPY f", 1, 2);
        try (Connection connection = warehouse.connect()) {
            assertThatThrownBy(() -> LocalWarehouse.run(connection, copy()))
                    .hasMessageContaining("Load into table 'f' failed.");
            assertThat(LocalWarehouse.rows(
                            connection,
                            "SELECT line_number, err_code FROM stl_load_errors WHERE query = pg_last_copy_id()"))
                    .containsExactly("2|1216");
        }
        assertThat(count()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"DROP_COPY_ROW, 2", "LOSE_COPY_ROW, 3"})
    void loadsOneRowLess(Faults.Kind kind, String reported) throws SQLException {
        warehouse.front.faults().add(kind, "COPY f", 1, 2);
        try (Connection connection = warehouse.connect()) {
            LocalWarehouse.run(connection, copy());
            assertThat(LocalWarehouse.rows(connection, "SELECT pg_last_copy_count()"))
                    .containsExactly(reported);
        }
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void deniesACopy() throws SQLException {
        warehouse.front.faults().add(Faults.Kind.DENY_COPY, "COPY f", 0, 0);
        try (Connection connection = warehouse.connect()) {
            assertThatThrownBy(() -> LocalWarehouse.run(connection, copy()))
                    .hasMessageContaining("S3ServiceException:Access Denied,Status 403,Error AccessDenied");
        }
    }

    @Test
    void areSwitchedByTextToo() {
        Faults faults = new Faults();
        assertThat(faults.control("add cut-during-commit 1 0 COPY stag.* x")).isEqualTo("ok");
        assertThat(faults.control("list")).isEqualTo("cut-during-commit 1 0 COPY stag.* x fired=0");
        assertThat(faults.control("clear")).isEqualTo("ok");
        assertThat(faults.control("list")).isEmpty();
        assertThat(faults.control("add burn 1 0 x"))
                .isEqualTo("error: 'add burn 1 0 x'; expected: add KIND OCCURRENCE VALUE PATTERN");
        assertThat(faults.control("add deny-copy 1 0 (")).isEqualTo("error: not a regular expression: '('");
        assertThat(faults.control("explode")).isEqualTo("error: 'explode'; expected: add, list or clear");
    }
}
