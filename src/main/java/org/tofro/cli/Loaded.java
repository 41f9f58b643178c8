package org.tofro.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.tofro.pipeline.PipelineReader;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Variables;
import org.tofro.plan.ConnectionCheck;
import org.tofro.plan.Planner;
import org.tofro.plan.StepGraph;
import org.tofro.problem.ProblemPrinter;
import org.tofro.problem.Problems;
import org.tofro.settings.Environment;
import org.tofro.settings.Settings;
import org.tofro.settings.SettingsReader;
import org.tofro.steps.StepTypes;

/**
 * A pipeline and its environment, read and found good.
 *
 * @param graph the plan
 * @param settings the environment, stand-ins not yet served
 * @param connections names of the connections that the pipeline needs
 */
record Loaded(StepGraph graph, Settings settings, TreeSet<String> connections) {

    /**
     * Reads both files.
     *
     * @throws InvalidInputException with every problem of both, where there is one
     */
    static Loaded of(String pipeline, String runner, Variables variables) {
        Problems problems = new Problems();
        Optional<Environment> environment = SettingsReader.find(runner, problems)
                .flatMap(file -> new SettingsReader(System::getenv).read(file, problems));
        Optional<PipelineSpec> spec =
                new PipelineReader(StepTypes.ALL, variables).read(find(pipeline), problems);
        Optional<StepGraph> graph = spec.map(read -> Planner.plan(read, problems));
        Optional<Settings> settings = environment.flatMap(read -> spec.map(known -> {
            ConnectionCheck.check(known, read.name(), read.connectionTypes(), problems);
            return read.settingsFor(ConnectionCheck.used(known), problems);
        }));
        if (!problems.isEmpty() || graph.isEmpty() || settings.isEmpty()) {
            throw new InvalidInputException(
                    new ProblemPrinter().print(problems.all()).stripTrailing());
        }
        return new Loaded(
                graph.get(), settings.get(), new TreeSet<>(ConnectionCheck.used(spec.get())));
    }

    /** A pipeline's file: as given, else under {@code pipelines/}, with or without its ending. */
    static Path find(String pipeline) {
        List<Path> places = new ArrayList<>();
        try {
            for (String name : List.of(pipeline, pipeline + ".yaml")) {
                places.add(Path.of(name));
                places.add(Path.of("pipelines", name));
                places.add(Checkout.folder().resolve("pipelines").resolve(name));
            }
        } catch (InvalidPathException e) {
            throw new InvalidInputException("'" + pipeline + "' is no path of a file");
        }
        return places.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "there is no pipeline '" + pipeline + "': neither a file of that name nor one under pipelines/"));
    }

    /** What tells this plan from another one: the text, and all that it refers to. */
    String planHash() {
        StringBuilder all = new StringBuilder(graph.pipeline().text());
        graph.steps().forEach(step -> all.append('\n').append(step.step()));
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(all.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
