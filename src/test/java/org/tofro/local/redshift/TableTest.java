package org.tofro.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CREATE TABLE, r_CREATE_TABLE_NEW.html; data types, c_Supported_data_types.html; and what the driver says of them. */
final class TableTest {
    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = warehouse.connect();
        LocalWarehouse.run(connection, "DROP TABLE IF EXISTS d", "DROP TABLE IF EXISTS e");
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    @Test
    void attributesAreRemembered() throws SQLException {
        LocalWarehouse.run(connection, """
                CREATE TABLE d (
                    id BIGINT IDENTITY(10, 5) NOT NULL ENCODE zstd,
                    class INT DISTKEY REFERENCES other (id),
                    day DATE DEFAULT '2026-01-01' ENCODE raw,
                    name TEXT,
                    PRIMARY KEY (id), FOREIGN KEY (class) REFERENCES other (id), UNIQUE (day))
                BACKUP NO DISTSTYLE KEY COMPOUND SORTKEY (day, id)""");

        assertThat(
                        LocalWarehouse.rows(
                                connection,
                                "SELECT \"column\", type, encoding, distkey, sortkey, \"notnull\" FROM pg_table_def WHERE tablename = 'd'"))
                .containsExactly(
                        "id|bigint|zstd|f|2|t",
                        "class|integer|az64|t|0|f",
                        "day|date|raw|f|1|f",
                        "name|character varying(256)|lzo|f|0|f");
        assertThat(LocalWarehouse.rows(
                        connection,
                        "SELECT diststyle, sortkey1, sortkey_num FROM svv_table_info WHERE \"table\" = 'd'"))
                .containsExactly("KEY(class)|day|2");
        LocalWarehouse.run(connection, "INSERT INTO d (class) VALUES (1), (2)");
        assertThat(LocalWarehouse.rows(connection, "SELECT id, day FROM d ORDER BY id"))
                .containsExactly("10|2026-01-01", "15|2026-01-01");
    }

