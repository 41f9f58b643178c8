package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The options and commands that a user types, against the stand-ins. */
@ExtendWith(TestCheckout.EndToEnd.class)
class CommandsTest {
    private static final String[] ITEMS = {
        "CREATE TABLE items (id integer PRIMARY KEY, label text, price numeric(8, 2), good boolean)",
        "INSERT INTO items SELECT n, CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'x' || n END, n / 4.0, n > 5"
                + " FROM generate_series(1, 20) n"
    };

    @Test
    void aTrialRunHasTablesAndALeaseOfItsOwn(Scene scene) throws Exception {
        scene.source(ITEMS);
        String pipeline = scene.copyPipeline("table: items");
        assertThat(Scene.tofro("run", pipeline).code()).isZero();
        scene.changeSource("UPDATE items SET label = 'changed'");
        List<String> before = scene.warehouseRows("SELECT * FROM NAME.prod ORDER BY id");
        List<String> staged = scene.warehouseRows("SELECT * FROM NAME.staging ORDER BY id");

        Scene.Answer trial = Scene.tofro("run", pipeline, "--limit", "4");

        assertThat(trial.code()).as(trial.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT count(*), min(label), max(label) FROM NAME.prod_trial"))
                .containsExactly("4|changed|changed");
        assertThat(scene.warehouseRows("SELECT * FROM NAME.prod ORDER BY id")).isEqualTo(before);
        assertThat(scene.warehouseRows("SELECT * FROM NAME.staging ORDER BY id"))
                .isEqualTo(staged);
        assertThat(
                        scene.warehouseRows(
                                "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'tofro' AND table_name LIKE 'lease%NAME_trial%'"))
                .containsExactly("1");
        assertThat(Scene.report(trial.run()).get("limit").asLong()).isEqualTo(4);
        assertThat(trial.out()).contains("reload: guards: off in a trial run");
        assertThat(Scene.tofro("run", pipeline, "--limit", "0").err())
                .isEqualTo("--limit 0: a trial run takes at least 1 row\n");
    }

    @Test
    void planAsksTheDatabasesHowAnExtractWouldBeRead(Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE events (id bigint, note text)",
                "INSERT INTO events SELECT n, repeat('x', 120) FROM generate_series(1, 150000) n",
                "ANALYZE events");

        String whole = Scene.tofro("plan", scene.copyPipeline("sql: SELECT id, note FROM events LIMIT 10"), "--connect")
                .out();
        Scene.Answer ranges = Scene.tofro("plan", scene.copyPipeline("table: events"), "--connect");

        assertThat(ranges.code()).as(ranges.toString()).isZero();
        assertThat(ranges.out())
                .containsPattern("\nextract, connected:\n  \\d+ ranges, 2 readers: ")
                .contains("\n  range: pages 0 to ")
                .contains("\n  column id: bigint -> bigint, staged bare\n"
                        + "  column note: text -> varchar(65535), staged in quotes; fails: more than 65535 bytes\n");
        assertThat(whole)
                .contains("\nextract, connected:\n  one reader: the query is not split, because it has LIMIT\n");
        Scene.Answer missing = Scene.tofro("plan", scene.copyPipeline("table: evnts"), "--connect");
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.out()).contains("cannot be done: ").contains("did you mean 'events'?");
    }

    @Test
    void theReportAsJsonHoldsTheFigures(Scene scene) throws Exception {
        scene.source(ITEMS);
        String pipeline = scene.copyPipeline(
                "sql: \"SELECT id, '${var:word}' AS word, '${date:yyyy/MM/dd}' AS day FROM items WHERE id > ${var:least}\"");

        Scene.Answer answer = Scene.tofro(
                "run",
                pipeline,
                "--output",
                "json",
                "--var",
                "word=it's; -- \"all\"",
                "--var",
                "least=15",
                "--date",
                "2026-02-28");

        assertThat(answer.code()).as(answer.toString()).isZero();
        JsonNode report = new ObjectMapper().readTree(answer.out());
        assertThat(report).isEqualTo(Scene.report(answer.run()));
        assertThat(report.get("run").asText()).isEqualTo(answer.run());
        assertThat(report.get("intervalStart").asText()).isEqualTo("2026-02-28T00:00:00Z");
        assertThat(report.get("intervalEnd").asText()).isEqualTo("2026-03-01T00:00:00Z");
        assertThat(report.get("revision").asText()).matches("[0-9a-f]{40}|null");
        assertThat(Scene.step(report, "extract").get("rowsIn").asLong()).isEqualTo(5);
        assertThat(Scene.step(report, "extract").get("bytes").asLong()).isPositive();
        assertThat(Scene.step(report, "load").get("rowsOut").asLong()).isEqualTo(5);
        assertThat(Scene.step(report, "reload").get("rowsOut").asLong()).isEqualTo(5);
        assertThat(scene.warehouseRows("SELECT DISTINCT word, day FROM NAME.prod"))
                .containsExactly("it's; -- \"all\"|2026/02/28");
    }

    @Test
    void systemPropertiesStandForArguments(Scene scene) throws Exception {
        scene.source(ITEMS);
        String pipeline =
                scene.copyPipeline("sql: \"SELECT id, '${date:yyyy}' AS y FROM items WHERE id <= ${var:most}\"");
        Properties properties = new Properties();
        properties.setProperty("pipeline", pipeline);
        properties.setProperty("runner", "local");
        properties.setProperty("date", "2031-05-05");
        properties.setProperty("var.most", "2");

        String[] arguments = Main.arguments(new String[0], properties);

        assertThat(arguments).containsExactly("run", pipeline, "--runner=local", "--date=2031-05-05", "--var=most=2");
        assertThat(Scene.tofro(arguments).code()).isZero();
        assertThat(scene.warehouseRows("SELECT id, y FROM NAME.prod ORDER BY 1"))
                .containsExactly("1|2031", "2|2031");
        assertThat(Main.arguments(new String[] {"steps"}, properties)).containsExactly("steps");
    }

    @Test
    void sqlPrintsRowsOfEitherSide(Scene scene) throws Exception {
        scene.source(ITEMS);
        String query = "SELECT id, label, price, good FROM items WHERE id BETWEEN 3 AND 5 ORDER BY id";
        String[] command = {"sql", "--connection", "host_db_1", "--database", scene.name, query};

        assertThat(Scene.tofro(command)).isEqualTo(new Scene.Answer(0, """
                        id  label  price  good
                        3   NULL   0.75   f
                        4          1.00   f
                        5   x5     1.25   f
                        (3 rows)
                        """, ""));
        assertThat(Scene.tofro("sql", "--connection=host_db_1", "--database=" + scene.name, "--output=csv", query)
                        .out())
                .isEqualTo("id,label,price,good\n3,,0.75,f\n4,\"\",1.00,f\n5,x5,1.25,f\n");
        assertThat(Scene.tofro("sql", "--connection=host_db_1", "--database=" + scene.name, "--output=json", query)
                        .out())
                .isEqualTo("""
                        {"id":3,"label":null,"price":0.75,"good":false}
                        {"id":4,"label":"","price":1.00,"good":false}
                        {"id":5,"label":"x5","price":1.25,"good":false}
                        """);
        assertThat(Scene.tofro("sql", "--connection", "redshift", "SELECT 1 AS one, 'a' AS a"))
                .isEqualTo(new Scene.Answer(0, "one  a\n1    a\n(1 row)\n", ""));
        assertThat(Scene.tofro(
                        "sql", "--connection=host_db_1", "--database=" + scene.name, "DELETE FROM items WHERE id > 18"))
                .isEqualTo(new Scene.Answer(0, "", "2 rows changed\n"));
        assertThat(scene.sourceRows("SELECT count(*) FROM items")).containsExactly("18");
    }

    @Test
    void sqlSaysWhatIsWrong(Scene scene) throws Exception {
        scene.source();
        assertThat(Scene.tofro("sql", "--connection", "host_db_1", "SELECT 1"))
                .isEqualTo(
                        new Scene.Answer(2, "", "--database is missing: 'host_db_1' is a server of many databases\n"));
        assertThat(Scene.tofro("sql", "--connection", "s3", "SELECT 1"))
                .isEqualTo(
                        new Scene.Answer(
                                2,
                                "",
                                "runner 'local' has no database connection 's3'; its connections are cassandra, host_db_1, host_db_2, redshift, s3\n"));
        assertThat(Scene.tofro("sql", "--connection=host_db_1", "--database=" + scene.name, "SELEC 1"))
                .isEqualTo(new Scene.Answer(
                        1, "", "'host_db_1': ERROR: syntax error at or near \"SELEC\"\n  Position: 1\n"));
        assertThat(Scene.tofro("sql", "--connection=host_db_1", "--database=nowhere", "SELECT 1"))
                .isEqualTo(new Scene.Answer(1, "", "'host_db_1': FATAL: database \"nowhere\" does not exist\n"));
    }

    @Test
    void theStackShowsWhatRuns(Scene scene) {
        Scene.Answer status = Scene.tofro("stack", "status");

        assertThat(status.code()).isZero();
        assertThat(status.out().lines().map(line -> line.split(" +")[0]))
                .contains("connection", "host_db_1", "redshift", "(all)")
                .as("other tests of this JVM start more of them")
                .isSubsetOf("connection", "host_db_1", "host_db_2", "redshift", "cassandra", "(all)");
        assertThat(Scene.tofro("stack", "up").code()).isZero();
    }

    @Test
    void wrongArgumentsAreInvalid(Scene scene) throws Exception {
        assertThat(Scene.tofro("run", "instructor.yaml"))
                .isEqualTo(new Scene.Answer(
                        2,
                        "",
                        "instructor.yaml:1:1: there is no such file, neither here nor under pipelines/; did you mean"
                                + " 'instructors'?\n"));
        assertThat(Scene.tofro("run", "instructors.yaml", "--accept", "shrinkage=x")
                        .err())
                .isEqualTo(
                        "--accept shrinkage: there is no such guard; the guards are empty, shrink, duplicates, nulls, again and check\n");
        assertThat(Scene.tofro("run", "instructors.yaml", "--accept", "shrink=").err())
                .isEqualTo("--accept shrink: give the reason, as in --accept shrink=\"the course was closed\"\n");
        assertThat(Scene.tofro("resume", "no-such-run"))
                .isEqualTo(new Scene.Answer(
                        2,
                        "",
                        "the state area s3://tofro-state/ knows no run 'no-such-run'; is --runner the one that it was"
                                + " started with?\n"));
        assertThat(Scene.tofro("resume", "../x").err())
                .isEqualTo("'../x' is no run's id; one looks like instructors-20261123T063000-1a2b\n");
        assertThat(Scene.tofro("fly").code()).isEqualTo(2);
        Scene.Answer date = Scene.tofro("run", "instructors", "--date", "tomorrow");
        assertThat(date.code()).isEqualTo(2);
        assertThat(date.err())
                .startsWith("Invalid value for option '--date': 'tomorrow' is no date; one looks like 2026-11-23,"
                        + " or 2026-11-23T05 for an hour\n");
    }

    @Test
    void aSecondRunOfAPipelineIsBusyWhileTheFirstIsAtWork(Scene scene) throws Exception {
        scene.source(ITEMS);
        String pipeline = scene.copyPipeline("table: items");
        CompletableFuture<Scene.Answer> first;
        try (Connection holder = scene.rds(scene.name);
                Statement lock = holder.createStatement()) {
            holder.setAutoCommit(false);
            lock.execute("LOCK TABLE items");
            first = CompletableFuture.supplyAsync(() -> Scene.tofro("run", pipeline));
            waitForRead(scene);

            Scene.Answer second = Scene.tofro("run", pipeline);

            assertThat(second.code()).isEqualTo(75);
            assertThat(second.err().lines().skip(1).toList())
                    .singleElement()
                    .asString()
                    .matches("pipeline '" + scene.name + "' is running: run " + scene.name
                            + "-\\S+ by process \\d+ on \\S+; its lease runs for another \\d+ s unless it is renewed\\."
                            + " Wait for it to end, then start again");
            holder.rollback();
        }
        Scene.Answer answer = first.get(60, TimeUnit.SECONDS);
        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(Scene.tofro("run", pipeline).code()).isZero();
    }

    /** Until a session of Tofro waits for the locked table. */
    private static void waitForRead(Scene scene) throws Exception {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        String waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = '" + scene.name
                + "' AND application_name LIKE 'tofro:%' AND wait_event_type = 'Lock'";
        while (scene.sourceRows("postgres", waiting).equals(List.of("0"))) {
            assertThat(Instant.now()).isBefore(deadline);
            Thread.sleep(50);
        }
    }

    @Test
    void progressIsALinePerStartAndEnd(Scene scene) throws Exception {
        scene.source(ITEMS);

        Scene.Answer answer = Scene.tofro("run", scene.copyPipeline("table: items"));

        assertThat(answer.err().lines().map(line -> line.replaceAll("[0-9,.]+ (rows/s|B|kB|s)", "N $1")))
                .containsExactly(
                        "run " + answer.run(),
                        "extract: started",
                        "extract: succeeded, 20 rows, N rows/s, N B, N s",
                        "load: started",
                        "load: succeeded, 20 rows, N rows/s, N s",
                        "reload: started",
                        "reload: succeeded, 20 rows, N rows/s, N s");
        assertThat(Files.exists(Scene.stateFolder(answer.run()).resolve("request.json")))
                .isTrue();
    }
}
