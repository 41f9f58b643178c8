package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.data.RunContext;
import org.tofro.local.Stack;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Schedule;
import org.tofro.report.ProgressPrinter;
import org.tofro.report.ReportStore;
import org.tofro.report.ReportTable;
import org.tofro.report.RunIndex;
import org.tofro.report.RunReport;
import org.tofro.report.RunRequest;
import org.tofro.run.BusyException;
import org.tofro.run.DueIntervals;
import org.tofro.run.LiveSteps;
import org.tofro.run.PipelineRun;
import org.tofro.run.RunLease;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/** One launch of a run from the command line: stand-ins up, the graph run with live figures, the report printed. */
final class Launch {
    /** Among so many runs the last success is looked for, after which intervals are caught up. */
    private static final int RUNS_SINCE_SUCCESS = 1_000;

    private final Settings settings;
    private final BeamSetup beam;
    private final ReportStore store;
    private final PrintStream out;
    private final PrintStream err;

    private Launch(Settings settings, BeamSetup beam, PrintStream out, PrintStream err) {
        this.settings = settings;
        this.beam = beam;
        this.store = new ReportStore(settings.stateArea());
        this.out = out;
        this.err = err;
    }

    /** Serves the stand-ins that the pipeline needs and starts to set Beam up. */
    static Launch prepare(Settings settings, java.util.Set<String> connections, PrintStream out, PrintStream err) {
        java.util.Set<String> needed = new java.util.TreeSet<>(connections);
        settings.warehouse().map(RedshiftConnection::name).ifPresent(needed::add);
        Optional.ofNullable(settings.stagingS3()).map(S3Connection::name).ifPresent(needed::add);
        Settings served = Stack.serve(settings, needed, Checkout.folder(), err::println);
        return new Launch(served, BeamSetup.start(served), out, err);
    }

    /** The state area, once it can be used. */
    ReportStore store() {
        beam.get();
        return store;
    }

    /** What is due of the pipeline by its schedule. */
    DueIntervals due(PipelineSpec pipeline, Instant now) {
        Schedule schedule = pipeline.schedule();
        if (schedule == null) {
            throw new InvalidInputException(pipeline.file() + " has no 'schedule', so nothing of it is ever due");
        }
        try {
            Interval last = schedule.intervalOf(schedule.previous(now));
            RunIndex index = new RunIndex(store());
            return DueIntervals.of(
                    schedule,
                    schedule.catchUp() == Schedule.CatchUp.ALL
                            ? index.latestRuns(pipeline.name(), RUNS_SINCE_SUCCESS)
                            : index.within(pipeline.name(), last.start(), last.end()),
                    now);
        } catch (IOException e) {
            throw new FailedException(
                    "cannot look in the state area " + settings.stateArea() + " what has been run: " + e.getMessage());
        }
    }

    /** Launches the run and prints its report; the exit code tells how it ended. */
    int launch(Loaded loaded, RunRequest request, Map<String, String> accepted, RunOptions options)
            throws BusyException, RunLease.LeaseException, InterruptedException {
        String name = request.limit() == null ? request.pipeline() : request.pipeline() + "_trial";
        RedshiftConnection warehouse = settings.warehouse()
                .orElseThrow(() -> new InvalidInputException("runner '" + settings.name()
                        + "' has no connection of type redshift; a run keeps its lease and records in one"));
        RunLease lease = new WarehouseLease(warehouse, name, settings.limits().leaseSeconds());
        RunningSteps running =
                RunningSteps.of(request.run()).limitedTo(settings.limits().maxParallelSteps());
        LiveSteps live = new LiveSteps(running::progress, running::cancel);
        err.println("run " + request.run());
        try (PipelineRun run = new PipelineRun(
                loaded.graph(),
                settings,
                beam,
                lease,
                live,
                reason -> err.println("ending the run: " + reason + "; to go on with it later: "
                        + resume(request.run(), request.runner())))) {
            RunReport report;
            try (ProgressPrinter progress = new ProgressPrinter(err, onTerminal(), running::progress)) {
                report = run.launch(
                        request,
                        token -> {
                            demandStarting(request.pipeline(), options);
                            return new RunContext(
                                    name,
                                    request.run(),
                                    token,
                                    request.intervalStart(),
                                    request.intervalEnd(),
                                    request.limit() == null
                                            ? RunContext.OptionalLimit.NONE
                                            : new RunContext.OptionalLimit(request.limit()),
                                    accepted);
                        },
                        revision(Path.of(request.file())));
            }
            print(report, options.output, request.runner());
            out.flush();
            return report.result() == RunReport.Result.SUCCEEDED ? ExitCode.OK.code() : ExitCode.FAILED.code();
        } catch (PipelineRun.StateAreaException e) {
            throw new FailedException("cannot write to the state area " + settings.stateArea() + ": "
                    + e.getMessage() + ". Look at state_area and the S3 connection of runner '" + settings.name()
                    + "', then "
                    + (e.resumable()
                            ? "go on by: " + resume(request.run(), request.runner())
                            : "run the pipeline again; nothing was started"));
        }
    }

    /** Asked under the lease, when the state area can be read. */
    private void demandStarting(String pipeline, RunOptions options) {
        if (options.evenIfPaused) {
            return;
        }
        try {
            store.readPause(pipeline).ifPresent(pause -> {
                throw new PausedException(pause);
            });
        } catch (IOException e) {
            throw new FailedException("cannot look in the state area " + settings.stateArea() + " whether pipeline '"
                    + pipeline + "' is paused: " + e.getMessage());
        }
    }

    /** From JDK 22 on a console is there without a terminal too; then the terminal's own variable has to tell. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean onTerminal() {
        return System.console() != null && System.getenv("TERM") != null;
    }

    /** @param runner the environment, as it was given */
    void print(RunReport report, RunOptions.Output output, String runner) {
        if (output == RunOptions.Output.JSON) {
            out.println(ReportStore.json(report));
        } else {
            out.print(ReportTable.of(report));
            out.println("report: " + store.reportUri(report.run()));
        }
        if (report.result() != RunReport.Result.SUCCEEDED) {
            err.println("to go on from where it stopped: " + resume(report.run(), runner));
        }
    }

    private static String resume(String run, String runner) {
        return "tofro resume " + run + (runner.equals("local") ? "" : " --runner " + runner);
    }

    /** The git revision of the folder that the file is in, where there is git and a repository. */
    private static @Nullable String revision(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "HEAD")
                    .directory(folder == null ? null : folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(git.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
            return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? answer.strip() : null;
        } catch (IOException noGit) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
