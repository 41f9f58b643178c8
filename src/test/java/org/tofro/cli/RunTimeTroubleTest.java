package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a user sees when something outside is wrong: one sentence with the step and the cause, no stack trace, no secret, no
 * row data; production as it was.
 */
@ExtendWith(TestCheckout.EndToEnd.class)
class RunTimeTroubleTest {
    private static final String SECRET = "Unsp3akable";
    private static final String RDS = "host_db_1: {type: postgres, stand_in: true, seed: test-data/rds/host_db_1}";
    private static final String WAREHOUSE = "redshift:  {type: redshift, stand_in: true}";
    private static final String STORE = "s3:        {type: s3, stand_in: true, seed: test-data/s3}";

    private String pipeline = "";

    @BeforeEach
    void keysForRealStores(Scene scene) {
        System.setProperty("aws.accessKeyId", scene.checkout().s3().accessKey());
        System.setProperty(
                "aws.secretAccessKey", scene.checkout().s3().secretKey().reveal());
    }

    @AfterEach
    void forgetThem() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    private void published(Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE items (id integer, label text)", "INSERT INTO items VALUES (1, 'private'), (2, NULL)");
        pipeline = scene.copyPipeline("table: items");
        assertThat(Scene.tofro("run", pipeline).code()).isZero();
    }

