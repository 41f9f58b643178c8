package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.report.LatestRuns;
import org.tofro.report.PipelineRuns;
import org.tofro.report.RunEntry;
import org.tofro.report.RunReport;
import org.tofro.report.RunRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro metrics}: pipelines and their last runs, as Prometheus reads it. */
@Command(
        name = "metrics",
        description = "Pipelines and their last runs, or one run, in Prometheus' text format.",
        mixinStandardHelpOptions = true)
final class MetricsCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;
    private final Clock clock;

    @Parameters(
            paramLabel = "PIPELINE|RUN",
            arity = "0..1",
            description = "A pipeline's name or a run's id. Default: all pipelines.")
    private @Nullable String name;

    @Mixin
    private RunnerOption environment = new RunnerOption();

    @Option(
            names = "--file",
            paramLabel = "PATH",
            description = "Write them to this file, at once and whole. Default: standard output.")
    private @Nullable Path file;

    MetricsCommand(PrintStream out, PrintStream err, Clock clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
    }

    @Override
    public Integer call() throws WarehouseException {
        Operations operations = Operations.open(environment.runner, err);
        Instant now = clock.instant();
        MetricsText text = new MetricsText();
        String given = name;
        if (given == null) {
            pipelines(new PipelineStatuses(operations, now).all(), operations, text, now);
        } else if (isRun(given, operations)) {
            run(given, operations, text, now);
        } else {
            String pipeline = operations.demandPipeline(given);
            pipelines(List.of(new PipelineStatuses(operations, now).of(pipeline)), operations, text, now);
        }
        write(text.text());
        return ExitCode.OK.code();
    }

    private static boolean isRun(String given, Operations operations) {
        return RunRequest.isId(given)
                && operations
                        .reading(() -> operations.store().readRequest(given))
                        .isPresent();
    }

    private static void pipelines(List<PipelineStatus> all, Operations operations, MetricsText text, Instant now) {
        LatestRuns latest = new LatestRuns(operations.store());
        Map<String, PipelineRuns> runs = new HashMap<>();
        Map<String, RunReport> reports = new HashMap<>();
        operations.reading(() -> {
            for (PipelineRuns each :
                    all.size() == 1 ? List.of(latest.of(all.get(0).pipeline())) : latest.all()) {
                runs.put(each.pipeline(), each);
            }
            List<String> last = runs.values().stream()
                    .flatMap(each -> each.last().stream())
                    .map(RunEntry::run)
                    .toList();
            operations.store().readReports(last).forEach(report -> reports.put(report.pipeline(), report));
            return true;
        });
        for (PipelineStatus each : all) {
            String pipeline = each.pipeline();
            text.run(
                    each,
                    runs.getOrDefault(pipeline, new PipelineRuns(pipeline, List.of(), null)),
                    reports.get(pipeline));
            text.moment(each, now);
        }
    }

    private static void run(String run, Operations operations, MetricsText text, Instant now)
            throws WarehouseException {
        RunEntry entry = operations.demandRun(run).get(0);
        // A trial run is nothing to its pipeline, and all that was asked for here.
        PipelineRuns alone = new PipelineRuns(
                entry.pipeline(), List.of(entry), entry.result() == RunEntry.Result.SUCCEEDED ? entry : null);
        PipelineStatus status = PipelineStatus.of(
                entry.pipeline(),
                Optional.empty(),
                alone,
                operations
                        .held(Operations.leased(entry))
                        .filter(held -> held.run().equals(run)),
                Optional.empty(),
                List.of(),
                now);
        text.run(
                status,
                alone,
                operations.reading(() -> operations.store().readReport(run)).orElse(null));
    }

    private void write(String text) {
        Path to = file;
        if (to == null) {
            out.print(text);
            return;
        }
        try {
            WholeFile.write(to, text);
        } catch (IOException e) {
            throw new FailedException("cannot write " + to + ": " + e.getMessage());
        }
    }
}
