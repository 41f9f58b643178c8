package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.steps.StepTypes;

/** A step of a user's own is a step like others: in the reference, in plans, in problems and in runs. */
@ExtendWith(TestCheckout.EndToEnd.class)
class CustomStepsTest {
    private static String runner(Scene scene) throws IOException {
        return scene.runner(
                "own.yaml",
                "connections:",
                "custom_steps:\n- {class_name: org.example.ExportToFile, step_type: export}\nconnections:");
    }

    @Test
    void itStandsInTheReference(Scene scene) throws Exception {
        CommandRun one = CommandRun.of(new StepsCommand(), "export", "--runner", runner(scene));
        assertThat(one.err()).isEmpty();
        assertThat(one.out()).isEqualTo("""
                ### export

                Writes the rows of staged files to a file of this machine, with tabs between their values.
                Takes the files of an earlier step.

                | field | takes | default | meaning |
                |---|---|---|---|
                | `path` | a text | required | The file; it takes the place of one that is there. |
                | `header` | true or false | `true` | Whether the first line has the columns' names. |
                """);
        CommandRun all = CommandRun.of(new StepsCommand(), "--runner", runner(scene));
        assertThat(all.out())
                .contains("### export\n")
                .contains("### " + StepTypes.ALL.get(0).name() + "\n");
        assertThat(CommandRun.of(new StepsCommand(), "--runner", "lcal"))
                .isEqualTo(new CommandRun(
                        2, "", "runners/lcal.yaml:1:1: there is no environment 'lcal'; did you mean 'local'?\n"));
    }

    @Test
    void itIsPlannedCheckedAndRun(Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE items (id integer PRIMARY KEY, name varchar(40))",
                "INSERT INTO items VALUES (1, E'tab\\there'), (2, NULL), (3, '')");
        Path target = TestCheckout.FOLDER.resolve("files").resolve(scene.name).resolve("items.tsv");
        String text = """
                name: NAME
                steps:
                - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, table: items}
                - {type: export, name: out, path: %s}
                """;
        String pipeline = scene.file("own-pipeline.yaml", text.formatted(target));
        String runner = runner(scene);

        assertThat(Scene.tofro("plan", pipeline, "--runner", runner).out()).endsWith("""
                out: export
                  takes the files of extract
                  writes %s
                  waits for extract: it stages the files that are taken here
                """.formatted(target));
        Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", runner);
        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(Files.readAllLines(target)).isEqualTo(List.of("id\tname", "1\ttab\\there", "2\t\\N", "3\t"));
        assertThat(Scene.step(Scene.report(answer.run()), "out").get("rowsOut").asLong())
                .isEqualTo(3);

        String wrong = scene.file("wrong.yaml", text.formatted("items.csv"));
        assertThat(Scene.tofro("validate", wrong, "--runner", runner))
                .extracting(Scene.Answer::code)
                .isEqualTo(2);
        Scene.Answer without = Scene.tofro("validate", pipeline);
        assertThat(without.err()).contains("there is no step type 'export'");

        Files.delete(target);
        Files.createDirectory(target);
        Scene.Answer refused = Scene.tofro("run", pipeline, "--runner", runner);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out() + refused.err()).contains("'" + target + "' is a folder; name a file in it");
    }
}
