package org.tofro.cli;

import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.Lease;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.pipeline.Schedule;
import org.tofro.report.Pause;
import org.tofro.report.ReportStore;
import org.tofro.report.RunEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tofro status}: which pipelines run, are late, have failed or are paused. */
@Command(
        name = "status",
        description = "Each pipeline: running, late, failed last, paused; its last success and its next run.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    /** Enough to find the last success of a pipeline that has failed for weeks. */
    private static final int RUNS = 100;

    private final PrintStream out;
    private final PrintStream err;
    private final Clock clock;

    @Parameters(paramLabel = "PIPELINE", arity = "0..1", description = "Its name. Default: all pipelines.")
    private @Nullable String pipeline;

    @Mixin
    private OperationsOptions options = new OperationsOptions();

    StatusCommand(PrintStream out, PrintStream err, Clock clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
    }

    @Override
    public Integer call() throws WarehouseException {
        Operations operations = options.open(err);
        Map<String, Optional<Schedule>> schedules = new TreeMap<>();
        operations.reading(operations.index()::pipelines).forEach(name -> schedules.put(name, Optional.empty()));
        ScheduledPipelines.all()
                .forEach(found -> schedules.put(
                        found.spec().name(), Optional.ofNullable(found.spec().schedule())));
        if (pipeline != null) {
            String only = operations.demandPipeline(pipeline);
            schedules.keySet().removeIf(name -> !name.equals(only));
        }
        List<PipelineStatus> all = new ArrayList<>();
        for (Map.Entry<String, Optional<Schedule>> each : schedules.entrySet()) {
            all.add(status(each.getKey(), each.getValue(), operations));
        }
        print(all, operations);
        return ExitCode.OK.code();
    }

    private PipelineStatus status(String name, Optional<Schedule> schedule, Operations operations)
            throws WarehouseException {
        List<RunEntry> runs = operations.reading(() -> operations.index().latestRuns(name, RUNS));
        Optional<Pause> paused = operations.reading(() -> operations.store().readPause(name));
        // A connection for each pipeline would take long: one that works has said so in the index.
        boolean mayRun = pipeline != null
                || runs.stream().anyMatch(run -> run.result() == RunEntry.Result.RUNNING && !run.trial());
        Optional<Lease.Held> held = mayRun ? operations.held(name) : Optional.empty();
        return PipelineStatus.of(
                name, schedule.or(() -> scheduleOf(name, runs, operations)), runs, held, paused, clock.instant());
    }

    /** The schedule of a pipeline whose file stands elsewhere than under {@code pipelines/}: its last run knows where. */
    private static Optional<Schedule> scheduleOf(String name, List<RunEntry> runs, Operations operations) {
        if (runs.isEmpty()) {
            return Optional.empty();
        }
        String last = runs.get(runs.size() - 1).run();
        return operations
                .reading(() -> operations.store().readRequest(last))
                .flatMap(request -> ScheduledPipelines.named(request.file()))
                .filter(found -> found.spec().name().equals(name))
                .map(found -> found.spec().schedule());
    }

    private void print(List<PipelineStatus> all, Operations operations) {
        if (options.json()) {
            out.println(ReportStore.json(all));
            return;
        }
        if (all.isEmpty()) {
            out.println("no pipelines yet");
            return;
        }
        TextTable table = new TextTable("pipeline", "state", "last success", "next run");
        for (PipelineStatus each : all) {
            PipelineStatus.Success success = each.lastSuccess();
            table.add(
                    each.pipeline(),
                    each.state(),
                    success == null ? "" : HistoryCommand.interval(success.intervalStart(), success.intervalEnd()),
                    each.next() == null ? "" : each.next().toString());
        }
        out.print(table.text());
        all.forEach(each ->
                each.sentences(operations).forEach(sentence -> out.print("\n" + each.pipeline() + ": " + sentence)));
        if (all.stream().anyMatch(each -> !each.sentences(operations).isEmpty())) {
            out.println();
        }
    }
}
