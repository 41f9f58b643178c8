package org.tofro.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.staging.StoredObject;
import org.tofro.connect.warehouse.Lease;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.report.Cleaned;
import org.tofro.report.Expiry;
import org.tofro.report.ReportStore;
import org.tofro.report.RunEntry;
import org.tofro.report.RunIndex;
import org.tofro.report.RunRequest;
import org.tofro.report.Waiting;
import org.tofro.run.LaunchIdentity;
import org.tofro.settings.Housekeeping.Retention;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.Settings;

/**
 * Removes what runs of a pipeline have left that has outlived its time, under the pipeline's lease: no run of it is at work
 * meanwhile. Only what belongs to a run that the index knows is removed, and of a run that has ended long enough ago; the
 * index, where other pipelines look for what they wait for, the ledgers and the watermarks stay.
 *
 * <p>A run is noted as cleaned before the first of its files goes, and is then refused by {@code resume}. So a cleaning that
 * was killed leaves runs that can be resumed whole, runs that cannot, and files that the next one finds.
 */
final class Cleaning {
    /** In the place of a run in the lease: a launch that meets it waits. */
    static final String RUN = "(cleaning)";

    private final Settings settings;
    private final RedshiftConnection warehouse;
    private final Retention retention;
    private final ReportStore store;
    private final Instant now;
    private final Runnable beforeEach;

    /** @param beforeEach is run before a run's files are removed; tests stop it there */
    Cleaning(
            Settings settings,
            RedshiftConnection warehouse,
            Retention retention,
            ReportStore store,
            Instant now,
            Runnable beforeEach) {
        this.settings = settings;
        this.warehouse = warehouse;
        this.retention = retention;
        this.store = store;
        this.now = now;
        this.beforeEach = beforeEach;
    }

    /**
     * What was removed, or would be.
     *
     * @param pipeline the pipeline; in brackets, what is of none
     * @param trial whether its trial runs are meant
     * @param records runs whose reports, logs and requests go
     * @param stagedRuns runs whose staged files go
     * @param files those files, or files of submissions
     * @param bytes and their size
     * @param busy the run that is at work, because of which nothing was done; null where there was none
     */
    record Removed(
            String pipeline,
            boolean trial,
            List<String> records,
            List<String> stagedRuns,
            long files,
            long bytes,
            @Nullable String busy) {
        boolean nothing() {
            return records.isEmpty() && stagedRuns.isEmpty() && files == 0 && busy == null;
        }
    }

    /** One run and what goes of it. */
    private record Task(RunEntry run, boolean record, List<StoredObject> staged) {}

    /** Looks what would be removed, and takes no lease. */
    Removed look(String pipeline, boolean trial) throws IOException {
        try (StagingArea area = area()) {
            return removed(pipeline, trial, tasks(pipeline, trial, area), abandoned(pipeline, trial));
        }
    }

    /** Removes it; nothing where a run of the pipeline is at work. */
    Removed clean(String pipeline, boolean trial) throws IOException, WarehouseException, InterruptedException {
        Removed expected = look(pipeline, trial);
        if (expected.nothing()) {
            return expected;
        }
        Lease lease = new Lease(
                warehouse, Operations.leased(pipeline, trial), settings.limits().leaseSeconds());
        LaunchIdentity identity = LaunchIdentity.ofThisProcess();
        long token;
        try {
            token = lease.acquire(identity.holder(), RUN, identity::knowsDead);
        } catch (Lease.TakenException e) {
            return new Removed(
                    pipeline, trial, List.of(), List.of(), 0, 0, e.held().run());
        }
        try (StagingArea area = area();
                RunningSteps.Work work = RunningSteps.apart().start("cleaning")) {
            try {
                return clean(pipeline, trial, area, new Held(lease, work, token));
            } finally {
                lease.release(work, token);
            }
        }
    }

    /** The lease, which is renewed while there is much to remove. */
    private final class Held {
        private final Lease lease;
        private final RunningSteps.Work work;
        private final long token;
        private long renewedAt = System.nanoTime();

        Held(Lease lease, RunningSteps.Work work, long token) {
            this.lease = lease;
            this.work = work;
            this.token = token;
        }

        boolean keep() throws WarehouseException, InterruptedException {
            Duration since = Duration.ofNanos(System.nanoTime() - renewedAt);
            if (since.compareTo(
                            Duration.ofSeconds(settings.limits().leaseSeconds()).dividedBy(4))
                    < 0) {
                return true;
            }
            renewedAt = System.nanoTime();
            return lease.renew(work, token);
        }
    }

