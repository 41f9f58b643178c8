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

/**
 * What PostgreSQL accepts and Redshift lacks: "Unsupported PostgreSQL features", c_unsupported-postgresql-features.html;
 * "data types", c_unsupported-postgresql-datatypes.html; "functions", c_unsupported-postgresql-functions.html.
 */
final class RefusalTest {
    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = warehouse.connect();
        LocalWarehouse.run(connection, "DROP TABLE IF EXISTS r", "CREATE TABLE r (id INT, name VARCHAR(10))");
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "INSERT INTO r VALUES (1) ON CONFLICT DO NOTHING | ON CONFLICT is not supported by Amazon Redshift; use MERGE",
                "INSERT INTO r VALUES (1) RETURNING id | RETURNING is not supported by Amazon Redshift",
                "SELECT DISTINCT ON (id) * FROM r | DISTINCT ON is not supported by Amazon Redshift",
                "SELECT count(*) FILTER (WHERE id = 1) FROM r | FILTER is not supported by Amazon Redshift",
                "SELECT * FROM r, LATERAL (SELECT 1) x | LATERAL is not supported by Amazon Redshift",
                "SELECT * FROM r FOR UPDATE | SELECT ... FOR UPDATE is not supported by Amazon Redshift; use LOCK",
                "SELECT ARRAY[1, 2] | ARRAY[...] is not supported by Amazon Redshift",
                "SELECT array_agg(id) FROM r | function array_agg does not exist",
                "SELECT pg_advisory_lock(1) | function pg_advisory_lock does not exist",
                "SELECT nextval('s') | function nextval does not exist",
                "CREATE TABLE x (id SERIAL) | Column \"id\" has unsupported type \"serial\".",
                "CREATE TABLE x (id BIGSERIAL) | Column \"id\" has unsupported type \"bigserial\".",
                "CREATE TABLE x (doc JSONB) | Column \"doc\" has unsupported type \"jsonb\".",
                "CREATE TABLE x (doc JSON) | Column \"doc\" has unsupported type \"json\".",
                "CREATE TABLE x (id UUID) | Column \"id\" has unsupported type \"uuid\".",
                "CREATE TABLE x (raw BYTEA) | Column \"raw\" has unsupported type \"bytea\".",
                "CREATE TABLE x (ip INET) | Column \"ip\" has unsupported type \"inet\".",
                "CREATE TABLE x (ids INT[]) | Column \"ids\" has unsupported type \"int[]\".",
                "CREATE TABLE x (name VARCHAR(65536)) | length for type varchar cannot exceed 65535",
                "CREATE TABLE x (name CHAR(4097)) | length for type char cannot exceed 4096",
                "CREATE TABLE x (n NUMERIC(39, 2)) | DECIMAL precision 39 must be between 1 and 38",
                "CREATE TABLE x (n INT CHECK (n > 0)) | CHECK constraints are not supported",
                "CREATE INDEX i ON r (id) | CREATE INDEX is not supported; Amazon Redshift has sort keys",
                "CREATE TYPE mood AS ENUM ('a') | CREATE TYPE is not supported",
                "CREATE EXTENSION pgcrypto | CREATE EXTENSION is not supported",
                "CREATE SEQUENCE s | CREATE SEQUENCE is not supported; use an IDENTITY column",
                "CREATE TRIGGER g AFTER INSERT ON r EXECUTE FUNCTION f() | CREATE TRIGGER is not supported",
                "LISTEN x | LISTEN is not supported",
                "NOTIFY x | NOTIFY is not supported",
                "SAVEPOINT x | SAVEPOINT is not supported",
                "COPY r FROM STDIN | COPY from STDIN is not supported; Amazon Redshift copies from 's3://...'",
                "COPY r TO STDOUT | syntax error at or near \"TO\"",
                "COPY r FROM '/etc/passwd' CSV | COPY from '/etc/passwd' is not supported by this stand-in; only 's3://...' is",
                "COPY r FROM 's3://staging/x' CSV | Credentials argument is required",
                "COPY r FROM 's3://staging/x' IAM_ROLE default FORMAT PARQUET | COPY FORMAT PARQUET is not supported by this stand-in",
                "COPY r FROM 's3://staging/x' IAM_ROLE default SSH | COPY option SSH is not supported by this stand-in",
                "ALTER TABLE r APPEND FROM x | ALTER TABLE APPEND is not supported by this stand-in",
                "LOCK r IN SHARE MODE | syntax error at or near \"IN\"",
                "MERGE INTO r USING r s ON r.id = s.id WHEN MATCHED THEN DELETE | MERGE needs WHEN MATCHED THEN and WHEN NOT",
                "SET standard_conforming_strings TO on | parameter \"standard_conforming_strings\" cannot be changed",
            })
    void isRefused(String sql, String message) {
        assertThatThrownBy(() -> LocalWarehouse.run(connection, sql.strip())).hasMessageContaining(message.strip());
    }

    @Test
    void bindParametersInCopyAreRefused() throws SQLException {
        try (var copy = connection.prepareStatement("COPY r FROM ? IAM_ROLE default")) {
            copy.setString(1, "s3://staging/x");
            assertThatThrownBy(copy::execute).hasMessageContaining("syntax error at or near \"$1\"");
        }
    }

    @Test
    void aRefusalAbortsTheTransactionAsAnyErrorDoes() throws SQLException {
        connection.setAutoCommit(false);
        LocalWarehouse.run(connection, "INSERT INTO r VALUES (1)");
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "CREATE INDEX i ON r (id)"))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "SELECT 1"))
                .hasMessageContaining("current transaction is aborted");
        connection.rollback();
        assertThat(LocalWarehouse.rows(connection, "SELECT count(*) FROM r")).containsExactly("0");
    }

    @Test
    void wordsInLiteralsCommentsAndNamesAreNotRefused() throws SQLException {
        assertThat(
                        LocalWarehouse.rows(
                                connection,
                                "SELECT 'ON CONFLICT', 'it\\'s RETURNING; x', $$DISTINCT ON (a)$$ /* FOR UPDATE; */ -- LATERAL (x\n"))
                .containsExactly("ON CONFLICT|it's RETURNING; x|DISTINCT ON (a)");
    }
}
