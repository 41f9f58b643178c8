package org.tofro.connect.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.connect.transform.Attempt.column;
import static org.tofro.connect.transform.Attempt.row;
import static org.tofro.connect.transform.Attempt.table;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.files.DelimitedFormat;
import org.tofro.connect.files.Layout;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.FileContent;
import org.tofro.data.StagedFiles;

/** Programs between staged files. */
class ScriptTransformationTest {
    private static final List<ColumnChoice> COLUMNS =
            List.of(column("id", "bigint"), column("text", "varchar(100)"), column("price", "decimal(10,2)"));

    private static final List<List<@Nullable String>> ROWS = table(
            row("1", "plain", "1.50"),
            row("2", null, null),
            row("3", "", "0.00"),
            row("4", "tab\there, \"quotes\", comma", "-1.00"),
            row("5", "two\nlines and\r\na return \r", "99999999.99"),
            row("6", "NULL", "1.00"),
            row("7", "\\N", "1.00"),
            row("8", "back\\slash \\t \\", "1.00"),
            row("9", "教授 🎓 \u0001\u000b\u001f\b\f", "1.00"),
            row("10", "  spaces  ", "1.00"));

    @TempDir
    Path folder;

    private static DelimitedFormat format(Layout layout) {
        return DelimitedFormat.of(layout);
    }

    private static ScriptTransformation command(String text, TransformOutput... outputs) {
        return program(new Program.Command(text), outputs);
    }

    private static ScriptTransformation program(Program program, TransformOutput... outputs) {
        DelimitedFormat text = format(Layout.POSTGRES_TEXT);
        return new ScriptTransformation(program, List.of(), Map.of(), text, text, List.of(outputs), null);
    }

    private static TransformOutput output(ColumnChoice... columns) {
        return new TransformOutput("s", null, List.of(columns));
    }