    private Removed clean(String pipeline, boolean trial, StagingArea area, Held held)
            throws IOException, WarehouseException, InterruptedException {
        // What was found without the lease may have been resumed since.
        List<Task> tasks = tasks(pipeline, trial, area);
        List<Task> done = new ArrayList<>();
        for (Task task : tasks) {
            beforeEach.run();
            if (!remove(task, area, held)) {
                return removed(pipeline, trial, done, List.of());
            }
            done.add(task);
        }
        List<String> abandoned = abandoned(pipeline, trial);
        for (String run : abandoned) {
            store.deleteRun(run);
        }
        return removed(pipeline, trial, done, abandoned);
    }

    /** Removes what goes of a run; false where the lease was lost. */
    private boolean remove(Task task, StagingArea area, Held held)
            throws IOException, WarehouseException, InterruptedException {
        String run = task.run().run();
        if (store.readRequest(run).isPresent()) {
            store.writeCleaned(new Cleaned(run, now));
        }
        List<String> names = task.staged().stream().map(StoredObject::name).toList();
        for (int from = 0; from < names.size(); from += 1_000) {
            if (!held.keep()) {
                return false;
            }
            area.deleteAll(names.subList(from, Math.min(names.size(), from + 1_000)));
        }
        if (!held.keep()) {
            return false;
        }
        if (task.record()) {
            store.deleteRun(run);
            if (task.run().trial()) {
                new RunIndex(store).delete(task.run());
            }
        }
        return true;
    }

    private StagingArea area() {
        return StagingArea.open(settings.stagingArea(), settings.stagingS3());
    }

    private List<Task> tasks(String pipeline, boolean trial, StagingArea area) throws IOException {
        String folder = Operations.leased(pipeline, trial) + "/";
        Map<String, List<StoredObject>> staged = new HashMap<>();
        for (StoredObject object : area.list(folder)) {
            String run = object.name().substring(folder.length()).split("/", 2)[0];
            staged.computeIfAbsent(run, id -> new ArrayList<>()).add(object);
        }
        Set<String> known = Set.copyOf(store.runsLike(pipeline));
        Set<String> ids = new TreeSet<>(known);
        ids.addAll(staged.keySet());
        Set<String> waiting = store.readAllWaiting().stream().map(Waiting::run).collect(Collectors.toSet());
        List<Task> tasks = new ArrayList<>();
        for (RunEntry run : new RunIndex(store).runs(pipeline, ids)) {
            if (run.trial() != trial || waiting.contains(run.run())) {
                continue;
            }
            Expiry expiry = Expiry.of(run, retention.runs(), retention.failed(), retention.staged(), now);
            List<StoredObject> files = expiry.stagedFiles() ? staged.getOrDefault(run.run(), List.of()) : List.of();
            boolean record = expiry.record() && known.contains(run.run());
            if (record || !files.isEmpty()) {
                tasks.add(new Task(run, record, files));
            }
        }
        return tasks;
    }

    /** Runs that were asked for long ago and have never begun: their processes were killed while they waited. */
    private List<String> abandoned(String pipeline, boolean trial) throws IOException {
        Set<String> known = new TreeSet<>(store.runsLike(pipeline));
        if (known.isEmpty()) {
            return List.of();
        }
        new RunIndex(store).runs(pipeline, known).forEach(entry -> known.remove(entry.run()));
        List<String> abandoned = new ArrayList<>();
        for (String run : known) {
            boolean old = store.readRequest(run)
                    .filter(request -> isOf(request, pipeline, trial))
                    .filter(request ->
                            request.requestedAt().plus(retention.runs()).isBefore(now))
                    .isPresent();
            if (old) {
                abandoned.add(run);
            }
        }
        return abandoned;
    }

    private static boolean isOf(RunRequest request, String pipeline, boolean trial) {
        return request.pipeline().equals(pipeline) && (request.limit() != null) == trial;
    }

    private static Removed removed(String pipeline, boolean trial, List<Task> tasks, List<String> abandoned) {
        List<String> records = new ArrayList<>(tasks.stream()
                .filter(Task::record)
                .map(task -> task.run().run())
                .toList());
        records.addAll(abandoned);
        List<Task> withFiles =
                tasks.stream().filter(task -> !task.staged().isEmpty()).toList();
        return new Removed(
                pipeline,
                trial,
                records,
                withFiles.stream().map(task -> task.run().run()).toList(),
                withFiles.stream().mapToLong(task -> task.staged().size()).sum(),
                withFiles.stream()
                        .flatMap(task -> task.staged().stream())
                        .mapToLong(StoredObject::bytes)
                        .sum(),
                null);
    }
}