    /** Defining table constraints, t_Defining_constraints.html. */
    @Test
    void keysAreInformational() throws SQLException {
        LocalWarehouse.run(
                connection,
                "CREATE TABLE d (id INT PRIMARY KEY, code INT UNIQUE)",
                "INSERT INTO d VALUES (1, 1), (1, 1)",
                "INSERT INTO d VALUES (1, 1)",
                "CREATE TABLE e (LIKE d)",
                "INSERT INTO e SELECT * FROM d");
        assertThat(LocalWarehouse.rows(connection, "SELECT count(*) FROM d WHERE id = 1"))
                .containsExactly("3");
        try (var keys = connection.getMetaData().getPrimaryKeys(null, "public", "d")) {
            assertThat(LocalWarehouse.rows(keys)).containsExactly("dev|public|d|id|1|d_pkey");
        }
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "INSERT INTO d VALUES (NULL, 1)"))
                .hasMessageContaining("null value in column \"id\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "VARCHAR(3) | 'abc' | 3",
                "VARCHAR(4) | '\u00e9\u00e9' | 4",
                "CHAR(3) | 'ab ' | 2",
                "VARCHAR(4) | '\ud83d\ude00' | 4",
            })
    void lengthsAreBytes(String type, String value, int bytes) throws SQLException {
        LocalWarehouse.run(connection, "CREATE TABLE d (v " + type + ")", "INSERT INTO d VALUES (" + value + ")");
        assertThat(LocalWarehouse.rows(connection, "SELECT octet_length(v::text) FROM d"))
                .containsExactly(String.valueOf(bytes));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "VARCHAR(3) | 'abcd' | value too long for type character varying(3)",
                "VARCHAR(3) | '\u00e9\u00e9' | value too long for type character varying(3)",
                "CHAR(2) | '\u20ac' | value too long for type character(2)",
                "NVARCHAR(3) | '\u00e9\u00e9' | value too long for type character varying(3)",
            })
    void aLongerValueIsRefused(String type, String value, String message) throws SQLException {
        LocalWarehouse.run(connection, "CREATE TABLE d (v " + type + ")");
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "INSERT INTO d VALUES (" + value + ")"))
                .hasMessageContaining(message)
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("22001");
    }

    @Test
    void anAlteredColumnCountsItsNewLength() throws SQLException {
        LocalWarehouse.run(
                connection,
                "CREATE TABLE d (v VARCHAR(2))",
                "ALTER TABLE d ADD COLUMN w VARCHAR(2) ENCODE lzo",
                "ALTER TABLE d ALTER COLUMN v TYPE VARCHAR(4)",
                "INSERT INTO d VALUES ('\u00e9\u00e9', 'ab')");
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "INSERT INTO d VALUES ('a', '\u00e9\u00e9')"))
                .hasMessageContaining("value too long for type character varying(2)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SMALLINT | int2 | 5 | 5 | 0",
                "INT | int4 | 4 | 10 | 0",
                "BIGINT | int8 | -5 | 19 | 0",
                "NUMERIC | numeric | 2 | 18 | 0",
                "DECIMAL(38, 10) | numeric | 2 | 38 | 10",
                "REAL | float4 | 7 | 8 | 8",
                "FLOAT | float8 | 8 | 17 | 17",
                "BOOLEAN | bool | -7 | 1 | 0",
                "VARCHAR | varchar | 12 | 256 | 0",
                "TEXT | varchar | 12 | 256 | 0",
                "VARCHAR(MAX) | varchar | 12 | 65535 | 0",
                "CHAR(7) | bpchar | 1 | 7 | 0",
                "BPCHAR | bpchar | 1 | 256 | 0",
                "DATE | date | 91 | 13 | 0",
                "TIMESTAMP | timestamp | 93 | 29 | 6",
                "TIMESTAMPTZ | timestamptz | 2014 | 35 | 0",
                "TIME | time | 92 | 15 | 0",
            })
    void theDriverReportsTypesAsRedshiftHasThem(String type, String name, int jdbc, int size, int digits)
            throws SQLException {
        LocalWarehouse.run(connection, "CREATE TABLE d (v " + type + ")");
        try (var columns = connection.getMetaData().getColumns(null, "public", "d", "%")) {
            assertThat(columns.next()).isTrue();
            assertThat(columns.getString("TYPE_NAME")).isEqualTo(name);
            assertThat(columns.getInt("DATA_TYPE")).isEqualTo(jdbc);
            assertThat(columns.getInt("COLUMN_SIZE")).isEqualTo(size);
            assertThat(columns.getInt("DECIMAL_DIGITS")).isEqualTo(digits);
        }
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT v FROM d")) {
            assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo(name);
        }
    }

    @Test
    void theDriverListsTablesAndSchemas() throws SQLException {
        LocalWarehouse.run(connection, "CREATE TABLE d (v INT)", "CREATE SCHEMA IF NOT EXISTS listed");
        try (var tables = connection.getMetaData().getTables(null, "public", "d", new String[] {"TABLE"})) {
            assertThat(tables.next()).isTrue();
            assertThat(tables.getString("TABLE_TYPE")).isEqualTo("TABLE");
        }
        try (var schemas = connection.getMetaData().getSchemas(null, "listed")) {
            assertThat(schemas.next()).isTrue();
        }
    }

    @Test
    void otherFormsOfCreateTable() throws SQLException {
        LocalWarehouse.run(
                connection,
                "CREATE TABLE d DISTKEY (a) SORTKEY (a) AS SELECT 1 AS a, 'x'::varchar(10) AS b",
                "CREATE TEMP TABLE te (LIKE d)",
                "CREATE TABLE IF NOT EXISTS d (z INT)",
                "INSERT INTO te VALUES (1, 'y')",
                "CREATE TABLE e (v SUPER, raw VARBYTE(20), t TIMETZ) DISTSTYLE ALL INTERLEAVED SORTKEY (t)");
        assertThat(LocalWarehouse.rows(connection, "SELECT a, b FROM te")).containsExactly("1|y");
        assertThat(LocalWarehouse.rows(connection, "SELECT diststyle FROM svv_table_info WHERE \"table\" = 'te'"))
                .containsExactly("KEY(a)");
        assertThat(
                        LocalWarehouse.rows(
                                connection,
                                "SELECT tablename, \"column\", distkey, sortkey FROM pg_table_def WHERE tablename = 'd' ORDER BY 2"))
                .containsExactly("d|a|t|1", "d|b|f|0");
        assertThat(LocalWarehouse.rows(
                        connection, "SELECT type FROM pg_table_def WHERE tablename = 'e' ORDER BY \"column\""))
                .containsExactly("binary varying(64000)", "time with time zone", "super");
    }
}
