package org.tofro.connect.kvs;

import com.datastax.oss.driver.api.core.CqlSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.warehouse.KeyedUnload;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.kvs.Job;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.KvsColumn;
import org.tofro.kvs.KvsException;
import org.tofro.kvs.VersionFigures;
import org.tofro.kvs.VersionsTable;

/**
 * Publishes a version that was loaded: compares all that was counted, asks the guards, reads a sample of keys back, makes the
 * version current by one compare-and-set, and drops what is not kept.
 */
final class PublishLoad {
    static final String IF_TWICE = "; nothing was published. Run `resume`; if it happens twice, report it";

    private final KvsLoad load;
    private final RunningSteps.Work work;
    private final Part.Prepared prepared;
    private final List<Part.Loaded> loaded;
    private final JobVersion version;
    private final LoadPlan plan;
    private final List<String> notes = new ArrayList<>();

    PublishLoad(KvsLoad load, RunningSteps.Work work, Part.Prepared prepared, List<Part.Loaded> loaded) {
        this.load = load;
        this.work = work;
        this.prepared = prepared;
        this.loaded = List.copyOf(loaded);
        this.version = Objects.requireNonNull(prepared.version());
        this.plan = Objects.requireNonNull(prepared.plan());
    }

    Figures perform() throws StepRefusal, InterruptedException {
        if (version.state() == JobVersion.State.PUBLISHED) {
            try (Store store = Store.open(load)) {
                notes.add("version " + version.number() + " was published before");
                dropOld(store);
            }
            return figures(version.figures());
        }
        boolean done = false;
        try {
            Figures figures = publish();
            done = true;
            return figures;
        } finally {
            if (!done) {
                // All of the version's loads have ended, whatever stood in the way of this one.
                Store.rest(load, version);
            }
        }
    }

    private Figures publish() throws StepRefusal, InterruptedException {
        demandLoaded();
        VersionFigures figures = counted();
        work.rows.add(figures.keys());
        try (Store store = Store.open(load)) {
            VersionsTable versions = store.versions();
            try (Alive alive = Alive.show(versions, version, work)) {
                check(versions, figures);
                work.phase("reading back");
                readBack(store.session());
                alive.demand();
            }
            if (load.run().limit().isPresent()) {
                store.drop(versions, version);
                notes.add("a trial run: " + figures.keys() + " keys were loaded, read back and dropped");
                return figures(figures);
            }
            work.phase("publishing");
            Duration flip = versions.publish(version, figures);
            notes.add(0, "version " + version.number() + " of job '" + load.job() + "' is current");
            notes.add(1, "published by one compare-and-set, in " + flip.toMillis() + " ms");
            work.phase("dropping old versions");
            dropOld(store);
        }
        return figures(figures);
    }

    /** Readers see the new version already; what is not dropped now, the next run drops. */
    private void dropOld(Store store) {
        try {
            List<Integer> dropped = store.dropOld(store.versions());
            if (!dropped.isEmpty()) {
                notes.add("dropped version "
                        + dropped.stream().map(String::valueOf).collect(Collectors.joining(", ")));
            }
        } catch (RuntimeException e) {
            notes.add("older versions could not be dropped; the next run does it");
        }
    }

    private void demandLoaded() throws StepRefusal {
        for (Part.Loaded bucket : loaded) {
            if (bucket.refusal() != null) {
                throw new StepRefusal(bucket.refusal() + ". Nothing was published");
            }
        }
        List<Part.Loaded> failed =
                loaded.stream().filter(bucket -> bucket.failure() != null).toList();
        if (!failed.isEmpty()) {
            throw new KvsException("bucket %s%s: %s"
                    .formatted(
                            failed.get(0).bucket(),
                            failed.size() == 1 ? "" : " and " + (failed.size() - 1) + " others",
                            failed.get(0).failure()));
        }
        List<String> names = loaded.stream().map(Part.Loaded::bucket).sorted().toList();
        if (!names.equals(plan.buckets())) {
            throw new KvsException("job '%s': %d buckets were unloaded and %d loaded%s"
                    .formatted(load.job(), plan.buckets().size(), names.size(), IF_TWICE));
        }
    }

