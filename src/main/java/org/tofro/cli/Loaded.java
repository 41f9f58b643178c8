package org.tofro.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Variables;
import org.tofro.plan.ConnectionCheck;
import org.tofro.plan.StepGraph;
import org.tofro.problem.ProblemPrinter;
import org.tofro.problem.Problems;
import org.tofro.report.RunRequest;
import org.tofro.settings.Environment;
import org.tofro.settings.Housekeeping;
import org.tofro.settings.Notification;
import org.tofro.settings.Settings;

/**
 * A pipeline and its environment, read and found good.
 *
 * @param graph the plan
 * @param settings the environment, stand-ins not yet served
 * @param connections names of the connections that the pipeline needs
 * @param housekeeping what becomes of what its runs leave behind
 * @param notifications who is told how a run ends: as the pipeline says, else as the environment does
 */
record Loaded(
        StepGraph graph,
        Settings settings,
        Set<String> connections,
        Housekeeping housekeeping,
        List<Notification> notifications) {

    /**
     * Reads both files.
     *
     * @throws InvalidInputException with every problem of both, where there is one
     */
    static Loaded of(String pipeline, String runner, Variables variables) {
        Problems problems = new Problems();
        PipelineLoader loader = new PipelineLoader(runner, variables, problems);
        return of(loader, loader.load(pipeline), problems);
    }

    /** What a loader has read; throws as {@link #of(String, String, Variables)} does. */
    static Loaded of(PipelineLoader loader, Optional<StepGraph> graph, Problems problems) {
        Set<String> connections = new TreeSet<>(
                graph.map(plan -> ConnectionCheck.used(plan.pipeline())).orElse(Set.of()));
        Optional<Settings> settings =
                loader.environment().map(environment -> environment.settingsFor(connections, problems));
        if (!problems.isEmpty() || graph.isEmpty() || settings.isEmpty()) {
            throw invalid(problems);
        }
        List<Notification> own = graph.get().pipeline().rules().notifications();
        return new Loaded(
                graph.get(),
                settings.get(),
                connections,
                loader.environment().map(Environment::housekeeping).orElse(Housekeeping.DEFAULT),
                own != null
                        ? own
                        : loader.environment().map(Environment::notifications).orElse(List.of()));
    }

    /** An environment without a pipeline, for commands that work on some of its connections. */
    static Settings settings(String runner, List<String> connections) {
        Problems problems = new Problems();
        Variables variables = new Variables(Map.of(), Interval.ofDay(LocalDate.EPOCH), System::getenv);
        Optional<Settings> settings = new PipelineLoader(runner, variables, problems)
                .environment()
                .map(environment -> environment.settingsFor(connections, problems));
        if (!problems.isEmpty() || settings.isEmpty()) {
            throw invalid(problems);
        }
        return settings.get();
    }

    /** What becomes of what runs leave behind in an environment that {@link #settings} has found good. */
    static Housekeeping housekeeping(String runner) {
        Variables variables = new Variables(Map.of(), Interval.ofDay(LocalDate.EPOCH), System::getenv);
        return new PipelineLoader(runner, variables, new Problems())
                .environment()
                .map(Environment::housekeeping)
                .orElse(Housekeeping.DEFAULT);
    }

    static InvalidInputException invalid(Problems problems) {
        return new InvalidInputException(
                new ProblemPrinter().print(problems.all()).stripTrailing());
    }

    /** What is asked for in a run of it, for the state area; the parameters are those of the request. */
    RunRequest request(
            String run,
            String runner,
            Interval interval,
            @Nullable String date,
            Map<String, String> variables,
            boolean backfill,
            @Nullable Long limit,
            Instant now) {
        PipelineSpec spec = graph.pipeline();
        return new RunRequest(
                run,
                spec.name(),
                spec.file().toString(),
                spec.text(),
                planHash(),
                runner,
                interval.start(),
                interval.end(),
                date,
                variables,
                backfill,
                limit,
                now);
    }

    /** What tells this plan from another one: the text, and all that it refers to, wherever they are. */
    String planHash() {
        Path folder = graph.pipeline().file().getParent();
        String place = folder == null ? "" : folder + folder.getFileSystem().getSeparator();
        StringBuilder all = new StringBuilder(graph.pipeline().text());
        graph.steps()
                .forEach(step -> all.append('\n').append(step.step().toString().replace(place, "")));
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(all.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
