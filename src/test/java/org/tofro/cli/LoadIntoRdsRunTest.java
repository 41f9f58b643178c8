package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads into RDS in whole runs. */
@ExtendWith(TestCheckout.EndToEnd.class)
class LoadIntoRdsRunTest {
    /** A resumed run has a new token, and rows that are as old as they were. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOldReplacementIsNotResumedOverANewerOne(boolean replaces, Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE items (id integer)", "INSERT INTO items VALUES (1)", "CREATE TABLE copied (id integer)");
        Path gate = Path.of(scene.file("none", "")).toAbsolutePath().resolveSibling("gate");
        String pipeline = scene.file("replace.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, table: items}
                - {type: transform, name: gate, command: test -f %s && cp $INPUT1_STAGING_DIR/* $OUTPUT1_STAGING_DIR}
                - {type: load-into-rds, name: load, connection: host_db_1, database: NAME, table: copied, mode: %s}
                """.formatted(gate, replaces ? "replace" : "append"));
        Scene.Answer old = Scene.tofro("run", pipeline, "--date", "2026-11-23");
        assertThat(old.code()).as(old.toString()).isEqualTo(1);
        Files.createFile(gate);
        scene.changeSource("INSERT INTO items VALUES (2)");
        Scene.Answer newer = Scene.tofro("run", pipeline, "--date", "2026-11-23");
        assertThat(newer.code()).as(newer.toString()).isZero();

        Scene.Answer resumed = Scene.tofro("resume", old.run());

        assertThat(resumed.code()).as(resumed.toString()).isEqualTo(1);
        assertThat(resumed.out())
                .contains(
                        replaces
                                ? "\nload: run " + newer.run() + " has loaded public.copied since this one staged its"
                                        + " rows, which are older; nothing was changed. Start a new run instead of"
                                        + " resuming this one\n"
                                : "\nload: run '" + newer.run() + "' has added 2 rows of the interval from"
                                        + " 2026-11-23T00:00:00Z to 2026-11-24T00:00:00Z to copied of database '"
                                        + scene.name + "' at 'host_db_1' already");
        assertThat(scene.sourceRows("SELECT count(*) FROM copied")).containsExactly("2");
    }

    /** Whoever asks for intervals again has said that rows which are appended come again. */
    @Test
    void anIntervalIsAddedOnceUnlessItIsAskedForAgain(Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE items (id integer)", "INSERT INTO items VALUES (1)", "CREATE TABLE copied (id integer)");
        String pipeline = scene.file("append.yaml", """
                name: NAME
                steps:
                - type: extract-from-rds
                  connection: host_db_1
                  database: NAME
                  sql: SELECT id FROM items WHERE '${interval.start}' < '${interval.end}'
                - {type: load-into-rds, name: load, connection: host_db_1, database: NAME, table: copied}
                """);
        String[] backfill = {"run", pipeline, "--from", "2026-11-21", "--to", "2026-11-23"};
        assertThat(Scene.tofro(backfill).code()).isZero();
        assertThat(scene.sourceRows("SELECT count(*) FROM copied")).containsExactly("2");

        Scene.Answer once = Scene.tofro("run", pipeline, "--date", "2026-11-21");
        assertThat(once.code()).as(once.toString()).isEqualTo(1);
        assertThat(once.out()).contains(" has added 1 row of the interval from 2026-11-21T00:00:00Z to ");
        assertThat(scene.sourceRows("SELECT count(*) FROM copied")).containsExactly("2");

        Scene.Answer accepted = Scene.tofro("resume", once.run(), "--accept", "again=both count");
        assertThat(accepted.code()).as(accepted.toString()).isZero();
        Scene.Answer again = Scene.tofro("run", pipeline, "--from", "2026-11-21", "--to", "2026-11-23", "--again");
        assertThat(again.code()).as(again.toString()).isZero();
        assertThat(scene.sourceRows("SELECT count(*) FROM copied")).containsExactly("5");
    }

    /** A file without types is staged as text. */
    @Test
    void aFileWithoutTypesIsLoadedWhereNoValueChanges(Scene scene) throws Exception {
        scene.source("CREATE TABLE prices (id integer, amount numeric(10,2), since date)");
        String file = scene.file("prices.csv", "1,1.239,2026-11-23\n2,1.20,2026-11-23 10:15:00\n");
        String pipeline = scene.file("prices.yaml", """
                name: NAME
                steps:
                - type: extract-from-local
                  path: %s
                  format: csv
                  columns: [{name: id}, {name: amount}, {name: since}]
                - {type: load-into-rds, name: load, connection: host_db_1, database: NAME, table: prices}
                """.formatted(Path.of(file).toAbsolutePath()));
        Scene.Answer refused = Scene.tofro("run", pipeline);
        assertThat(refused.code()).as(refused.toString()).isEqualTo(1);
        assertThat(refused.out())
                .contains("its column 'amount' is numeric with 2 decimals, which keeps numbers of at most 2 decimals,"
                        + " and 1 text for it is another; its column 'since' is date, which keeps dates such as"
                        + " 2026-11-23, and 1 text for it is another. Change the table,")
                .doesNotContain("1.239");

        scene.file("prices.csv", "1,1.230,2026-11-23\n2,1.20,2026-11-23 00:00:00\n");
        Scene.Answer loaded = Scene.tofro("run", pipeline);
        assertThat(loaded.code()).as(loaded.toString()).isZero();
        assertThat(scene.sourceRows("SELECT id, amount, since FROM prices ORDER BY id"))
                .containsExactly("1|1.23|2026-11-23", "2|1.20|2026-11-23");
    }
}
