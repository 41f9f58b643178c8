package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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

        assertThat(resumed.code()).as(resumed.toString()).isEqualTo(replaces ? 1 : 0);
        if (replaces) {
            assertThat(resumed.out())
                    .contains("\nload: run " + newer.run() + " has loaded public.copied since this one staged its rows,"
                            + " which are older; nothing was changed. Start a new run instead of resuming this one\n");
        }
        assertThat(scene.sourceRows("SELECT count(*) FROM copied")).containsExactly(replaces ? "2" : "3");
    }
}
