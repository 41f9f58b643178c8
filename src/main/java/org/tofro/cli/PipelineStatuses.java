package org.tofro.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.Lease;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.pipeline.Schedule;
import org.tofro.report.LatestRuns;
import org.tofro.report.Pause;
import org.tofro.report.PipelineRuns;
import org.tofro.report.RunEntry;
import org.tofro.report.Waiting;
import org.tofro.run.LaunchIdentity;

/** How the pipelines of an environment stand: asks of the state area few and small files, however many runs there were. */
final class PipelineStatuses {
    private final Operations operations;
    private final Instant now;

    PipelineStatuses(Operations operations, Instant now) {
        this.operations = operations;
        this.now = now;
    }

    /** All that have run, or have a file under {@code pipelines/}, in the order of their names. */
    List<PipelineStatus> all() throws WarehouseException {
        Map<String, Optional<Schedule>> schedules = schedules();
        Map<String, PipelineRuns> runs = new HashMap<>();
        for (PipelineRuns each : operations.reading(() -> new LatestRuns(operations.store()).all())) {
            runs.put(each.pipeline(), each);
            schedules.putIfAbsent(each.pipeline(), Optional.empty());
        }
        List<Pause> pauses = operations.reading(() -> operations.store().readPauses());
        List<Waiting> waiting = waiting();
        waiting.forEach(each -> schedules.putIfAbsent(each.pipeline(), Optional.empty()));
        List<PipelineStatus> all = new ArrayList<>();
        for (Map.Entry<String, Optional<Schedule>> each : schedules.entrySet()) {
            String name = each.getKey();
            all.add(status(
                    name,
                    each.getValue(),
                    runs.getOrDefault(name, new PipelineRuns(name, List.of(), null)),
                    pauses.stream()
                            .filter(pause -> pause.pipeline().equals(name))
                            .findFirst(),
                    waiting,
                    false));
        }
        return all;
    }

    /** One of them, which is known to exist. */
    PipelineStatus of(String name) throws WarehouseException {
        return status(
                name,
                schedules().getOrDefault(name, Optional.empty()),
                operations.reading(() -> new LatestRuns(operations.store()).of(name)),
                operations.reading(() -> operations.store().readPause(name)),
                waiting(),
                true);
    }

    private static Map<String, Optional<Schedule>> schedules() {
        Map<String, Optional<Schedule>> schedules = new TreeMap<>();
        ScheduledPipelines.all()
                .forEach(found -> schedules.put(
                        found.spec().name(), Optional.ofNullable(found.spec().schedule())));
        return schedules;
    }

    /** Without those whose processes are known to be no more, or have not been heard of for too long. */
    private List<Waiting> waiting() {
        LaunchIdentity here = LaunchIdentity.ofThisProcess();
        return operations.reading(() -> operations.store().readAllWaiting()).stream()
                .filter(each -> !here.knowsDead(each.holder()) && !each.isSilent(Instant.now()))
                .toList();
    }

    /** @param closely whether the lease is looked at in any case */
    private PipelineStatus status(
            String name,
            Optional<Schedule> schedule,
            PipelineRuns runs,
            Optional<Pause> paused,
            List<Waiting> waiting,
            boolean closely)
            throws WarehouseException {
        // A connection for each pipeline would take long: one that works has said so in the index.
        boolean mayRun = closely || runs.runs().stream().anyMatch(run -> run.result() == RunEntry.Result.RUNNING);
        Optional<Lease.Held> held = mayRun ? operations.held(name) : Optional.empty();
        return PipelineStatus.of(
                name,
                schedule.or(() -> scheduleOf(name, runs)),
                runs,
                held,
                paused,
                waiting.stream().filter(each -> each.pipeline().equals(name)).toList(),
                now);
    }

    /** The schedule of a pipeline whose file stands elsewhere than under {@code pipelines/}: its last run knows where. */
    private Optional<Schedule> scheduleOf(String name, PipelineRuns runs) {
        return runs.last()
                .flatMap(this::file)
                .flatMap(ScheduledPipelines::named)
                .filter(found -> found.spec().name().equals(name))
                .map(found -> found.spec().schedule());
    }

    /** Entries of older versions do not say it. */
    private Optional<String> file(RunEntry last) {
        @Nullable String file = last.file();
        return file != null
                ? Optional.of(file)
                : operations
                        .reading(() -> operations.store().readRequest(last.run()))
                        .map(request -> request.file());
    }
}
