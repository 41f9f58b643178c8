package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.connect.staging.StagingArea;

/** Plain files of S3 and of this machine, from the file to the production table. */
@ExtendWith(TestCheckout.EndToEnd.class)
class FileExtractsRunTest {
    private static final String TABLE = """
            CREATE TABLE NAME.courses (
              course_id integer NOT NULL,
              title varchar(40),
              price decimal(8,2),
              opened timestamp,
              PRIMARY KEY (course_id)
            );
            """;

    private static void put(Scene scene, String key, byte[] content) {
        try (StagingArea bucket =
                StagingArea.open("s3://tofro-staging/", scene.checkout().s3())) {
            bucket.put("lake/" + scene.name + "/" + key, content);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes(text));
        }
        return out.toByteArray();
    }

    /** A pipeline as it was written for the ancestor, whose files take their columns from the table's definition. */
    private static String ancestors(Scene scene, String source) throws IOException {
        scene.file("staging.courses.sql", TABLE);
        return scene.file("courses.yaml", """
                name: NAME
                frequency: daily
                load_time: 01:00
                variables: {S3_BASE_PATH: lake/NAME}
                steps:
                - step_type: extract-s3
                  name: extract
                  %s
                - step_type: create-load-redshift
                  name: load
                  table_definition: staging.courses.sql
                """.formatted(source));
    }

    private static Scene.Answer run(String pipeline) {
        return Scene.tofro("run", pipeline, "--date", "2026-11-23");
    }

    private static String day(String key) {
        return "s3://tofro-staging/{S3_BASE_PATH}/#{format(@scheduledStartTime,'YYYY-MM-dd')}/" + key;
    }

    @Test
    void theAncestorsChainLoadsAFolderOfItsTsv(Scene scene) throws Exception {
        put(scene, "2026-11-23/part-0", bytes("1\tMachine Learning\t49.00\t2026-01-01 10:00:00\n"));
        put(scene, "2026-11-23/deeper/part-1.gz", gzip("2\tNULL\tNULL\tNULL\n3\ttabs\\\tand NULL\t0.5\t2026-02-28\n"));
        put(scene, "2026-11-23/_SUCCESS", new byte[0]);
        put(scene, "2026-11-23/empty", new byte[0]);
        put(scene, "2026-11-231/part-0", bytes("9\tanother day\t1\t2026-01-01\n"));
        String pipeline = ancestors(scene, "directory_uri: \"" + day("") + "\"");

        Scene.Answer plan = Scene.tofro("plan", pipeline, "--connect", "--date", "2026-11-23");
        Scene.Answer answer = run(pipeline);

        String uri = "s3://tofro-staging/lake/" + scene.name + "/2026-11-23/";
        assertThat(plan.out())
                .contains(
                        "reads what is in " + uri,
                        "takes the columns of the table that they are loaded into",
                        "2 files of ",
                        "file " + uri + "part-0, 45 bytes",
                        "left out 1 file with a name that begins with '_' or '.'",
                        "1 file of 3 had no bytes");
        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT course_id, title, price, opened FROM NAME.courses ORDER BY course_id"))
                .containsExactly(
                        "1|Machine Learning|49.00|2026-01-01 10:00:00",
                        "2|<null>|<null>|<null>",
                        "3|tabs\tand NULL|0.50|2026-02-28 00:00:00");
    }

    @Test
    void whatIsWrongWithFilesIsSaidWithItsPlaceAndNothingIsLoaded(Scene scene) throws Exception {
        String uri = "s3://tofro-staging/lake/" + scene.name + "/";
        record Case(String key, byte[] content, String source, String says) {}
        for (Case each : new Case[] {
            new Case(
                    "other",
                    bytes(""),
                    "file_uri: s3://tofro-staging/{S3_BASE_PATH}/none.tsv",
                    "there is no file " + uri + "none.tsv; is the address right, and has it been written?"),
            new Case(
                    "other",
                    bytes(""),
                    "directory_uri: s3://tofro-staging/{S3_BASE_PATH}/none",
                    "there are no files in " + uri + "none; is the address right, and have they been written?"),
            new Case(
                    "short.tsv",
                    bytes("1\ta\t1\t2026-01-01\n2\tsecret-value\n"),
                    "file_uri: s3://tofro-staging/{S3_BASE_PATH}/short.tsv",
                    uri + "short.tsv, line 2: has 2 values, and there are 4 `columns`"),
            new Case(
                    "words.tsv",
                    bytes("one\ta\t1\t2026-01-01\n2\ta\tsecret-value\t2026-01-01\n"),
                    "file_uri: s3://tofro-staging/{S3_BASE_PATH}/words.tsv",
                    "column 'course_id' (text -> integer): 1 value not written as values of its type; a whole number is"
                            + " written with digits alone, perhaps after a sign, or `columns: type` with varchar(65535) would"
                            + " carry them; column 'price' (text -> decimal(8,2)): 1 value not written as values of its type; a"
                            + " number is written with digits and a point, without blanks, separators and currency, or"
                            + " `columns: type` with varchar(65535) would carry them; the first of 'course_id' stands in "
                            + uri + "words.tsv, line 1; the first of 'price' stands in " + uri + "words.tsv, line 2"),
            new Case(
                    "cut.gz",
                    java.util.Arrays.copyOf(gzip("1\ta\t1\t2026-01-01\n"), 30),
                    "file_uri: s3://tofro-staging/{S3_BASE_PATH}/cut.gz",
                    uri + "cut.gz is cut off: its gzip data ends at byte 30"),
            new Case(
                    "plain.tsv",
                    bytes("1\ta\t1\t2026-01-01\n"),
                    "file_uri: s3://tofro-staging/{S3_BASE_PATH}/plain.tsv\n  compression: gzip",
                    uri + "plain.tsv is no good gzip file: there is no gzip member at byte 0"),
        }) {
            put(scene, each.key, each.content);
            Scene.Answer answer = run(ancestors(scene, each.source));
            assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
            assertThat(answer.out()).contains(each.says);
            assertThat(answer.toString()).doesNotContain("secret-value");
        }
        assertThat(scene.warehouseRows(
                        "SELECT count(*) FROM pg_tables WHERE schemaname = 'NAME' AND tablename = 'courses'"))
                .containsExactly("0");
    }

    @Test
    void aFileBesideThePipelineIsReadByItsHeader(Scene scene) throws Exception {
        scene.file("data/courses.csv", "title,id,extra\r\n\"Deep, \"\"deep\"\" learning\",7,x\r\n,8,y\r\n\"\",9,z\r\n");
        String pipeline = scene.file("local.yaml", """
                name: NAME
                steps:
                - type: extract-local
                  name: extract
                  path: data/courses.csv
                  format: csv
                  header: true
                  columns:
                  - {name: id, as: course_id, type: bigint}
                  - {name: title, type: varchar(60)}
                - type: load-into-staging-table
                  name: load
                  table: NAME.staging
                - type: reload-prod-table
                  name: reload
                  source: NAME.staging
                  destination: NAME.prod
                """);
        Scene.Answer answer = Scene.tofro("run", pipeline);
        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT course_id, title FROM NAME.prod ORDER BY 1"))
                .containsExactly("7|Deep, \"deep\" learning", "8|<null>", "9|");

        Files.delete(Path.of(pipeline).resolveSibling("data/courses.csv"));
        Scene.Answer missing = Scene.tofro("run", pipeline);
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.out())
                .contains("there is no file data/courses.csv; is the address right, and has it been written?");
    }
}
