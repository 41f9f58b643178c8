package org.tofro.connect.transform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.files.DelimitedFormat;
import org.tofro.connect.files.UnstageRows;
import org.tofro.connect.program.WorkFolder;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.FileContent;
import org.tofro.data.StagedFiles;
import org.tofro.settings.S3Connection;

/**
 * Runs a program that finds its inputs as plain files in folders and leaves its outputs so. The folders are on the local
 * disk of the machine that runs it, uncompressed, and are removed on every way out.
 *
 * @param program what is run
 * @param arguments what it is given
 * @param environment what it finds in its environment, beside what every program does
 * @param input how its inputs are written
 * @param output how its outputs are read
 * @param outputs what it stages; none where it stages nothing
 * @param s3 how a script on S3 is fetched; null for AWS's own defaults
 */
public record ScriptTransformation(
        Program program,
        List<String> arguments,
        Map<String, String> environment,
        DelimitedFormat input,
        DelimitedFormat output,
        List<TransformOutput> outputs,
        @Nullable S3Connection s3)
        implements Transformation {
    public ScriptTransformation {
        arguments = List.copyOf(arguments);
        environment = new LinkedHashMap<>(environment);
        outputs = List.copyOf(outputs);
    }

    @Override
    public Made make(Given given) throws Exception {
        Parts parts = given.area().parts(given.path(), given.progress().storedBytes());
        try (WorkFolder work = WorkFolder.open("transforms")) {
            List<Path> inputs = writeInputs(given, work);
            Path staging = outputs.isEmpty() ? null : work.make("output1");
            List<Path> folders = new ArrayList<>();
            for (TransformOutput each : outputs) {
                String folder = each.folder();
                folders.add(folder == null ? work.make("output1") : work.make("output1/" + folder));
            }
            run(given, work, inputs, staging);
            given.progress().phase("staging");
            OutputStaging outputStaging = new OutputStaging(given, parts, output);
            List<StagedFiles> staged = new ArrayList<>();
            demandNoStrays(staging, folders);
            for (int i = 0; i < folders.size(); i++) {
                staged.add(outputStaging.stage(outputs.get(i), folders.get(i)));
            }
            return new Made(
                    staged,
                    given.inputs().stream()
                            .mapToLong(each -> each.files().rows())
                            .sum());
        } catch (Exception e) {
            parts.discard();
            throw String.valueOf(e.getMessage()).contains("No space left on device") ? Room.full(e) : e;
        }
    }

    private List<Path> writeInputs(Given given, WorkFolder work) throws IOException {
        List<Path> folders = new ArrayList<>();
        Map<String, Integer> sharers = new HashMap<>();
        given.inputs().forEach(each -> sharers.merge(place(each.input()), 1, Integer::sum));
        for (InputFiles each : given.inputs()) {
            given.progress().phase("writing the files of " + each.input().node());
            Room.demand(work);
            String folderName = place(each.input());
            // Each has files of the same names.
            boolean shared = sharers.getOrDefault(folderName, 0) > 1;
            Path folder = work.make(folderName + (shared ? "/" + (folders.size() + 1) : ""));
            new UnstageRows(given.area(), each.files(), input, given.cancellation()).into(folder);
            folders.add(folder);
        }
        return folders;
    }

    private static String place(TransformInput input) {
        return "input" + input.number() + (input.folder() == null ? "" : "/" + input.folder());
    }

    private void run(Given given, WorkFolder work, List<Path> inputs, @Nullable Path staging) throws Exception {
        Map<String, String> variables = ScriptEnvironment.of(given, work, inputs, staging, environment);
        Path directory = work.make("program");
        List<String> words = words(directory, variables.getOrDefault("PATH", ""));
        given.progress().phase("running");
        new ScriptProcess(program.shown(), variables, environment)
                .run(words, directory, work, given.progress(), given.cancellation());
    }

    /** Puts the program where it is to run, and says how it is started. */
    private List<String> words(Path directory, String path) throws IOException {
        List<String> words = new ArrayList<>();
        if (program instanceof Program.Command command) {
            words.addAll(List.of("sh", "-c", command.text(), "sh"));
        } else if (program instanceof Program.Script script) {
            words.addAll(Interpreter.words(script.file(), install(directory, script.file()), path));
        } else if (program instanceof Program.Folder folder) {
            FileContent main = null;
            for (FileContent file : folder.files()) {
                install(directory, file);
                main = file.path().equals(folder.script()) ? file : main;
            }
            if (main == null) {
                throw ExtractException.permanent("the folder has no file '" + folder.script() + "'");
            }
            words.addAll(Interpreter.words(main, directory.resolve(main.path()), path));
        } else {
            FileContent fetched = fetch(((Program.Stored) program).uri());
            words.addAll(Interpreter.words(fetched, install(directory, fetched), path));
        }
        words.addAll(arguments);
        return words;
    }

    private static Path install(Path directory, FileContent file) throws IOException {
        Path target = directory.resolve(file.path()).normalize();
        if (!target.startsWith(directory)) {
            throw ExtractException.permanent("'" + file.path() + "' is no name of a file in a folder");
        }
        Files.createDirectories(target.getParent());
        Files.write(target, file.bytes());
        target.toFile().setExecutable(true);
        return target;
    }

    private FileContent fetch(String uri) {
        int slash = uri.lastIndexOf('/');
        String name = uri.substring(slash + 1);
        try (StagingArea area = StagingArea.open(uri.substring(0, slash + 1), s3)) {
            return area.read(name)
                    .map(bytes -> new FileContent(name, bytes))
                    .orElseThrow(() -> ExtractException.permanent("there is no script '" + uri + "'"));
        }
    }

    /** A file beside the folders of several outputs belongs to none of them. */
    private void demandNoStrays(@Nullable Path staging, List<Path> folders) throws IOException {
        if (staging == null || folders.contains(staging)) {
            return;
        }
        try (var all = Files.walk(staging)) {
            List<String> strays = all.filter(Files::isRegularFile)
                    .filter(file -> folders.stream().noneMatch(file::startsWith))
                    .map(file -> staging.relativize(file).toString())
                    .sorted()
                    .toList();
            if (!strays.isEmpty()) {
                throw ExtractException.permanent("'" + strays.get(0)
                        + "' in OUTPUT1_STAGING_DIR is in none of the folders "
                        + String.join(
                                ", ",
                                outputs.stream().map(TransformOutput::node).toList())
                        + ", so it belongs to no output");
            }
        }
    }
}
