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

/** Functions and commands of Redshift: "SQL functions reference", c_SQL_functions.html; "SQL commands", c_SQL_commands.html. */
final class SqlTest {
    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = warehouse.connect();
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
                "NVL(NULL, NVL(NULL, 2)) | 2",
                "NVL2(1, 2, 3) | 2",
                "DECODE(2, 1, 'a', 2, DECODE(NULL, NULL, 'n', 'o'), 'c') | n",
                "LEN('abc') | 3",
                "DATEADD(day, 3, '2026-01-30'::timestamp) | 2026-02-02 00:00:00",
                "DATEADD('month', -1, '2026-03-31'::date)::date | 2026-02-28",
                "DATEDIFF(day, '2026-01-01 23:59', '2026-01-02 00:01') | 1",
                "DATEDIFF(month, '2025-12-31', '2026-01-01') | 1",
                "DATE_TRUNC('month', '2026-03-31'::timestamp)::date | 2026-03-01",
                "SYSDATE::date = GETDATE()::date | t",
                "STRTOL('ff', 16) | 255",
                "CHARINDEX('b', 'abc') | 2",
                "SHA2('a', 256) | ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
                "MD5('a') | 0cc175b9c0f1b6a831c399e269772661",
                "CASE WHEN 1=1THEN 2END | 2",
                "'ab'::varchar(9) = 'ab  '::varchar(5) | t",
                "'ab'::char(9) = 'ab  '::varchar(5) | t",
                "(SELECT count(*) FROM (SELECT x FROM (SELECT 'a'::varchar AS x UNION SELECT 'a ') y GROUP BY x) z) | 1",
                "OCTET_LENGTH('ab  '::varchar(5)) | 4",
                "OCTET_LENGTH('ab  '::char(5)) | 5",
                "LEN('ab  '::char(5)) | 2",
                "(SELECT LISTAGG(x, ',') WITHIN GROUP (ORDER BY x DESC) FROM (SELECT 1 AS x UNION ALL SELECT 2) y) | 2,1",
                "(SELECT TOP 1 x FROM (SELECT 1 AS x UNION ALL SELECT 2) y ORDER BY x DESC) | 2",
            })
    void functions(String expression, String value) throws SQLException {
        assertThat(LocalWarehouse.rows(connection, "SELECT " + expression)).containsExactly(value);
    }

    @Test
    void parametersOfRedshiftAreSetAndShown() throws SQLException {
        LocalWarehouse.run(
                connection,
                "SET query_group TO 'reload'",
                "SET wlm_query_slot_count TO 2",
                "SET enable_result_cache_for_session TO off",
                "SET application_name TO 'tofro'",
                "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED");
        assertThat(LocalWarehouse.rows(connection, "SHOW query_group")).containsExactly("reload");
        assertThat(LocalWarehouse.rows(connection, "SHOW wlm_query_slot_count")).containsExactly("2");
        assertThat(LocalWarehouse.rows(connection, "SELECT 1 AS looked_for")).containsExactly("1");
        assertThat(LocalWarehouse.rows(connection, """
                        SELECT trim(label), trim(querytxt) FROM stl_query
                        WHERE query = pg_last_query_id() AND pid = pg_backend_pid()""")).containsExactly("reload|SELECT 1 AS looked_for");
    }

    @Test
    void theHistoryHoldsNoSecret() throws SQLException {
        LocalWarehouse.run(connection, "DROP TABLE IF EXISTS target", "CREATE TABLE target (id INT)");
        warehouse.put("secret/file", "1\n");
        LocalWarehouse.run(
                connection,
                "COPY target FROM 's3://staging/secret/file' CREDENTIALS AS"
                        + " 'aws_access_key_id=local;aws_secret_access_key=local-secret' CSV");
        assertThat(LocalWarehouse.rows(
                        connection, "SELECT trim(querytxt) FROM stl_query WHERE query = pg_last_copy_id()"))
                .containsExactly("COPY target FROM 's3://staging/secret/file' CREDENTIALS AS '' CSV");
    }

    /** MERGE, r_MERGE.html. */
    @Test
    void mergeUpdatesAndInserts() throws SQLException {
        LocalWarehouse.run(
                connection,
                "DROP TABLE IF EXISTS target",
                "DROP TABLE IF EXISTS source",
                "CREATE TABLE target (id INT, v INT)",
                "CREATE TABLE source (id INT, v INT)",
                "INSERT INTO target VALUES (1, 1)",
                "INSERT INTO source VALUES (1, 10), (2, 20)");
        String merge = """
                MERGE INTO target USING source ON target.id = source.id
                WHEN MATCHED THEN UPDATE SET v = source.v WHEN NOT MATCHED THEN INSERT VALUES (source.id, source.v)""";
        LocalWarehouse.run(connection, merge);
        assertThat(LocalWarehouse.rows(connection, "SELECT id, v FROM target ORDER BY id"))
                .containsExactly("1|10", "2|20");
        LocalWarehouse.run(connection, "INSERT INTO source VALUES (1, 11)");
        assertThatThrownBy(() -> LocalWarehouse.run(connection, merge))
                .hasMessageContaining("Found multiple matches to update the same tuple.");
    }

    @Test
    void deleteNeedsNoFrom() throws SQLException {
        LocalWarehouse.run(
                connection,
                "DROP TABLE IF EXISTS target",
                "CREATE TABLE target (id INT)",
                "INSERT INTO target (SELECT 1)",
                "DELETE target WHERE id = 1");
        assertThat(LocalWarehouse.rows(connection, "SELECT count(*) FROM target"))
                .containsExactly("0");
    }

    @ParameterizedTest
    @CsvSource({
        "svv_tables",
        "svv_columns",
        "svv_table_info",
        "pg_table_def",
        "svv_external_schemas",
        "svv_external_tables",
        "svv_external_columns",
        "svv_redshift_databases",
        "svv_all_tables",
        "svv_all_columns",
        "stl_load_errors",
        "sys_load_error_detail",
        "stl_query",
        "sys_query_history",
        "stv_sessions",
        "stv_recents",
        "svv_transactions",
        "pg_locks"
    })
    void systemViewsCanBeRead(String view) throws SQLException {
        assertThat(LocalWarehouse.rows(connection, "SELECT * FROM " + view + " LIMIT 5"))
                .isNotNull();
    }

    @Test
    void theCatalogueCanBeInstalledAgain() throws SQLException {
        RedshiftCatalog.create(warehouse.settings.postgres(), "dev");
        assertThat(LocalWarehouse.rows(connection, "SELECT pg_last_copy_id()")).containsExactly("-1");
    }

    /** UNLOAD, r_UNLOAD.html. */
    @Test
    void unloadWritesFilesAndAManifestThatCopyReads() throws SQLException {
        LocalWarehouse.run(
                connection,
                "DROP TABLE IF EXISTS target",
                "CREATE TABLE target (id INT, v VARCHAR(20))",
                "INSERT INTO target VALUES (1, 'a,\"b\"'), (2, NULL), (3, 'line\\nbreak')",
                "UNLOAD ('SELECT id, v FROM target WHERE v <> \\'x\\' OR v IS NULL') TO 's3://staging/unload/a_' IAM_ROLE default"
                        + " CSV NULL AS '@N' ZSTD MANIFEST ALLOWOVERWRITE");
        LocalWarehouse.run(
                connection,
                "DROP TABLE IF EXISTS source",
                "CREATE TABLE source (id INT, v VARCHAR(20))",
                "COPY source FROM 's3://staging/unload/a_manifest' IAM_ROLE default CSV NULL AS '@N' ZSTD MANIFEST");
        assertThat(LocalWarehouse.rows(connection, "SELECT * FROM source EXCEPT SELECT * FROM target"))
                .isEmpty();
        assertThat(LocalWarehouse.rows(connection, "SELECT count(*) FROM source"))
                .containsExactly("3");
        assertThatThrownBy(() -> LocalWarehouse.run(
                        connection, "UNLOAD ('SELECT 1') TO 's3://staging/unload/a_' IAM_ROLE default PARALLEL OFF"))
                .hasMessageContaining("Specified unload destination on S3 is not empty.");
    }

    /** "PARTITION BY ( column_name [, ... ] ) [INCLUDE]", r_UNLOAD.html. */
    @Test
    void unloadWritesAFolderForEachValueOfAColumn() throws SQLException {
        LocalWarehouse.run(
                connection,
                "DROP TABLE IF EXISTS target",
                "CREATE TABLE target (id INT, part VARCHAR(20), v VARCHAR(20))",
                "INSERT INTO target VALUES (1, 'a', 'x'), (2, 'a', 'y'), (3, 'a', 'z'), (4, NULL, 'x'), (5, 'b=/', NULL)",
                "UNLOAD ('SELECT id, part, v FROM target') TO 's3://staging/partitioned' IAM_ROLE default"
                        + " FORMAT AS CSV PARTITION BY (Part) NULL AS '@N' ZSTD MANIFEST VERBOSE");
        assertThat(LocalWarehouse.rows(connection, "SELECT pg_last_unload_count()"))
                .containsExactly("5");
        LocalWarehouse.run(
                connection,
                "DROP TABLE IF EXISTS source",
                "CREATE TABLE source (id INT, v VARCHAR(20))",
                "COPY source FROM 's3://staging/partitioned/part=a/' IAM_ROLE default CSV NULL AS '@N' ZSTD");
        assertThat(LocalWarehouse.rows(connection, "SELECT id, v FROM source ORDER BY 1"))
                .containsExactly("1|x", "2|y", "3|z");
        LocalWarehouse.run(
                connection,
                "COPY source FROM 's3://staging/partitioned/part=__HIVE_DEFAULT_PARTITION__/' IAM_ROLE default CSV"
                        + " NULL AS '@N' ZSTD",
                "COPY source FROM 's3://staging/partitioned/part=b%3D%2F/' IAM_ROLE default CSV NULL AS '@N' ZSTD");
        assertThat(LocalWarehouse.rows(connection, "SELECT count(*), max(id) FROM source"))
                .containsExactly("5|5");

        LocalWarehouse.run(
                connection,
                "UNLOAD ('SELECT id, v FROM target WHERE id < 3') TO 's3://staging/included/' IAM_ROLE default CSV"
                        + " PARTITION BY (v) INCLUDE",
                "TRUNCATE source",
                "COPY source FROM 's3://staging/included/v=y/' IAM_ROLE default CSV");
        assertThat(LocalWarehouse.rows(connection, "SELECT id, v FROM source")).containsExactly("2|y");

        assertThatThrownBy(
                        () -> LocalWarehouse.run(
                                connection,
                                "UNLOAD ('SELECT id FROM target') TO 's3://staging/none/' IAM_ROLE default CSV PARTITION BY (id)"))
                .hasMessageContaining("UNLOAD needs a column that is no partition column, or INCLUDE");
        assertThatThrownBy(
                        () -> LocalWarehouse.run(
                                connection,
                                "UNLOAD ('SELECT id FROM target') TO 's3://staging/none/' IAM_ROLE default CSV PARTITION BY (x)"))
                .hasMessageContaining("partition column \"x\" is not in the SELECT list of UNLOAD");
    }
}