    /** Rows and keys as they were counted where they were read, compared with the counts of who has sent them. */
    private VersionFigures counted() throws StepRefusal {
        long keys = 0;
        long bytes = 0;
        Map<String, Long> values = new TreeMap<>();
        version.schema().fields().forEach(field -> values.put(field.name(), 0L));
        long[] repeated = new long[load.sources().size()];
        int spilled = 0;
        for (Part.Loaded bucket : loaded) {
            for (int i = 0; i < repeated.length; i++) {
                demandSame(bucket, i);
                repeated[i] += bucket.sources().get(i).repeated();
            }
            if (plan.keys() != null) {
                demandEqual(
                        bucket.bucket(),
                        "keys",
                        "all sources",
                        plan.keys().getOrDefault(bucket.bucket(), 0L),
                        bucket.keys());
            }
            keys += bucket.keys();
            bytes += bucket.bytes();
            bucket.values().forEach((field, count) -> values.merge(field, count, Long::sum));
            spilled += bucket.spilled();
        }
        for (int i = 0; i < repeated.length; i++) {
            Duplicates.check(load, i, repeated[i], notes);
        }
        if (spilled > 0) {
            notes.add("sorted by way of " + spilled + " files");
        }
        return new VersionFigures(keys, bytes, values);
    }

    private void demandSame(Part.Loaded bucket, int source) {
        Part.SourceCount read = bucket.sources().get(source);
        KeyedUnload.Count sent =
                plan.counts().get(source).getOrDefault(bucket.bucket(), new KeyedUnload.Count(0, 0, 0));
        String origin = load.sources().get(source).origin();
        demandEqual(bucket.bucket(), "rows", origin, sent.rows(), read.rows());
        if (sent.keys() >= 0) {
            demandEqual(bucket.bucket(), "keys", origin, sent.keys(), read.keys());
        }
    }

    private void demandEqual(String bucket, String what, String origin, long unloaded, long written) {
        if (unloaded != written) {
            throw new KvsException("job '%s', bucket %s: %s had %d %s when they were unloaded, and %d were loaded%s"
                    .formatted(load.job(), bucket, origin, unloaded, what, written, IF_TWICE));
        }
    }

    private void check(VersionsTable versions, VersionFigures figures) throws StepRefusal, InterruptedException {
        RunContext run = load.run();
        if (run.limit().isPresent()) {
            return;
        }
        Optional<Job> job = UntilAnswered.ask(work, () -> versions.readSerial(load.job()));
        load.guards().check(run, load.job(), job.flatMap(Job::currentVersion), figures, notes);
        for (KvsColumn field : version.schema().fields()) {
            long without = figures.keys() - figures.values().getOrDefault(field.name(), 0L);
            if (without > 0) {
                notes.add(
                        without + (without == 1 ? " key has" : " keys have") + " no value for '" + field.name() + "'");
            }
        }
    }

    private void readBack(CqlSession session) throws InterruptedException {
        List<Part.Sample> samples =
                loaded.stream().flatMap(bucket -> bucket.samples().stream()).toList();
        int forgotten = new ReadBack(
                        session, load.keyspace(), version, load.writing().consistency(), work)
                .demandStored(samples);
        int stored = samples.size() - forgotten;
        notes.add("read back " + stored + (stored == 1 ? " key" : " keys") + ", all as they were written"
                + (forgotten == 0
                        ? ""
                        : "; " + forgotten + (forgotten == 1 ? " was" : " were") + " forgotten meanwhile"));
    }

    private Figures figures(VersionFigures counted) {
        long rows = plan.counts().stream()
                .flatMap(source -> source.values().stream())
                .mapToLong(KeyedUnload.Count::rows)
                .sum();
        if (prepared.unloadedBefore() && version.state() != JobVersion.State.PUBLISHED) {
            notes.add("took the rows that an earlier attempt had unloaded");
        }
        return new Figures(
                rows,
                counted.keys(),
                counted.bytes(),
                prepared.startedAt(),
                System.currentTimeMillis(),
                0,
                0,
                version.state() == JobVersion.State.PUBLISHED,
                notes);
    }
}
