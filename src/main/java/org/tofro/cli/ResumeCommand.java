package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Variables;
import org.tofro.problem.Spelling;
import org.tofro.report.ReportStore;
import org.tofro.report.RunIndex;
import org.tofro.report.RunReport;
import org.tofro.report.RunRequest;
import org.tofro.run.BeamOptions;
import org.tofro.run.HostPlaces;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Goes on with a run that did not end well: what its finished steps have committed is not done again. */
@Command(
        name = "resume",
        description = "Go on with a run from where it stopped; what its finished steps committed is not done again.",
        mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;

    @Parameters(paramLabel = "RUN", description = "The run's id, as its report gives it.")
    private String run = "";

    @Mixin
    private RunOptions options = new RunOptions();

    @Option(
            names = "--runner",
            paramLabel = "NAME",
            description = "The environment that the run was started with. Default: ${DEFAULT-VALUE}.",
            defaultValue = "local")
    private String runner = "local";

    @Mixin
    private BundleOptions bundle = new BundleOptions();

    @Option(names = "--edited", description = "Go on though the pipeline was edited since the run started.")
    private boolean edited;

    ResumeCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws Exception {
        return bundle.in(this::resume);
    }

    private int resume() throws Exception {
        BeamOptions.prepare();
        options.check();
        options.submission = bundle.submission();
        if (!run.matches("[A-Za-z0-9_.-]+")) {
            throw new InvalidInputException(
                    "'" + run + "' is no run's id; one looks like instructors-20261123T063000-1a2b");
        }
        ReportStore store = LaunchSite.look(Loaded.settings(bundle.runner(runner), List.of()), err)
                .store();
        Optional<RunRequest> found;
        Optional<RunReport> report;
        List<String> known = List.of();
        try {
            found = store.readRequest(run);
            if (found.isEmpty()) {
                known = new RunIndex(store).runIds();
            }
            report = store.readReport(run);
        } catch (IOException e) {
            throw new FailedException("cannot read the state area " + store.area() + ": " + e.getMessage());
        }
        if (found.isEmpty()) {
            throw new InvalidInputException("the state area " + store.area() + " knows no run '" + run + "'"
                    + Spelling.nearest(run, known)
                            .map(meant -> "; did you mean '" + meant + "'?")
                            .orElse("; is --runner the one that it was started with?"));
        }
        RunRequest request = found.get();
        if (report.isPresent() && report.get().result() == RunReport.Result.SUCCEEDED) {
            err.println("run " + run + " has succeeded already; nothing to resume");
            new PrintedReport(store, options.output, out, err).print(report.get(), ResumeLine.here(run, runner));
            return ExitCode.OK.code();
        }
        Variables variables = new Variables(
                request.variables(), new Interval(request.intervalStart(), request.intervalEnd()), System::getenv);
        Loaded loaded = Loaded.of(bundle.pipeline(request.file()), bundle.runner(runner), variables);
        demandUnedited(request, loaded);
        Map<String, String> accepted =
                new TreeMap<>(report.map(RunReport::accepted).orElse(Map.of()));
        accepted.putAll(options.accepted);
        try (HostPlaces places = HostPlaces.of(loaded.settings().limits(), err::println)) {
            return new Launch(LaunchSite.of(loaded, places, Instant.now(), err), Clock.systemUTC(), out, err)
                    .launch(LaunchOrder.of(loaded, request, accepted, options));
        }
    }

    private void demandUnedited(RunRequest request, Loaded loaded) {
        if (edited || loaded.planHash().equals(request.planHash())) {
            return;
        }
        String now = loaded.graph().pipeline().text();
        String change = now.equals(request.text())
                ? "  (the pipeline's file is as it was; a file or variable that it refers to was changed)"
                : LineDiff.of(request.text(), now);
        throw new InvalidInputException(request.file() + " was edited since run " + run + " started:\n" + change
                + "\nGo on with the edited pipeline by --edited, or start a new run");
    }
}
