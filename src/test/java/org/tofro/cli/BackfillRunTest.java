package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is new is read from where the last run ended; intervals of the past are done one after the other. */
@ExtendWith(TestCheckout.EndToEnd.class)
class BackfillRunTest {
    private static final String PIPELINE = """
            name: NAME
            steps:
            - type: extract-from-rds
              name: extract
              connection: host_db_1
              database: NAME
              table: events
              incremental: {cursor: seen, lag: 1 hour}
            - {type: load-into-staging-table, name: load, table: NAME.staging}
            - {type: upsert, name: publish, source: NAME.staging, destination: NAME.prod, primary_key: id}
            """;

    private static void events(Scene scene) throws Exception {
        scene.source();
        scene.changeSource(
                "CREATE TABLE events (id int PRIMARY KEY, label text, seen timestamp)",
                "INSERT INTO events SELECT i, 'day ' || i, timestamp '2026-11-01 12:00' + (i - 1) * interval '1 day'"
                        + " FROM generate_series(1, 8) i");
    }

    private static Scene.Answer succeeds(String... arguments) {
        Scene.Answer answer = Scene.tofro(arguments);
        assertThat(answer.code()).as(answer.toString()).isZero();
        return answer;
    }

    private static long read(Scene.Answer answer) throws Exception {
        return Scene.step(Scene.report(answer.run()), "extract").get("rowsIn").asLong();
    }

    @Test
    void eachRunGoesOnWhereTheLastOneEnded(Scene scene) throws Exception {
        events(scene);
        String pipeline = scene.file("incremental.yaml", PIPELINE);

        assertThat(read(succeeds("run", pipeline, "--date", "2026-11-02"))).isEqualTo(2);
        assertThat(read(succeeds("run", pipeline, "--date", "2026-11-03"))).isEqualTo(1);
        scene.changeSource("UPDATE events SET label = 'late', seen = '2026-11-03 23:30' WHERE id = 1");
        Scene.Answer two = succeeds("run", pipeline, "--date", "2026-11-05");
        assertThat(read(two)).isEqualTo(3);
        assertThat(Scene.step(Scene.report(two.run()), "extract").get("notes").toString())
                .contains("reads new values of 'seen' from 2026-11-03 23:00:00 up to but without 2026-11-06 00:00:00");
        assertThat(scene.warehouseRows("SELECT id, label FROM NAME.prod ORDER BY 1"))
                .containsExactly("1|late", "2|day 2", "3|day 3", "4|day 4", "5|day 5");
    }

    @Test
    void whatWasReadAndNotPublishedIsReadAgain(Scene scene) throws Exception {
        events(scene);
        String pipeline = scene.file("refused.yaml", PIPELINE.replace("primary_key: id", "primary_key: label"));
        succeeds("run", pipeline, "--date", "2026-11-02");
        scene.changeSource("UPDATE events SET label = 'twice' WHERE id IN (3, 4)");

        assertThat(Scene.tofro("run", pipeline, "--date", "2026-11-04").code()).isEqualTo(1);
        scene.changeSource("UPDATE events SET label = 'once' WHERE id = 4");
        assertThat(read(succeeds("run", pipeline, "--date", "2026-11-05"))).isEqualTo(3);
        assertThat(scene.warehouseRows("SELECT id, label FROM NAME.prod ORDER BY 1"))
                .containsExactly("1|day 1", "2|day 2", "3|twice", "4|once", "5|day 5");
    }

