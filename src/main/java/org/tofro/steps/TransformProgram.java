package org.tofro.steps;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.files.DelimitedFormat;
import org.tofro.connect.files.Layout;
import org.tofro.connect.transform.Interpreter;
import org.tofro.connect.transform.Program;
import org.tofro.data.FileContent;
import org.tofro.pipeline.Fields;

/**
 * A program that a transform runs.
 *
 * @param program what it is; null where the transform runs none
 * @param arguments what it is given
 * @param environment what it finds in its environment
 * @param input how its inputs are written
 * @param output how its outputs are read
 */
public record TransformProgram(
        @Nullable Program program,
        List<String> arguments,
        Map<String, String> environment,
        DelimitedFormat input,
        DelimitedFormat output) {
    private static final List<String> OWN_FIELDS =
            List.of("script_arguments", "environment", "format", "output_format", "header");

    static TransformProgram read(Fields fields) {
        String command = fields.field(
                        "command",
                        "A command for `sh`; `${NAME}` in it is the shell's, `${var:name}` and the like are Tofro's.")
                .optionalCommand();
        FileContent script = fields.field(
                        "script", "A script beside the pipeline's file: its first line says what runs it, or its name.")
                .optionalFile();
        List<FileContent> folder = fields.field(
                        "script_directory", "A folder beside the pipeline's file, with a script and what it needs.")
                .folder();
        String name =
                fields.field("script_name", "The script in `script_directory`.").optionalText();
        String uri = fields.field(
                        "script_uri", "A script on S3, or in a folder of the machine: `s3://...`, `file:/...`.")
                .optionalText();
        List<String> arguments = fields.field(
                        "script_arguments", "What the script is given; a mapping `k: v` becomes `--k=v`.")
                .arguments();
        Map<String, String> environment = fields.field(
                        "environment", "Variables that the script finds in its environment, beside the usual ones.")
                .texts();
        checkEnvironment(fields, environment);
        String format = fields.field(
                        "format",
                        "How the script finds its inputs and writes its output: tabs, a row in each line, and `\\N` for"
                                + " NULL; tabs, a backslash before what is special, and the text `NULL`, as Dataduct's"
                                + " scripts do; or commas and quotes, and nothing at all for NULL.")
                .choice(Layout.POSTGRES_TEXT.word(), Layout.TSV.word(), Layout.CSV.word());
        String outputFormat = fields.field("output_format", "How it writes its output, where that differs.")
                .optionalText();
        boolean header = fields.field("header", "Whether the first line of each file names the columns.")
                .flagOr(false);
        return new TransformProgram(
                program(fields, command, script, folder, name, uri),
                arguments,
                environment,
                DelimitedFormat.of(Layout.of(format)).withHeader(header),
                DelimitedFormat.of(outputLayout(fields, format, outputFormat)).withHeader(header));
    }

    private static Layout outputLayout(Fields fields, String format, @Nullable String outputFormat) {
        String word = outputFormat == null ? format : outputFormat;
        for (Layout layout : Layout.values()) {
            if (layout.word().equals(word)) {
                return layout;
            }
        }
        fields.problem("output_format", "'output_format' takes postgres-text, tsv or csv, not '" + word + "'");
        return Layout.POSTGRES_TEXT;
    }

    private static void checkEnvironment(Fields fields, Map<String, String> environment) {
        for (String name : environment.keySet()) {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                fields.problem("environment", "'" + name + "' is no name of a variable: letters, digits and '_'");
            } else if (name.matches("(INPUT|OUTPUT)[0-9]+_.*|TOFRO_.*|INPUTS_FILE")) {
                fields.problem("environment", "'" + name + "' is set by Tofro; choose another name");
            }
        }
    }

    private static @Nullable Program program(
            Fields fields,
            @Nullable String command,
            @Nullable FileContent script,
            List<FileContent> folder,
            @Nullable String name,
            @Nullable String uri) {
        if (name != null && !fields.has("script_directory")) {
            fields.problem("script_name", "'script_name' names the script in 'script_directory', which is not given");
        }
        if (command != null) {
            return new Program.Command(command);
        }
        if (script != null) {
            complain(fields, "script", script);
            return new Program.Script(script);
        }
        if (fields.has("script_directory")) {
            return new Program.Folder(folder, main(fields, folder, name));
        }
        if (uri != null) {
            if (!uri.matches("(s3://[^/]+/|file:/).*[^/]")) {
                fields.problem("script_uri", "'script_uri' takes s3://bucket/key or file:/path, not '" + uri + "'");
            }
            return new Program.Stored(uri);
        }
        return null;
    }

    private static String main(Fields fields, List<FileContent> folder, @Nullable String name) {
        if (name == null) {
            fields.problem("script_directory", "'script_directory' needs 'script_name', the script in it that is run");
            return "?";
        }
        folder.stream()
                .filter(file -> file.path().equals(name))
                .findFirst()
                .ifPresentOrElse(file -> complain(fields, "script_name", file), () -> {
                    if (!folder.isEmpty()) {
                        fields.problem("script_name", "the folder of 'script_directory' has no file '" + name + "'");
                    }
                });
        return name;
    }

    private static void complain(Fields fields, String field, FileContent script) {
        Interpreter.complaint(script).ifPresent(complaint -> fields.problem(field, complaint));
    }

    /** Reports fields of a program that is not there. */
    void demandNone(Fields fields, String instead) {
        for (String field : OWN_FIELDS) {
            if (fields.has(field)) {
                fields.problem(
                        field, "'" + field + "' is for a program, and here it is '" + instead + "' that is given");
            }
        }
    }

    /** How the plan says it. */
    String shown() {
        String arguments =
                this.arguments.size() == 1 ? " with 1 argument" : " with " + this.arguments.size() + " arguments";
        return "runs " + Objects.requireNonNull(program).shown() + (this.arguments.isEmpty() ? "" : arguments);
    }

    /** How the plan says what its files look like. */
    String files() {
        String header = input.header() ? " with a header" : "";
        String in = input.layout().word();
        String out = output.layout().word();
        return "its files are " + in + header
                + (in.equals(out) ? "" : ", and " + out + header + " when it writes them");
    }
}
