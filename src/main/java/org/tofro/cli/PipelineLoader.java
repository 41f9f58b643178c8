package org.tofro.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.aws.AwsSecretStores;
import org.tofro.pipeline.PipelineReader;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.Variables;
import org.tofro.plan.ConnectionCheck;
import org.tofro.plan.MaskCheck;
import org.tofro.plan.Planner;
import org.tofro.plan.StepGraph;
import org.tofro.problem.Problem;
import org.tofro.problem.ProblemPrinter;
import org.tofro.problem.Problems;
import org.tofro.problem.Span;
import org.tofro.problem.Spelling;
import org.tofro.settings.Environment;
import org.tofro.settings.SecretStores;
import org.tofro.settings.SettingsReader;

/** Reads pipelines and their environment offline, and plans them. */
final class PipelineLoader {
    private static final Path FOLDER = Path.of("pipelines");

    /** What secrets can be kept in. */
    static final SecretStores SECRETS = AwsSecretStores.ofThisProcess();

    private final PipelineReader reader;
    private final Optional<Environment> environment;
    private final Problems problems;

    /** A loader for one environment, which is read at once. */
    PipelineLoader(ReadingOptions options, Problems problems) {
        this(options.runner(), options.variables(), problems);
    }

    /** A loader for one environment and for given values of expressions. */
    PipelineLoader(String runner, Variables variables, Problems problems) {
        this.problems = problems;
        this.environment = environment(runner, variables.environment(), problems);
        this.reader = new PipelineReader(types(environment, problems), variables);
    }

    private static Optional<Environment> environment(
            String runner, Function<String, @Nullable String> variables, Problems problems) {
        return SettingsReader.find(runner, Checkout.folder(), problems)
                .flatMap(file -> new SettingsReader(variables, SECRETS).read(file, problems));
    }

    /** The step types that pipelines can use in an environment. */
    static List<StepType> types(String runner, Problems problems) {
        return types(environment(runner, System::getenv, problems), problems);
    }

    private static List<StepType> types(Optional<Environment> environment, Problems problems) {
        return StepCatalogue.with(environment.map(Environment::customSteps).orElse(List.of()), problems);
    }

    /** The environment; empty where it could not be read, with a problem that says why. */
    Optional<Environment> environment() {
        return environment;
    }

    /**
     * The plan of the pipeline of that name: a file as given, else under {@code pipelines/}, in the
     * working directory or in the checkout; its ending may be left out.
     */
    Optional<StepGraph> load(String name) {
        Optional<Path> file = find(name);
        if (file.isEmpty()) {
            String hint = Spelling.nearest(name.replaceFirst("\\.ya?ml$", ""), shipped())
                    .map(meant -> "; did you mean '" + meant + "'?")
                    .orElse("");
            problems.add(Span.startOf(name), "there is no such file, neither here nor under " + FOLDER + "/" + hint);
        }
        return file.flatMap(this::load);
    }

    private Optional<StepGraph> load(Path file) {
        Optional<PipelineSpec> pipeline = reader.read(file, problems);
        pipeline.ifPresent(read -> environment.ifPresent(
                settings -> ConnectionCheck.check(read, settings.name(), settings.connectionTypes(), problems)));
        pipeline.ifPresent(read -> environment.ifPresent(settings ->
                MaskCheck.check(read, settings.name(), settings.hasMaskKey(), settings.missingForMasks(), problems)));
        pipeline.ifPresent(read -> Planner.planTeardown(read, problems));
        return pipeline.map(read -> Planner.plan(read, problems));
    }

    /** Prints what the pipelines and the environment say that has no effect, with what to do. */
    void printNotes(List<PipelineSpec> pipelines, PrintWriter err) {
        List<Problem> notes = new ArrayList<>();
        environment.ifPresent(read -> notes.addAll(read.cluster().notes()));
        pipelines.forEach(pipeline -> notes.addAll(pipeline.notes()));
        err.print(new ProblemPrinter().print(notes));
        err.flush();
    }

    /** The names of the pipelines under {@code pipelines/}, as far as their files can be read. */
    static List<String> names() {
        return files().stream().map(PipelineReader::nameOf).toList();
    }

    /** Where the pipeline of that name is; empty where there is none. */
    static Optional<Path> find(String name) {
        try {
            return Stream.of(name, name + ".yaml")
                    .flatMap(file -> Stream.of(Path.of(file), FOLDER.resolve(file)))
                    .flatMap(file -> Stream.of(file, Checkout.folder().resolve(file)))
                    .filter(Files::exists)
                    .findFirst();
        } catch (InvalidPathException impossible) {
            // It is then no file's name either.
            return Optional.empty();
        }
    }

    private static List<String> shipped() {
        return files().stream()
                .map(file -> file.getFileName().toString())
                .map(name -> name.substring(0, name.length() - ".yaml".length()))
                .toList();
    }

    private static List<Path> files() {
        try (Stream<Path> files = Files.list(
                Files.isDirectory(FOLDER) ? FOLDER : Checkout.folder().resolve(FOLDER))) {
            return files.filter(file -> file.getFileName().toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }
}