    @Test
    void aBackfillDoesEachIntervalOnceAndMovesNoWatermark(Scene scene) throws Exception {
        events(scene);
        String pipeline = scene.file("backfill.yaml", PIPELINE);
        succeeds("run", pipeline, "--date", "2026-11-05");
        scene.changeSource("UPDATE events SET label = 'mended' WHERE id IN (2, 3)");

        Scene.Answer filled = succeeds("run", pipeline, "--from", "2026-11-02", "--to", "2026-11-04");
        assertThat(filled.err()).contains("backfill: 2 of 2 intervals run, 0 were done already");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod WHERE label = 'mended' ORDER BY 1"))
                .containsExactly("2", "3");
        assertThat(read(succeeds("run", pipeline, "--date", "2026-11-06"))).isEqualTo(1);

        scene.changeSource("UPDATE events SET label = 'again'");
        Scene.Answer skipped = succeeds("run", pipeline, "--from", "2026-11-01", "--to", "2026-11-04");
        assertThat(skipped.err())
                .contains("2026-11-02: done by run " + scene.name + "-20261102T0000-backfill")
                .contains("backfill: 1 of 3 intervals run, 2 were done already");
        succeeds("run", pipeline, "--from", "2026-11-03", "--to", "2026-11-04", "--again");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod WHERE label = 'again' ORDER BY 1"))
                .containsExactly("1", "3");
    }

    @Test
    void aBackfillThatWasCutOffGoesOnWithTheRunThatWas(Scene scene) throws Exception {
        events(scene);
        String pipeline = scene.file(
                "cut.yaml", PIPELINE.replace("table: events", "sql: SELECT *, 1 / (id - 3) AS quotient FROM events"));

        Scene.Answer cut = Scene.tofro("run", pipeline, "--from", "2026-11-02", "--to", "2026-11-05");
        assertThat(cut.code()).isEqualTo(1);
        assertThat(cut.out()).contains("division by zero");
        assertThat(cut.err()).contains("the backfill ends at 2026-11-03; start it again to go on from there");
        scene.changeSource("UPDATE events SET id = 33 WHERE id = 3");
        Scene.Answer end = succeeds("run", pipeline, "--from", "2026-11-02", "--to", "2026-11-05");

        assertThat(end.err())
                .contains("2026-11-02: done by run")
                .contains("run " + scene.name + "-20261103T0000-backfill")
                .contains("backfill: 2 of 3 intervals run, 1 were done already");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod ORDER BY 1")).containsExactly("2", "4", "33");
    }

    @Test
    void whatShowsTheMomentCannotBeDoneForThePast(Scene scene) throws Exception {
        String pipeline = scene.file("snapshot.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, table: events}
                - {type: load-into-staging-table, name: load, table: NAME.staging}
                - {type: reload-prod-table, name: publish, source: NAME.staging, destination: NAME.prod}
                """);

        Scene.Answer answer = Scene.tofro("run", pipeline, "--from", "2026-11-02", "--to", "2026-11-05");

        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err())
                .contains(
                        "the step 'extract' reads what is there now, whatever interval is asked for, so it cannot be done"
                                + " for intervals of the past; read the interval's rows by ${interval.start} and ${interval.end} in"
                                + " its 'sql', or by 'incremental'")
                .contains("the step 'publish' replaces all rows of " + scene.name
                        + ".prod, so that the last interval would be all that is left; publish by 'replace-interval' or"
                        + " 'upsert'");
    }

    @Test
    void datesThatDoNotGoTogether(Scene scene) throws Exception {
        String pipeline = scene.file("dates.yaml", PIPELINE);

        assertThat(Scene.tofro("run", pipeline, "--from", "2026-11-02").err()).contains("--from and --to go together");
        assertThat(Scene.tofro("run", pipeline, "--from", "2026-11-02", "--to", "2026-11-02")
                        .err())
                .contains(
                        "--from 2026-11-02 --to 2026-11-02: no interval of the pipeline begins there; --to is the first"
                                + " date that is not run");
        assertThat(Scene.tofro("run", pipeline, "--from", "2026-11-02", "--to", "2126-11-05")
                        .err())
                .contains("is not over; a backfill is for what has passed");
        assertThat(Scene.tofro("run", pipeline, "--from", "2026-11-02", "--to", "2026-11-03", "--date", "2026-11-02")
                        .err())
                .contains("a backfill takes its dates from --from and --to, and is no trial run; leave --date out");
    }
}
