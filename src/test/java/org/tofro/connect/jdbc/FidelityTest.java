package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Reading.Way;
import org.tofro.connect.staging.S3Server;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.Column;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;

class FidelityTest {
    private static SourceDatabase database;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        database.execute("""
                CREATE TYPE mood AS ENUM ('so, so', 'fine');
                CREATE DOMAIN short AS varchar(3);
                CREATE TABLE every (
                    i2 smallint, i4 int, i8 bigint, n numeric(38,10), r real, d double precision, b boolean,
                    day date, ts timestamp, tz timestamptz, t time, ttz timetz, vc varchar(20), t1 text, c char(5),
                    bin bytea, u uuid, j json, jb jsonb, m mood, arr text[], ip inet, iv interval, dom short);
                INSERT INTO every VALUES
                    (-32768, -2147483648, -9223372036854775808, -9999999999999999999999999999.9999999999, 'NaN',
                     5e-324, true, '0001-01-01', '0001-01-01 00:00:00', '9999-12-31 23:59:59.999999+00', '23:59:59.999999',
                     '12:00+00', E'\\\\N', E'a\\tb\\nc\\r"d",\\\\\\u0001\\U0001F600', 'x', '\\x00ff5c22',
                     '00000000-0000-0000-0000-000000000001', '{"a": 1}', '{"b": "\\"x\\""}', 'so, so', '{"a,b",NULL,"c\\"d"}',
                     '10.0.0.1/8', '1 year 2 mons 3 days 04:05:06.7', 'abc'),
                    (32767, 2147483647, 9223372036854775807, 0.0000000001, 'Infinity', '-Infinity', false, '9999-12-31',
                     '2020-02-29 12:34:56.000001', '2020-01-01 00:00:00+13', '00:00', '00:00Z', '', '', '', '\\x00', NULL, NULL,
                     NULL, NULL, '{}', NULL, '-1 day', ''),
                    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                     NULL, NULL, NULL, NULL, NULL, NULL, NULL)
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private static String stored(StagingArea area, StagedFiles files) throws IOException {
        StringBuilder text = new StringBuilder();
        for (StagedFile file : files.files()) {
            try (InputStream in = new ZstdInputStream(area.open(file))) {
                text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8).replace(files.nullMarker(), "NULL"));
            }
        }
        return text.toString();
    }

    private static final String EXPECTED = """
            -32768,-2147483648,-9223372036854775808,-9999999999999999999999999999.9999999999,NaN,5e-324,t,0001-01-01,\
            0001-01-01 00:00:00,9999-12-31 23:59:59.999999+00,23:59:59.999999,12:00:00+00,"\\N","a\tb
            c\r""d"",\\\u0001\uD83D\uDE00","x    ","00ff5c22","00000000-0000-0000-0000-000000000001","{""a"": 1}",\
            "{""b"": ""\\""x\\""\""}","so, so","{""a,b"",NULL,""c\\""d""}","10.0.0.1/8","P1Y2M3DT4H5M6.7S","abc"
            32767,2147483647,9223372036854775807,0.0000000001,Infinity,-Infinity,f,9999-12-31,2020-02-29 12:34:56.000001,\
            2019-12-31 11:00:00+00,00:00:00,00:00:00+00,"","","     ","00",NULL,NULL,NULL,NULL,"{}",NULL,"P-1D",""
            NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,\
            NULL,NULL,NULL
            """;

    @Test
    void everyTypeIsStagedByTheSameBytesInBothWays() throws Exception {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            for (Way way : Way.values()) {
                StagedFiles files = new Extract(area, way, Fault.NONE)
                        .run(database.table("every"), new ExtractProgress(), new Cancellation());
                assertThat(stored(area, files)).as(way.name()).isEqualTo(EXPECTED);
                files = new Extract(area, way, Fault.NONE)
                        .run(database.sql("SELECT * FROM every"), new ExtractProgress(), new Cancellation());
                assertThat(stored(area, files)).as(way.name()).isEqualTo(EXPECTED);
            }
        }
    }

    @Test
    void schemaFollowsFromTheSourcesMetadata() {
        List<Column> columns = Extract.plan(database.table("every")).schema().columns();
        assertThat(columns)
                .extracting(c -> c.name() + ": " + c.sourceType() + " -> " + c.type())
                .containsExactly(
                        "i2: smallint -> smallint",
                        "i4: integer -> integer",
                        "i8: bigint -> bigint",
                        "n: numeric(38,10) -> decimal(38,10)",
                        "r: real -> real",
                        "d: double precision -> double precision",
                        "b: boolean -> boolean",
                        "day: date -> date",
                        "ts: timestamp -> timestamp",
                        "tz: timestamptz -> timestamptz",
                        "t: time -> time",
                        "ttz: timetz -> timetz",
                        "vc: varchar(20) -> varchar(80)",
                        "t1: text -> varchar(65535)",
                        "c: char(5) -> varchar(20)",
                        "bin: bytea -> varbyte(1024000)",
                        "u: uuid -> varchar(36)",
                        "j: json -> varchar(65535)",
                        "jb: jsonb -> varchar(65535)",
                        "m: mood -> varchar(65535)",
                        "arr: text[] -> varchar(65535)",
                        "ip: inet -> varchar(64)",
                        "iv: interval -> varchar(64)",
                        "dom: varchar(3) -> varchar(12)");
    }

    @Test
    void stagesOnS3() throws Exception {
        try (S3Server server = S3Server.start(folder).bucket("lake");
                StagingArea area = StagingArea.open("s3://lake/staging/", server.connection())) {
            StagedFiles files =
                    new Extract(area).run(database.table("every"), new ExtractProgress(), new Cancellation());
            assertThat(files.files().get(0).uri()).startsWith("s3://lake/staging/people/run-1/extract/");
            assertThat(stored(area, files)).isEqualTo(EXPECTED);

            StagingArea nowhere = StagingArea.open("s3://nowhere/", server.connection());
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> new Extract(nowhere)
                            .run(database.table("every"), new ExtractProgress(), new Cancellation()))
                    .hasMessageEndingWith("there is no bucket 'nowhere'");
        }
    }
}
