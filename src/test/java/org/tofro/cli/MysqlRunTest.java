package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pipelines that read the shipped environment's MySQL, run as a user runs them. */
@Timeout(240)
@ExtendWith(TestCheckout.EndToEnd.class)
class MysqlRunTest {
    private static final int MOST = 3;
    private static final int ROWS = 30_000;
    private static final int BYTES = 1500;

    /** MySQL by its own driver; a command that needs the server has started it. */
    private static Connection mysql(String database) throws SQLException, IOException {
        Path stack = TestCheckout.FOLDER.resolve(".tofro/stack");
        return DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:"
                        + Files.readString(stack.resolve("ports/mysql.host_db_2"))
                                .strip() + "/" + database
                        + "?sslMode=DISABLED&allowPublicKeyRetrieval=true",
                "tofro",
                Files.readString(stack.resolve("password")).strip());
    }

    private static List<String> rows(String sql) throws Exception {
        try (Connection connection = mysql("master");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1) + "|" + rows.getString(2) + "|"
                        + (rows.getString(3) == null ? "<null>" : rows.getString(3)));
            }
            return found;
        }
    }

    /** Makes a database of the scene's name with a table that several readers share. */
    private static void makeWide(Scene scene) throws Exception {
        Scene.Answer started = Scene.tofro("plan", "instructors_mysql.yaml", "--connect");
        assertThat(started.code()).as(started.toString()).isZero();
        try (Connection connection = mysql("master");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + scene.name);
            statement.execute("CREATE TABLE " + scene.name
                    + ".wide (id int unsigned PRIMARY KEY, seen datetime(3), done tinyint(1), pad varchar(1500))");
            statement.execute("INSERT INTO " + scene.name
                    + ".wide SELECT seq, TIMESTAMP '2026-01-01 00:00:00' + INTERVAL seq SECOND, seq % 2, REPEAT('x', "
                    + BYTES
                    + ") FROM seq_1_to_" + ROWS);
            statement.execute("ANALYZE TABLE " + scene.name + ".wide");
        }
    }

    @Test
    void theShippedPipelineBringsTheInstructorsAsTheyAre(Scene scene) throws Exception {
        Scene.Answer answer = Scene.tofro("run", "instructors_mysql.yaml");
        assertThat(answer.code()).as(answer.toString()).isZero();

        String columns = "SELECT instructor_id, course_id, ";
        List<String> source = rows(columns + "`rank` FROM courses_instructorincourse ORDER BY 1, 2");
        assertThat(scene.warehouseRows(columns + "rank FROM prod.instructors_mysql ORDER BY 1, 2"))
                .hasSize(12_000)
                .isEqualTo(source);
        assertThat(Scene.step(Scene.report(answer.run()), "extract-from-rds-1")
                        .get("rowsOut")
                        .asLong())
                .isEqualTo(12_000);
    }

    @Test
    void aPlanThatConnectsShowsRangesAndTypes(Scene scene) throws Exception {
        makeWide(scene);
        String pipeline = pipeline(scene, 1);

        Scene.Answer answer = Scene.tofro("plan", pipeline, "--connect");

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(answer.out())
                .containsPattern("\nextract-0, connected:\n  \\d+ ranges, 4 readers: "
                        + "\\d+ ranges of 'id' at one moment: the table has \\d+ MiB\n")
                .contains("\n  range: keys 1 of ")
                .contains("\n  column id: int unsigned -> bigint, staged bare\n"
                        + "  column seen: datetime(3) -> timestamp, staged bare; fails: ")
                .contains("\n  column done: tinyint -> smallint, staged bare\n"
                        + "  column pad: varchar(1500) -> varchar(6000), staged in quotes\n");

        Scene.Answer missing = Scene.tofro(
                "plan",
                scene.file("lost.yaml", Files.readString(Path.of(pipeline)).replace("wide", "wied")),
                "--connect");
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.out() + missing.err())
                .contains("connection 'host_db_2', database '" + scene.name
                        + "': there is no table 'wied' that user 'tofro' may see; did you mean 'wide'?");
    }

    private static String pipeline(Scene scene, int extracts) throws IOException {
        StringBuilder steps = new StringBuilder("name: NAME\nsteps:\n");
        for (int i = 0; i < extracts; i++) {
            steps.append("""
                    - type: extract-from-rds
                      name: extract-%1$d
                      connection: host_db_2
                      database: NAME
                      table: wide
                      splits: 4
                    """.formatted(i));
        }
        for (int i = 0; i < extracts; i++) {
            steps.append("""
                    - type: load-into-staging-table
                      name: load-%1$d
                      input_node: extract-%1$d
                      table: NAME.staging_%1$d
                    """.formatted(i));
        }
        return scene.file("wide.yaml", steps.toString());
    }

    /** The most sessions that the server has on the scene's database at a time, until told to stop. */
    private static int mostSessions(Scene scene, AtomicBoolean done) {
        int most = 0;
        try (Connection connection = mysql("");
                Statement statement = connection.createStatement()) {
            while (!done.get()) {
                try (ResultSet row = statement.executeQuery(
                        "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE db = '" + scene.name + "'")) {
                    row.next();
                    most = Math.max(most, row.getInt(1));
                }
                Thread.sleep(2);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return most;
    }

    /** Two extracts that would like five sessions each: four readers, and one for a lock. */
    @Test
    @Tag("slow")
    void stepsHoldTheLimitOfConnectionsTogether(Scene scene) throws Exception {
        makeWide(scene);
        String seeded = "host_db_2: {type: mysql, stand_in: true, seed: test-data/rds/host_db_2";
        String runner = scene.runner("few.yaml", seeded, seeded + ", max_connections: " + MOST);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> most =
                CompletableFuture.supplyAsync(() -> mostSessions(scene, done), task -> new Thread(task).start());

        Scene.Answer answer = Scene.tofro("run", pipeline(scene, 2), "--runner", runner);
        done.set(true);

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(most.get()).isEqualTo(MOST);
        for (int i = 0; i < 2; i++) {
            assertThat(scene.warehouseRows("SELECT count(*), count(DISTINCT id), sum(len(pad)) FROM NAME.staging_" + i))
                    .containsExactly(ROWS + "|" + ROWS + "|" + (long) ROWS * BYTES);
        }
    }
}
