package org.tofro.connect.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Extract;
import org.tofro.connect.jdbc.Fault;
import org.tofro.connect.jdbc.ReadSource;
import org.tofro.connect.jdbc.SourceDatabase;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.TableName;
import org.tofro.local.LocalMysql;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.Secret;

/** Rows of many megabytes in little memory: they are read, or refused in a sentence. */
@Tag("slow")
@Timeout(240)
class LargeMysqlRowsTest {
    private static MysqlSource source;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        source = MysqlSource.of(LocalMysql.shared());
        source.execute(
                "CREATE TABLE large (id int PRIMARY KEY, one longblob)",
                "INSERT INTO large SELECT seq, REPEAT('x', 1000000) FROM seq_1_to_100",
                "CREATE TABLE larger (id int PRIMARY KEY, one longblob)",
                "INSERT INTO larger SELECT seq, REPEAT('x', 16 << 20) FROM seq_1_to_12",
                "CREATE TABLE largest (id int PRIMARY KEY, one longtext, two longtext, three longtext)",
                "INSERT INTO largest VALUES (1, REPEAT('x', 30 << 20), NULL, NULL)",
                "UPDATE largest SET two = REPEAT('y', 30 << 20)",
                "UPDATE largest SET three = REPEAT('z', 30 << 20)");
    }

    /** The extract's own program: address, database, table and folder; says what came of it. */
    public static final class Extracting {
        private Extracting() {}

        public static void main(String[] arguments) {
            MysqlConnection connection = new MysqlConnection(
                    "source",
                    false,
                    null,
                    "127.0.0.1",
                    Integer.parseInt(arguments[0]),
                    arguments[1],
                    Secret.of(arguments[2]),
                    8,
                    java.util.Map.of());
            try (StagingArea area = SourceDatabase.folder(Path.of(arguments[5]))) {
                long rows = new Extract(area, Fault.NONE)
                        .run(
                                MysqlSource.request(
                                        connection,
                                        arguments[3],
                                        new ReadSource.OfTable(
                                                TableName.parse(arguments[4]).orElseThrow()),
                                        List.of(),
                                        2,
                                        List.of()),
                                new ExtractProgress(),
                                new Cancellation())
                        .rowsRead();
                System.out.println(rows + " rows");
            } catch (ExtractException e) {
                System.out.println(e.getMessage());
            }
            System.exit(0);
        }
    }

    /** What an extract says that has that much memory. */
    private String extract(String table, String memory) throws Exception {
        MysqlConnection connection = source.mysql().connection();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + memory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Extracting.class.getName(),
                        Integer.toString(connection.port()),
                        connection.user(),
                        connection.password().reveal(),
                        source.database(),
                        table,
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return said.lines()
                .filter(line -> !line.isBlank())
                .reduce((first, second) -> second)
                .orElse("");
    }

    private static String where() {
        return "connection 'source', database '" + source.database() + "': ";
    }

    @Test
    void aMegabyteIsRead() throws Exception {
        assertThat(extract("large", "128m")).isEqualTo("100 rows");
    }

    private static String tooLong(String column, String types, String values, int bytes) {
        return ("column '%1$s' (%2$s): %3$s longer than its type in bytes; the longest has %4$d bytes by LENGTH(%5$s), no"
                        + " type of Redshift takes them; leave them out by `sql:`")
                .formatted(
                        column,
                        types,
                        values,
                        bytes,
                        types.contains("text") ? "CONVERT(`" + column + "` USING utf8mb4)" : "`" + column + "`");
    }

    @Test
    void sixteenMegabytesAreRefusedInASentence() throws Exception {
        assertThat(extract("larger", "512m"))
                .isEqualTo(where() + tooLong("one", "longblob -> varbyte(1024000)", "12 values", 16 << 20));
    }

    /** The server sends rows of any size; it is what it takes that is limited. */
    @Test
    void aRowOverTheServersPacketIsRefusedInTheSameSentence() throws Exception {
        String types = "longtext -> varchar(65535)";
        assertThat(extract("largest", "512m"))
                .isEqualTo(where()
                        + tooLong("one", types, "1 value", 30 << 20) + "; "
                        + tooLong("two", types, "1 value", 30 << 20) + "; "
                        + tooLong("three", types, "1 value", 30 << 20));
    }

    /** As on a server whose packets were made smaller after the rows had come. */
    @Test
    void valuesOverASmallPacketAreReadAllTheSame() throws Exception {
        String before =
                source.mysql().rows("", "SELECT @@GLOBAL.max_allowed_packet").get(0);
        source.execute("SET GLOBAL max_allowed_packet = 65536");
        try {
            assertThat(extract("large", "512m")).isEqualTo("100 rows");
        } finally {
            source.execute("SET GLOBAL max_allowed_packet = " + before);
        }
    }
}
