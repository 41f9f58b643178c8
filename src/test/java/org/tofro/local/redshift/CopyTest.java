package org.tofro.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CopyTest {
    private static final String ROLE = " IAM_ROLE '" + LocalWarehouse.ROLE + "' ";
    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = warehouse.connect();
        LocalWarehouse.run(connection, "DROP TABLE IF EXISTS t");
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    @Test
    void loadsTheFilesOfAManifestInsideTheClientsTransaction() throws Exception {
        LocalWarehouse.run(connection, "CREATE TABLE t (id INT, name VARCHAR(20)) DISTSTYLE EVEN SORTKEY (id)");
        String one = warehouse.put("m/one.csv.gz", LocalWarehouse.gzip("1,\"a\"\n2,@N\n"));
        String two = warehouse.put("m/two.csv.gz", LocalWarehouse.gzip("3,\"\"\n4,\"x\\y \"\"q\"\"\nnext\"\n"));
        String manifest = warehouse.put(
                "m/manifest",
                """
                {"entries": [{"url": "%s", "mandatory": true}, {"url": "%s", "mandatory": true}]}"""
                        .formatted(one, two));
        connection.setAutoCommit(false);

        try (Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("COPY t (id, name) FROM '" + manifest + "'" + ROLE
                            + "FORMAT CSV GZIP MANIFEST NULL AS '@N' COMPUPDATE OFF STATUPDATE OFF"))
                    .isZero();
        }

        assertThat(LocalWarehouse.rows(connection, "SELECT pg_last_copy_count()")).containsExactly("4");
        assertThat(LocalWarehouse.rows(connection, "SELECT id, name FROM t ORDER BY id"))
                .containsExactly("1|a", "2|~", "3|", "4|x\\y \"q\"\nnext");
        try (Connection other = warehouse.connect()) {
            assertThat(LocalWarehouse.rows(other, "SELECT count(*) FROM t")).containsExactly("0");
        }
        connection.rollback();
        assertThat(LocalWarehouse.rows(connection, "SELECT count(*) FROM t")).containsExactly("0");
    }

    @Test
    void aBadRowFailsTheLoadAndIsWrittenDown() throws Exception {
        LocalWarehouse.run(connection, "CREATE TABLE t (id INT, name VARCHAR(3))");
        String file = warehouse.put("bad/one.csv", "1,abc\n2,h\u00e9l\n");

        assertThatThrownBy(() -> LocalWarehouse.run(connection, "COPY t FROM '" + file + "'" + ROLE + "CSV"))
                .hasMessageContaining(
                        "Load into table 't' failed.  Check 'stl_load_errors' system table for details.");

        assertThat(LocalWarehouse.rows(
                        connection,
                        """
                        SELECT trim(filename), line_number, trim(colname), trim(type), trim(col_length), position,
                            trim(raw_line), trim(raw_field_value), err_code, trim(err_reason)
                        FROM stl_load_errors WHERE query = pg_last_copy_id()"""))
                .containsExactly("s3://staging/bad/one.csv|2|name|character varying(3)|3|2|2,h\u00e9l|h\u00e9l|1204"
                        + "|String length exceeds DDL length");
        assertThat(LocalWarehouse.rows(connection, "SELECT count(*) FROM t")).containsExactly("0");
    }
}
