package org.tofro.connect.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tofro.connect.transform.Attempt.column;
import static org.tofro.connect.transform.Attempt.row;
import static org.tofro.connect.transform.Attempt.table;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.cli.GoldenFile;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.files.DelimitedFormat;
import org.tofro.connect.files.Layout;
import org.tofro.data.FileContent;

/** What can be wrong with a program and with what it writes, and the sentence that is said of it. */
class ScriptErrorsTest {
    private static final Path TABLE = Path.of("test-data/transforms/script-errors.txt");

    @TempDir
    Path folder;

    private int cases;

    private static Program script(String name, String text) {
        return new Program.Script(new FileContent(name, text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, Program> programs() {
        Map<String, Program> programs = new LinkedHashMap<>();
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("it ends with an exit code", "echo working; echo 'KeyError: price' >&2; exit 3");
        commands.put("it ends with an exit code and prints to standard output only", "echo sorry; exit 3");
        commands.put("it ends with an exit code and prints nothing", "exit 3");
        commands.put("it is killed", "kill -9 $$");
        commands.put("a program in it is not there", "no_such_program 2>/dev/null");
        commands.put("a program in it is not executable", "echo x > y; ./y 2>/dev/null");
        commands.put("it writes no file", "true");
        commands.put("it writes too few values", "printf 'a\\t1\\nb\\n' > $OUTPUT1_STAGING_DIR/part-0");
        commands.put("it writes too many values", "printf 'a\\t1\\t2\\n' > $OUTPUT1_STAGING_DIR/part-0");
        commands.put("it writes an empty line", "printf 'a\\t1\\n\\nb\\t2\\n' > $OUTPUT1_STAGING_DIR/part-0");
        commands.put("it writes a word for a number", "printf 'a\\tone\\nb\\t1.5\\n' > $OUTPUT1_STAGING_DIR/part-0");
        commands.put("it writes a text that is too long", "printf 'abcdefghijk\\t1\\n' > $OUTPUT1_STAGING_DIR/part-0");
        commands.put("it writes what is not UTF-8", "printf '\\377\\t1\\n' > $OUTPUT1_STAGING_DIR/part-0");
        commands.put("it writes half of an escape", "printf 'a\\\\' > $OUTPUT1_STAGING_DIR/part-0");
        commands.forEach((name, command) -> programs.put(name, new Program.Command(command)));
        programs.put("its interpreter is not there", script("train.rb", "#!/usr/bin/env no-such-ruby\nputs 1\n"));
        programs.put("its interpreter's file is not there", script("train.rb", "#!/opt/no-such/ruby\nputs 1\n"));
        programs.put("nothing says what runs it", script("train.rb", "puts 1\n"));
        programs.put("its first line ends in a carriage return", script("train.sh", "#!/bin/sh\r\necho 1\r\n"));
        programs.put("it is fetched and not there", new Program.Stored("file:/no-such-folder/train.sh"));
        return programs;
    }

    @Test
    void eachHasItsSentence() throws Exception {
        StringBuilder table = new StringBuilder();
        for (Map.Entry<String, Program> program : programs().entrySet()) {
            TransformOutput output =
                    new TransformOutput("s", null, List.of(column("name", "varchar(10)"), column("n", "integer")));
            table.append(program.getKey() + ":\n" + message(program.getValue(), List.of(output)) + "\n\n");
        }
        Program stray = new Program.Command("mkdir $OUTPUT1_STAGING_DIR/c; touch $OUTPUT1_STAGING_DIR/c/x");
        table.append("it writes beside the folders of its outputs:\n"
                + message(
                        stray,
                        List.of(new TransformOutput("a", "a", List.of()), new TransformOutput("b", "b", List.of())))
                + "\n\n");
        Program copy = new Program.Command("cp $INPUT1_STAGING_DIR/* $OUTPUT1_STAGING_DIR/x");
        table.append("its columns are not known:\n" + message(copy, List.of(new TransformOutput("s", null, List.of())))
                + "\n");

        GoldenFile.check(TABLE, table.toString());
    }

    private String message(Program program, List<TransformOutput> outputs) throws Exception {
        DelimitedFormat text = DelimitedFormat.of(Layout.POSTGRES_TEXT);
        ScriptTransformation transformation =
                new ScriptTransformation(program, List.of(), Map.of(), text, text, outputs, null);
        Path area = folder.resolve(String.valueOf(++cases));
        try (Attempt attempt = new Attempt(area)
                .input("a", List.of(column("x", "integer")), table(row("1")))
                .input("b", List.of(column("y", "integer")), table(row("1")))) {
            attempt.make(transformation);
            throw new AssertionError("no error: " + program);
        } catch (ExtractException e) {
            assertThat(e.transientTrouble()).isFalse();
            String message = String.valueOf(e.getMessage());
            return message.replaceAll("in its PATH \\([^)]*\\)", "in its PATH (...)");
        }
    }
}
