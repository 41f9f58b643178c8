package org.tofro.cli;

import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.tofro.report.ReportStore;
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
        ResumedRun.demandId(run);
        ReportStore store = LaunchSite.look(Loaded.settings(bundle.runner(runner), List.of()), err)
                .store();
        ResumedRun found = ResumedRun.find(store, run);
        if (found.isDone(new PrintedReport(store, options.output, out, err), ResumeLine.here(run, runner))) {
            return ExitCode.OK.code();
        }
        Loaded loaded = Loaded.of(bundle.pipeline(found.request().file()), bundle.runner(runner), found.variables());
        if (!edited) {
            found.demandUnedited(loaded);
        }
        try (HostPlaces places = HostPlaces.of(loaded.settings().limits(), err::println)) {
            return new Launch(LaunchSite.of(loaded, places, bundle.askedAt(), err), Clock.systemUTC(), out, err)
                    .launch(LaunchOrder.of(loaded, found.request(), found.accepted(options), options));
        }
    }
}
