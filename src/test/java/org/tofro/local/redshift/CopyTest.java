package org.tofro.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        String manifest = warehouse.put("m/manifest", """
                {"entries": [{"url": "%s", "mandatory": true}, {"url": "%s", "mandatory": true}]}""".formatted(one, two));
        connection.setAutoCommit(false);

        try (Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("COPY t (id, name) FROM '" + manifest + "'" + ROLE
                            + "FORMAT CSV GZIP MANIFEST NULL AS '@N' COMPUPDATE OFF STATUPDATE OFF"))
                    .isZero();
        }

        assertThat(LocalWarehouse.rows(connection, "SELECT pg_last_copy_count()"))
                .containsExactly("4");
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
                .hasMessageContaining("Load into table 't' failed.  Check 'stl_load_errors' system table for details.");

        assertThat(LocalWarehouse.rows(connection, """
                        SELECT trim(filename), line_number, trim(colname), trim(type), trim(col_length), position,
                            trim(raw_line), trim(raw_field_value), err_code, trim(err_reason)
                        FROM stl_load_errors WHERE query = pg_last_copy_id()"""))
                .containsExactly("s3://staging/bad/one.csv|2|name|character varying(3)|3|2|2,h\u00e9l|h\u00e9l|1204"
                        + "|String length exceeds DDL length");
        assertThat(LocalWarehouse.rows(connection, "SELECT count(*) FROM t")).containsExactly("0");
    }

    /**
     * Options on one row of (id INT, v VARCHAR(5)): Data format parameters, copy-parameters-data-format.html; data conversion
     * parameters, copy-parameters-data-conversion.html; data load operations, copy-parameters-data-load.html.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            // A pilcrow stands for LF, a section sign for CR.
            value = {
                "CSV ! 1,a\\b ! 1|a\\b",
                "CSV ! 1, ! 1|",
                "CSV ! ,x ! ~|x",
                "CSV ! \"\",\"\" ! ~|",
                "CSV ! 1,\\N ! 1|~",
                "CSV NULL AS 'nil' ! 1,nil ! 1|~",
                "CSV NULL AS 'nil' ! 1,\"nil\" ! 1|~",
                "CSV NULL AS 'nil' ! 1,NIL ! 1|NIL",
                "CSV EMPTYASNULL ! 1, ! 1|~",
                "CSV BLANKSASNULL ! `1,  ` ! 1|~",
                "CSV TRIMBLANKS ! 1,\"a  \" ! 1|a",
                "CSV ! 1,\"a  \" ! `1|a  `",
                "CSV TRUNCATECOLUMNS ! 1,abcd\u00e9 ! 1|abcd",
                "CSV IGNOREHEADER 1 ! id,v\u00b61,a ! 1|a",
                "CSV DELIMITER ';' QUOTE AS '%' ! 1;%a;%%b% ! 1|a;%b",
                "CSV FILLRECORD ! 1 ! 1|~",
                "CSV IGNOREBLANKLINES ! \u00b61,a\u00b6\u00b6 ! 1|a",
                "CSV ! 1,a\u00a7\u00b6 ! 1|a",
                "CSV ! +7,a ! 7|a",
                "DELIMITER '|' ! 1|a ! 1|a",
                "! 1|\"a\" ! 1|\"a\"",
                "REMOVEQUOTES ! 1|\"a|b\" ! 1|a|b",
                "ESCAPE ! 1|a\\|b ! 1|a|b",
                "ESCAPE ! 1|\\N ! 1|~",
                "DELIMITER '\\t' ! 1\ta ! 1|a",
            })
    void options(String options, String content, String row) throws Exception {
        LocalWarehouse.run(connection, "CREATE TABLE t (id INT, v VARCHAR(5))");
        String file =
                warehouse.put("options/file", content.replace('\u00b6', '\n').replace('\u00a7', '\r'));
        LocalWarehouse.run(
                connection,
                "COPY t FROM '" + file + "'" + ROLE + (options == null ? "" : options.replace("\\t", "\\\\t")));
        assertThat(LocalWarehouse.rows(connection, "SELECT id, v FROM t")).containsExactly(row);
    }

    /** Types, c_Supported_data_types.html; decimals are cut unless ROUNDEC. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "NUMERIC(5,2) ! '' ! 1.239 ! 1.23",
                "NUMERIC(5,2) ! ROUNDEC ! 1.235 ! 1.24",
                "NUMERIC(38,0) ! '' ! 12345678901234567890123456789012345678 ! 12345678901234567890123456789012345678",
                "BIGINT ! '' ! -9223372036854775808 ! -9223372036854775808",
                "FLOAT ! '' ! 1e-3 ! 0.001",
                "BOOLEAN ! '' ! yes ! true",
                "DATE ! DATEFORMAT 'auto' ! 2026-02-28 ! 2026-02-28",
                "TIMESTAMP ! TIMEFORMAT 'auto' ! 2026-02-28T10:11:12.123456 ! 2026-02-28 10:11:12.123456",
                "TIMESTAMP ! TIMEFORMAT 'epochmillisecs' ! 1700000000123 ! 2023-11-14 22:13:20.123",
                "TIMESTAMPTZ ! '' ! 2026-02-28 10:11:12+02 ! 2026-02-28 08:11:12+00",
                "TIME ! '' ! 10:11:12.5 ! 10:11:12.5",
                "VARBYTE(10) ! '' ! 00ff ! \\x00ff",
                "SUPER ! QUOTE '%' ! %{\"a\":1}% ! {\"a\": 1}",
                "CHAR(4) ! '' ! ab ! ab  ",
            })
    void types(String type, String options, String field, String value) throws Exception {
        LocalWarehouse.run(connection, "SET timezone TO 'UTC'", "CREATE TABLE t (v " + type + ")");
        String file = warehouse.put("types/file", field + "\n");
        LocalWarehouse.run(connection, "COPY t FROM '" + file + "'" + ROLE + "CSV " + options);
        assertThat(LocalWarehouse.rows(connection, "SELECT v::text FROM t")
                        .get(0)
                        .stripTrailing())
                .isEqualTo(value.stripTrailing());
    }

    /** Load error reference, r_Load_Error_Reference.html. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "INT ! 1x ! 1207 ! Invalid digit, Value 'x', Pos 1, Type: Integer",
                "INT ! 2147483648 ! 1207 ! Overflow for Integer",
                "INT ! 0x1F ! 1207 ! Invalid digit, Value 'x', Pos 1, Type: Integer",
                "INT ! 1,2 ! 1202 ! Extra column(s) found",
                "NUMERIC(4,2) ! 123.4 ! 1207 ! Overflow (Column data type: numeric(4,2))",
                "FLOAT ! x ! 1208 ! Invalid digit, Value 'x', Pos 0, Type: Float",
                "BOOLEAN ! maybe ! 1210 ! Unknown boolean format",
                "DATE ! today ! 1205 ! Invalid Date Format - length must be 10 or more",
                "DATE ! 2026-02-30 ! 1205 ! Invalid Date Format - length must be 10 or more",
                "TIMESTAMP ! infinity ! 1206 ! Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]",
                "TIMESTAMP ! 2026-01-01 25:00 ! 1206 ! Date/time field value out of range: \"2026-01-01 25:00\"",
                "INT NOT NULL ! \\N ! 1213 ! Missing data for not-null field",
                "VARCHAR(2) ! abc ! 1204 ! String length exceeds DDL length",
                "VARCHAR(9) ! a\"b ! 1214 ! Invalid quote formatting for CSV",
                "VARCHAR(9) ! \"a\"b ! 1214 ! Invalid quote formatting for CSV",
                "VARBYTE ! xyz ! 1219 ! Invalid hexadecimal digits for VARBYTE",
            })
    void badFields(String type, String field, int code, String reason) throws Exception {
        LocalWarehouse.run(connection, "CREATE TABLE t (v " + type + ")");
        String good = type.startsWith("INT NOT") ? "1" : "";
        String file = warehouse.put("bad/file", good + "\n" + good + "\n" + field + "\n");
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "COPY t FROM '" + file + "'" + ROLE + "CSV"))
                .hasMessageContaining("Load into table 't' failed.");
        assertThat(LocalWarehouse.rows(connection, """
                        SELECT line_number, error_code, trim(error_message), trim(file_name)
                        FROM sys_load_error_detail WHERE query_id = pg_last_copy_id()"""))
                .containsExactly("3|" + code + "|" + reason + "|s3://staging/bad/file");
    }

    @Test
    void invalidUtf8IsAnErrorUnlessAccepted() throws Exception {
        LocalWarehouse.run(connection, "CREATE TABLE t (v VARCHAR(9))");
        String file = warehouse.put("utf/file", new byte[] {'a', (byte) 0xc3, 'b', '\n'});
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "COPY t FROM '" + file + "'" + ROLE + "CSV"))
                .hasMessageContaining("Load into table 't' failed.");
        LocalWarehouse.run(connection, "COPY t FROM '" + file + "'" + ROLE + "CSV ACCEPTINVCHARS AS '^'");
        assertThat(LocalWarehouse.rows(connection, "SELECT v FROM t")).containsExactly("a^b");
    }

    @Test
    void aFileThatIsReadInManyPartsComesInWhole() throws Exception {
        LocalWarehouse.run(connection, "CREATE TABLE t (id INT, v VARCHAR(40), amount NUMERIC(8,2))");
        StringBuilder file = new StringBuilder();
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            String text = i % 7 == 0 ? "\\ \"" + i + "\",\n\u00e9" : "note, " + i;
            file.append("%d,\"%s\",%d.5\n".formatted(i, text.replace("\"", "\"\""), i));
            rows.add(i + "|" + text + "|" + i + ".50");
        }
        String uri = warehouse.put("parts/file.gz", LocalWarehouse.gzip(file.toString()));
        LocalWarehouse.run(connection, "COPY t FROM '" + uri + "'" + ROLE + "CSV GZIP");
        assertThat(LocalWarehouse.rows(connection, "SELECT id, v, amount FROM t ORDER BY id"))
                .isEqualTo(rows);
    }

    /** MAXERROR, copy-parameters-data-load.html. */
    @Test
    void badRowsUpToMaxErrorAreLeftOut() throws Exception {
        LocalWarehouse.run(connection, "CREATE TABLE t (at TIMESTAMP)");
        String file = warehouse.put(
                "max/file", "2026-01-01 00:00:00\nx\n2026-01-01 25:00:00\n2026-01-02 00:00:00\n2026-01-01 26:00:00\n");
        LocalWarehouse.run(connection, "COPY t FROM '" + file + "'" + ROLE + "CSV MAXERROR 3");
        assertThat(LocalWarehouse.rows(connection, "SELECT pg_last_copy_count()"))
                .containsExactly("2");
        assertThat(LocalWarehouse.rows(connection, "SELECT count(*) FROM t")).containsExactly("2");
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "COPY t FROM '" + file + "'" + ROLE + "CSV MAXERROR 2"))
                .hasMessageContaining("Load into table 't' failed.");
        assertThat(LocalWarehouse.rows(connection, "SELECT count(*) FROM t")).containsExactly("2");
    }

    @Test
    void aRecordThatCannotBeCutKeepsItsPlaceAmongThem() throws Exception {
        LocalWarehouse.run(connection, "CREATE TABLE t (at TIMESTAMP)");
        String file = warehouse.put("max/uncut", "a\"b\n2026-01-01 25:00:00\n2026-01-02 00:00:00\n");
        LocalWarehouse.run(connection, "COPY t FROM '" + file + "'" + ROLE + "CSV MAXERROR 2");
        assertThat(LocalWarehouse.rows(connection, "SELECT CAST(at AS date) FROM t"))
                .containsExactly("2026-01-02");
        file = warehouse.put("max/epoch", "99999999999999999999\n9223372036854775807\n0\n");
        LocalWarehouse.run(connection, "COPY t FROM '" + file + "'" + ROLE + "CSV TIMEFORMAT 'epochsecs' MAXERROR 2");
        assertThat(LocalWarehouse.rows(connection, "SELECT count(*) FROM t")).containsExactly("2");
    }

    /** Using a manifest to specify data files, loading-data-files-using-manifest.html. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "{\"entries\": [{\"url\": \"s3://staging/none\", \"mandatory\": true}]}"
                        + " ! The specified S3 object 's3://staging/none' does not exist",
                "{\"entries\": [{\"url\": \"s3://staging/none\"}]} ! The specified S3 prefix 'mf/manifest' does not exist",
                "{\"entries\": [{\"url\": \"s3://staging/mf/data\", \"meta\": {\"content_length\": 5}}]}"
                        + " ! The file 's3://staging/mf/data' has 4 bytes, but the manifest says 5 (meta.content_length)",
                "[1] ! Problem reading manifest file - no array named 'entries'",
                "no ! Problem reading manifest file - not a JSON document",
            })
    void manifestsThatCannotBeLoaded(String manifest, String message) throws Exception {
        LocalWarehouse.run(connection, "CREATE TABLE t (v INT)");
        warehouse.put("mf/data", "123\n");
        String uri = warehouse.put("mf/manifest", manifest);
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "COPY t FROM '" + uri + "'" + ROLE + "CSV MANIFEST"))
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "IAM_ROLE '" + LocalWarehouse.DENIED_ROLE + "'",
                "CREDENTIALS 'aws_access_key_id=local;aws_secret_access_key=wrong'",
                "ACCESS_KEY_ID 'other' SECRET_ACCESS_KEY 'local-secret'",
                "CREDENTIALS 'aws_iam_role=" + LocalWarehouse.DENIED_ROLE + "'",
            })
    void whoMayNotReadIsDenied(String access) throws Exception {
        LocalWarehouse.run(connection, "CREATE TABLE t (v INT)");
        String uri = warehouse.put("denied/data", "1\n");
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "COPY t FROM '" + uri + "' " + access + " CSV"))
                .hasMessageContaining("S3ServiceException:Access Denied,Status 403,Error AccessDenied");
    }

    @Test
    void keysThatAreRightMayReadAndAPrefixNamesManyFiles() throws Exception {
        LocalWarehouse.run(connection, "CREATE TABLE t (v INT)");
        warehouse.put("many/a", "1\n");
        warehouse.put("many/b", "2\n");
        LocalWarehouse.run(
                connection,
                "COPY t FROM 's3://staging/many/' CREDENTIALS"
                        + " 'aws_access_key_id=local;aws_secret_access_key=local-secret' CSV");
        assertThat(LocalWarehouse.rows(connection, "SELECT v FROM t ORDER BY v"))
                .containsExactly("1", "2");
    }

    @Test
    void aMissingTableBucketOrFileIsSaid() throws Exception {
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "COPY nowhere FROM 's3://staging/x'" + ROLE + "CSV"))
                .hasMessageContaining("Cannot COPY into nonexistent table nowhere");
        LocalWarehouse.run(connection, "CREATE TABLE t (v INT)");
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "COPY t FROM 's3://staging/no/such'" + ROLE + "CSV"))
                .hasMessageContaining("The specified S3 prefix 'no/such' does not exist");
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "COPY t FROM 's3://no-bucket/x'" + ROLE + "CSV"))
                .hasMessageContaining("Status 404,Error NoSuchBucket");
        String plain = warehouse.put("plain/file", "not compressed\n");
        assertThatThrownBy(() -> LocalWarehouse.run(connection, "COPY t FROM '" + plain + "'" + ROLE + "CSV GZIP"))
                .hasMessageContaining("The file 's3://staging/plain/file' could not be read: Not in GZIP format");
    }

    @Test
    void manyRowsArriveCompleteInBothProtocols() throws Exception {
        LocalWarehouse.run(connection, "CREATE TABLE t (id INT, v VARCHAR(100))");
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            rows.append(i).append(",\"row ").append(i).append(" \u20ac\"\n");
        }
        String uri = warehouse.put("volume/file.gz", LocalWarehouse.gzip(rows.toString()));
        String copy = "COPY t FROM '" + uri + "'" + ROLE + "CSV GZIP";
        LocalWarehouse.run(connection, copy);
        assertThat(LocalWarehouse.rows(connection, "SELECT count(*), sum(id), min(v), max(v) FROM t"))
                .containsExactly("100000|4999950000|row 0 \u20ac|row 99999 \u20ac");
        try (Connection simple = java.sql.DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + warehouse.front.port() + "/dev?preferQueryMode=simple",
                "etl",
                "Secret1")) {
            LocalWarehouse.run(simple, "BEGIN; DELETE FROM t; " + copy + "; COMMIT");
            assertThat(LocalWarehouse.rows(simple, "SELECT count(*) FROM t")).containsExactly("100000");
        }
    }

    /** IDENTITY and EXPLICIT_IDS, copy-parameters-data-conversion.html. */
    @Test
    void identityColumnsNumberThemselves() throws Exception {
        LocalWarehouse.run(connection, "CREATE TABLE t (id BIGINT IDENTITY(1, 1), v INT)");
        String uri = warehouse.put("identity/file", "7\n8\n");
        LocalWarehouse.run(connection, "COPY t FROM '" + uri + "'" + ROLE + "CSV");
        assertThat(LocalWarehouse.rows(connection, "SELECT id, v FROM t ORDER BY id"))
                .containsExactly("1|7", "2|8");
        String explicit = warehouse.put("identity/explicit", "70,9\n");
        LocalWarehouse.run(connection, "COPY t FROM '" + explicit + "'" + ROLE + "CSV EXPLICIT_IDS");
        assertThat(LocalWarehouse.rows(connection, "SELECT v FROM t WHERE id = 70"))
                .containsExactly("9");
    }
}