    private static Program script(String name, String text) {
        return new Program.Script(new FileContent(name, text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void whatAScriptCopiesComesBackAsItWas(Layout layout) throws Exception {
        try (Attempt attempt = new Attempt(folder).input("a", COLUMNS, ROWS)) {
            ScriptTransformation copy = new ScriptTransformation(
                    new Program.Command("cp ${INPUT1_STAGING_DIR}/* ${OUTPUT1_STAGING_DIR}"),
                    List.of(),
                    Map.of(),
                    format(layout).withHeader(true),
                    format(layout).withHeader(true),
                    List.of(output()),
                    null);

            Transformation.Made made = attempt.make(copy);

            StagedFiles staged = made.outputs().get(0);
            assertThat(attempt.rows(staged)).isEqualTo(ROWS);
            assertThat(made.rowsIn()).isEqualTo(10);
            assertThat(staged.rowsRead()).isEqualTo(10);
            assertThat(staged.schema().columns())
                    .extracting(each -> each.name() + " " + each.type())
                    .containsExactly("id bigint", "text varchar(100)", "price decimal(10,2)");
        }
    }

    @Test
    void aScriptThatSplitsLinesAtTabsSeesARowInEachLine() throws Exception {
        try (Attempt attempt = new Attempt(folder).input("a", COLUMNS, ROWS)) {
            StagedFiles staged = attempt.make(command(
                            "cat $INPUT1_STAGING_DIR/* | awk -F'\\t' '{print NF \"\\t\" $1}' > $OUTPUT1_STAGING_DIR/x",
                            output(column("fields", "integer"), column("id", "bigint"))))
                    .outputs()
                    .get(0);

            assertThat(attempt.rows(staged)).hasSize(10).allMatch(found -> "3".equals(found.get(0)));
        }
    }

    @Test
    void severalInputsAndOutputsHaveFoldersOfTheirOwn() throws Exception {
        List<ColumnChoice> one = List.of(column("n", "integer"));
        try (Attempt attempt = new Attempt(folder)
                .input("first", one, table(row("1"), row("2")))
                .input("second", one, table(row("3")))
                .input("none", one, table())) {
            List<StagedFiles> outputs = attempt.make(command(
                            "cat $INPUT1_STAGING_DIR/* $INPUT3_STAGING_DIR/* > $OUTPUT1_STAGING_DIR/left/part\n"
                                    + "cp $INPUT2_STAGING_DIR/* $OUTPUT1_STAGING_DIR/right/\n"
                                    + "echo $INPUT2_NODE > $OUTPUT1_STAGING_DIR/names/n\n"
                                    + "touch $OUTPUT1_STAGING_DIR/names/_SUCCESS",
                            new TransformOutput("left", "left", List.of()),
                            new TransformOutput("right", "right", List.of()),
                            new TransformOutput("names", "names", List.of(column("name", "varchar(20)")))))
                    .outputs();

            assertThat(attempt.rows(outputs.get(0))).isEqualTo(table(row("1"), row("2")));
            assertThat(attempt.rows(outputs.get(1))).isEqualTo(table(row("3")));
            assertThat(attempt.rows(outputs.get(2))).isEqualTo(table(row("second")));
            assertThat(outputs).extracting(StagedFiles::step).containsExactly("left", "right", "names");
            assertThat(attempt.progress.notes())
                    .containsExactly(
                            "1 file in OUTPUT1_STAGING_DIR/names whose names begin with '.' or '_' were left out");
        }
    }

    @Test
    void inputsWithFoldersShareTheStagingFolder() throws Exception {
        List<ColumnChoice> one = List.of(column("n", "integer"));
        try (Attempt attempt = new Attempt(folder)
                .input(new TransformInput("a", 1, "left", Map.of()), one, table(row("1")))
                .input(new TransformInput("b", 1, "right", Map.of()), one, table(row("2")))) {
            StagedFiles staged = attempt.make(command(
                            "cat $INPUT1_STAGING_DIR/right/* $INPUT1_STAGING_DIR/left/* > $OUTPUT1_STAGING_DIR/x",
                            output()))
                    .outputs()
                    .get(0);

            assertThat(attempt.rows(staged)).isEqualTo(table(row("2"), row("1")));
        }
    }

    @Test
    void combinationsCanBeReadByTheirFolders() throws Exception {
        List<ColumnChoice> one = List.of(column("n", "integer"));
        try (Attempt attempt = new Attempt(folder)
                .with(Map.of("depth", "8"))
                .input(new TransformInput("t[rate=0.1]", 1, null, Map.of("rate", "0.1")), one, table(row("1")))) {
            StagedFiles staged = attempt.make(command(
                            "echo $INPUT1_COMBINATION $TOFRO_COMBINATION > $OUTPUT1_STAGING_DIR/x\n"
                                    + "grep -c 'rate=0.1' $INPUTS_FILE >> $OUTPUT1_STAGING_DIR/x",
                            output(column("said", "varchar(100)"))))
                    .outputs()
                    .get(0);

            assertThat(attempt.rows(staged)).isEqualTo(table(row("{\"rate\":\"0.1\"} {\"depth\":\"8\"}"), row("1")));
        }
    }

    @Test
    void theEnvironmentHoldsWhatIsListedAndWhatThePipelineGives() throws Exception {
        try (Attempt attempt = new Attempt(folder)) {
            ScriptTransformation transformation = new ScriptTransformation(
                    new Program.Command(
                            "env | cut -d= -f1 | sort > $OUTPUT1_STAGING_DIR/x; echo \"$1\" >> $OUTPUT1_STAGING_DIR/x"),
                    List.of("--a=b c"),
                    Map.of("GIVEN", "1"),
                    format(Layout.POSTGRES_TEXT),
                    format(Layout.POSTGRES_TEXT),
                    List.of(output(column("name", "varchar(100)"))),
                    null);

            List<List<@Nullable String>> rows =
                    attempt.rows(attempt.make(transformation).outputs().get(0));

            assertThat(rows).contains(row("GIVEN"), row("TOFRO_RUN"), row("PATH"), row("--a=b c"));
            assertThat(rows.stream().map(each -> String.valueOf(each.get(0))))
                    .allMatch(name -> name.matches(
                            "GIVEN|TOFRO_.*|(IN|OUT)PUT.*|PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR|JAVA_HOME|PWD|_"
                                    + "|SHLVL|OLDPWD|--a=b c"));
        }
    }

    @Test
    void aJavaFileRunsByTheJdkAlone() throws Exception {
        try (Attempt attempt = new Attempt(folder)) {
            Program java = script("Say.java", """
                    public class Say {
                        public static void main(String[] words) throws Exception {
                            java.nio.file.Files.writeString(
                                    java.nio.file.Path.of(System.getenv("OUTPUT1_STAGING_DIR"), "said"), "7\\n");
                        }
                    }
                    """);

            StagedFiles staged = attempt.make(program(java, output(column("n", "integer"))))
                    .outputs()
                    .get(0);

            assertThat(attempt.rows(staged)).isEqualTo(table(row("7")));
        }
    }

    @Test
    void aFolderComesWithItsScriptAndNothingStaysOfIt() throws Exception {
        try (Attempt attempt = new Attempt(folder)) {
            Program program = new Program.Folder(
                    List.of(
                            new FileContent(
                                    "bin/run",
                                    "#!/bin/sh\ncat lib/words > $OUTPUT1_STAGING_DIR/x; pwd >> $OUTPUT1_STAGING_DIR/x"
                                            .getBytes(StandardCharsets.UTF_8)),
                            new FileContent("lib/words", "hello\n".getBytes(StandardCharsets.UTF_8))),
                    "bin/run");

            List<List<@Nullable String>> rows =
                    attempt.rows(attempt.make(program(program, output(column("word", "varchar(1000)"))))
                            .outputs()
                            .get(0));

            assertThat(rows.get(0)).isEqualTo(row("hello"));
            assertThat(Path.of(String.valueOf(rows.get(1).get(0))).getParent()).doesNotExist();
        }
    }

    @Test
    void aScriptCanBeFetched() throws Exception {
        try (Attempt attempt = new Attempt(folder)) {
            Path script = Files.writeString(folder.resolve("job.sh"), "echo 5 > $OUTPUT1_STAGING_DIR/x\n");

            StagedFiles staged = attempt.make(program(
                            new Program.Stored(script.toUri().toString().replace("file:///", "file:/")),
                            output(column("n", "integer"))))
                    .outputs()
                    .get(0);

            assertThat(attempt.rows(staged)).isEqualTo(table(row("5")));
        }
    }

    @Test
    void aTimeoutEndsTheProgramAndAllThatItStarted() throws Exception {
        Path pids = folder.resolve("pids");
        try (Attempt attempt = new Attempt(folder.resolve("area")).within(Duration.ofMillis(700))) {
            ScriptTransformation slow = new ScriptTransformation(
                    new Program.Command("sh -c 'sleep 300 & echo $! >> $PIDS; wait' & echo $! >> $PIDS\n"
                            + "echo $$ >> $PIDS; trap '' TERM; sleep 300"),
                    List.of(),
                    Map.of("PIDS", pids.toString()),
                    format(Layout.CSV),
                    format(Layout.CSV),
                    List.of(),
                    null);

            assertThatThrownBy(() -> attempt.make(slow)).hasMessage("the command was ended: the step is cancelled");

            List<String> started = Files.readAllLines(pids);
            assertThat(started).hasSize(3);
            assertThat(started.stream()
                            .map(Long::valueOf)
                            .flatMap(pid -> ProcessHandle.of(pid).stream())
                            .filter(ProcessHandle::isAlive))
                    .isEmpty();
        }
    }

    /** One that was seen among the children, and one whose parent was gone before anybody looked. */
    @ParameterizedTest
    @ValueSource(strings = {"sleep 0.4", "exit 0"})
    void whatAProgramLeavesRunningIsEndedAndHoldsNobodyUp(String last) throws Exception {
        try (Attempt attempt = new Attempt(folder)) {
            long began = System.nanoTime();
            StagedFiles staged = attempt.make(command(
                            "sleep 300 & echo $! > $OUTPUT1_STAGING_DIR/x; " + last, output(column("pid", "bigint"))))
                    .outputs()
                    .get(0);

            long pid = Long.parseLong(String.valueOf(attempt.rows(staged).get(0).get(0)));
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
            assertThat(attempt.progress.notes())
                    .containsExactly("programs that the command had left running were ended");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void aChattyProgramIsNotKeptWaitingAndTheEndOfItsWordsIsShownWithoutItsSecrets() throws Exception {
        try (Attempt attempt = new Attempt(folder)) {
            ScriptTransformation chatty = new ScriptTransformation(
                    new Program.Command("seq 200000; seq 200000 >&2; echo \"password $TOKEN\" >&2; exit 9"),
                    List.of(),
                    Map.of("TOKEN", "hunter2hunter2"),
                    format(Layout.CSV),
                    format(Layout.CSV),
                    List.of(),
                    null);

            assertThatThrownBy(() -> attempt.make(chatty))
                    .hasMessageStartingWith(
                            "the command ended with exit code 9. The last that it printed to standard error:\n")
                    .hasMessageEndingWith("\n  199999\n  200000\n  password ***")
                    .satisfies(e -> assertThat(e.getMessage().lines()).hasSizeLessThan(20));
        }
    }

    @Test
    void nothingIsLeftInTheStagingAreaAfterAFailure() throws Exception {
        try (Attempt attempt = new Attempt(folder)) {
            assertThatThrownBy(() -> attempt.make(command(
                            "mkdir -p $OUTPUT1_STAGING_DIR; seq 5 > $OUTPUT1_STAGING_DIR/a/x; echo no > $OUTPUT1_STAGING_DIR/b/x",
                            new TransformOutput("a", "a", List.of(column("n", "integer"))),
                            new TransformOutput("b", "b", List.of(column("n", "integer"))))))
                    .hasMessageContaining("OUTPUT1_STAGING_DIR/b: column 'n'");

            assertThat(attempt.left()).isEmpty();
        }
    }
}