    /** The pipeline's next run fails in that step for that reason, and harms nothing. */
    private Scene.Answer fails(Scene scene, String step, String reason, String... more) throws Exception {
        Scene.Answer answer = Scene.tofro(arguments(more));

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.out()
                        .lines()
                        .filter(line -> line.startsWith(step + ": "))
                        .map(line -> line.replace(answer.run(), "RUN").replaceAll("/[0-9a-f]{8}/", "/ATTEMPT/")))
                .as(answer.toString())
                .containsExactly(step + ": " + reason.replace("NAME", scene.name));
        assertThat(answer.out() + answer.err())
                .doesNotContain(
                        "\tat ",
                        "Exception",
                        SECRET,
                        "private",
                        scene.checkout().rds().password().reveal());
        assertThat(scene.warehouseRows("SELECT * FROM NAME.prod ORDER BY id")).containsExactly("1|private", "2|<null>");
        return answer;
    }

    private String[] arguments(String... more) {
        String[] all = new String[2 + more.length];
        all[0] = "run";
        all[1] = pipeline;
        System.arraycopy(more, 0, all, 2, more.length);
        return all;
    }

    private static String rdsAt(Scene scene, String host, int port, String user) throws Exception {
        String password = scene.file("password.txt", SECRET);
        return "host_db_1: {type: postgres, host: " + host + ", port: " + port + ", user: " + user
                + ", password: \"${file:" + password + "}\"}";
    }

    @Test
    void rdsRefusesThePassword(Scene scene) throws Exception {
        published(scene);
        int port = scene.checkout().rds().port();
        String user = scene.checkout().rds().user();
        String runner = scene.runner("wrong.yaml", RDS, rdsAt(scene, "127.0.0.1", port, user));

        Scene.Answer answer = fails(
                scene,
                "extract",
                "connection 'host_db_1': 127.0.0.1:" + port + " refuses user '" + user + "': wrong password",
                "--runner",
                runner);

        assertThat(answer.err())
                .endsWith(
                        "to go on from where it stopped: tofro resume " + answer.run() + " --runner " + runner + "\n");
        // Once the environment is right, the same run goes on.
        assertThat(Scene.tofro("resume", answer.run()).code()).isZero();
    }

    @Test
    void rdsCannotBeReached(Scene scene) throws Exception {
        published(scene);
        fails(
                scene,
                "extract",
                "connection 'host_db_1': 127.0.0.1:1 cannot be reached",
                "--runner",
                scene.runner("closed.yaml", RDS, rdsAt(scene, "127.0.0.1", 1, "etl")));
        fails(
                scene,
                "extract",
                "connection 'host_db_1': the host of db.invalid:5432 is unknown",
                "--runner",
                scene.runner("unknown.yaml", RDS, rdsAt(scene, "db.invalid", 5432, "etl")));
    }

    @Test
    void rdsLacksWhatThePipelineNames(Scene scene) throws Exception {
        published(scene);
        int port = scene.checkout().rds().port();
        pipeline = scene.copyPipeline("nowhere", "table: items");
        fails(scene, "extract", "connection 'host_db_1': 127.0.0.1:" + port + " has no database 'nowhere'");
        pipeline = scene.copyPipeline("table: itmes");
        fails(
                scene,
                "extract",
                "connection 'host_db_1', database 'NAME': there is no table 'itmes'; did you mean 'items'?");
        pipeline = scene.copyPipeline("sql: SELECT id, label FROM items WHERE label LIKE id");
        fails(
                scene,
                "extract",
                pipeline
                        + ":7: connection 'host_db_1', database 'NAME': the server says: operator does not exist: text ~~"
                        + " integer (SQLSTATE 42883), line 1, column 41 of the query");
        pipeline = scene.copyPipeline("sql: SELECT id, CAST(label AS integer) AS label FROM items");
        fails(
                scene,
                "extract",
                "connection 'host_db_1', database 'NAME': the server says: invalid input syntax for type integer: \"...\""
                        + " (SQLSTATE 22P02)");
        pipeline = scene.copyPipeline("""
                table: items
                  columns: [{name: id}, {name: labl}]""");
        fails(
                scene,
                "extract",
                "connection 'host_db_1', database 'NAME': there is no column 'labl'; did you mean 'label'?");
    }

    @Test
    void aTextIsLongerThanItsColumn(Scene scene) throws Exception {
        published(scene);
        pipeline = scene.copyPipeline("""
                table: items
                  columns: [{name: id}, {name: label, type: varchar(3)}]""");
        fails(
                scene,
                "extract",
                "connection 'host_db_1', database 'NAME': column 'label' (text -> varchar(3)): 1 value longer than its type in"
                        + " bytes; the longest has 7 bytes by octet_length(\"label\"), `columns: type` with varchar(7) would carry"
                        + " them");
        // A staging table of the user's own, narrower than what comes: COPY refuses the row.
        pipeline = scene.file(
                "narrow.yaml",
                Files.readString(Path.of(scene.copyPipeline("table: items")))
                        .replace(scene.name + ".staging", scene.name + ".narrow"));
        scene.changeWarehouse("CREATE TABLE " + scene.name + ".narrow (id smallint, label varchar(3))");
        fails(
                scene,
                "load",
                "COPY into NAME.narrow failed at line 1 of part-00000.csv.zst, column 'label': String length exceeds DDL"
                        + " length; column 'label' has 1 value of more than its 3 bytes, the longest has 7: make it"
                        + " varchar(7)");
        scene.changeWarehouse(
                "DROP TABLE " + scene.name + ".narrow", "CREATE TABLE " + scene.name + ".narrow (label boolean)");
        fails(
                scene,
                "load",
                "NAME.narrow does not fit what was extracted: it has no column 'id'; its column 'label' is boolean, which"
                        + " would change values of varchar(65535). Change the table, or name and type the extract's columns"
                        + " with `columns:`");
    }

    @Test
    void theWarehouseRefusesOrIsAway(Scene scene) throws Exception {
        published(scene);
        String password = scene.file("password.txt", SECRET);
        String right =
                scene.file("right.txt", scene.checkout().redshift().password().reveal());
        int port = scene.checkout().redshift().port();
        String realStore = "s3: {type: s3, region: us-east-1, endpoint: \""
                + scene.checkout().s3().endpoint() + "\"}";

        launchFails(
                "cannot connect to 'redshift' at 127.0.0.1:" + port
                        + "/dev as user 'tofro': password authentication failed" + " for user \"tofro\"",
                scene.runner("password.yaml", STORE, realStore, WAREHOUSE, warehouse(scene, port, "dev", password)));
        launchFails(
                "cannot connect to 'redshift' at 127.0.0.1:1/dev as user 'tofro': Connection to 127.0.0.1:1 refused. Check"
                        + " that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.",
                scene.runner("closed.yaml", STORE, realStore, WAREHOUSE, warehouse(scene, 1, "dev", right)));
        launchFails(
                "cannot connect to 'redshift' at 127.0.0.1:" + port
                        + "/nowhere as user 'tofro': database \"nowhere\" does" + " not exist",
                scene.runner("database.yaml", STORE, realStore, WAREHOUSE, warehouse(scene, port, "nowhere", right)));
        assertThat(scene.warehouseRows("SELECT * FROM NAME.prod ORDER BY id")).containsExactly("1|private", "2|<null>");
    }

    private static String warehouse(Scene scene, int port, String database, String passwordFile) {
        return "redshift: {type: redshift, host: 127.0.0.1, port: " + port + ", database: " + database + ", user: "
                + scene.checkout().redshift().user() + ", password: \"${file:" + passwordFile
                + "}\", properties: {ssl: \"false\"}}";
    }

    private void launchFails(String reason, String runner) {
        Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", runner);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.err().lines().toList())
                .containsExactly("run " + answer.run(), reason.replace("RUN", answer.run()));
        assertThat(answer.err()).doesNotContain(SECRET);
        assertThat(answer.out()).isEmpty();
    }

    @Test
    void aBucketIsMissing(Scene scene) throws Exception {
        published(scene);
        String right =
                scene.file("right.txt", scene.checkout().redshift().password().reveal());
        String realStore = "s3: {type: s3, region: us-east-1, endpoint: \""
                + scene.checkout().s3().endpoint() + "\"}";
        String realWarehouse = warehouse(scene, scene.checkout().redshift().port(), "dev", right);

        fails(
                scene,
                "extract",
                "cannot write s3://not-there/NAME/RUN/extract/ATTEMPT/part-00000.csv.zst: there is no bucket 'not-there'",
                "--runner",
                scene.runner(
                        "staging.yaml",
                        STORE,
                        realStore,
                        WAREHOUSE,
                        realWarehouse,
                        "s3://tofro-staging/",
                        "s3://not-there/"));
        String noState = scene.runner(
                "state.yaml", STORE, realStore, WAREHOUSE, realWarehouse, "s3://tofro-state/", "s3://not-there/");
        launchFails(
                "cannot write to the state area s3://not-there/: The specified bucket does not exist. Look at state_area and"
                        + " the S3 connection of runner 'state', then run the pipeline again; nothing was started",
                noState);
        // The launch that failed has given its lease back.
        assertThat(Scene.tofro("run", pipeline).code()).isZero();
        // All real, all there.
        Scene.Answer real = Scene.tofro(
                "run", pipeline, "--runner", scene.runner("real.yaml", STORE, realStore, WAREHOUSE, realWarehouse));
        assertThat(real.code()).as(real.toString()).isZero();
    }

    @Test
    void theStagingAreaCannotBeWritten(Scene scene) throws Exception {
        published(scene);
        String blocked = scene.file("a-file", "no folder");
        fails(
                scene,
                "extract",
                "cannot write " + blocked + "/below/NAME/RUN/extract/ATTEMPT/part-00000.csv.zst: " + blocked
                        + "/below/NAME/RUN/extract: Not a directory",
                "--runner",
                scene.runner("blocked.yaml", "s3://tofro-staging/", "file:" + blocked + "/below/"));
    }

    @Test
    void theSourceOfAReloadIsMissing(Scene scene) throws Exception {
        published(scene);
        pipeline = scene.file("reload.yaml", """
                name: NAME_reload
                steps:
                - {type: reload-prod-table, name: reload, source: NAME.nothing, destination: NAME.prod}
                """);
        fails(scene, "reload", "the source table " + scene.name + ".nothing does not exist in 'redshift'");
    }
}
