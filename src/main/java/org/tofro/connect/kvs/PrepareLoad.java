package org.tofro.connect.kvs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.CommittedAttempt;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.NullMarker;
import org.tofro.connect.staging.StagedFilesList;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.warehouse.CommitRecords;
import org.tofro.connect.warehouse.KeyedQuery;
import org.tofro.connect.warehouse.KeyedUnload;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.data.RunContext;
import org.tofro.data.Schema;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;
import org.tofro.data.StagedFiles.FileFormat;
import org.tofro.kvs.Job;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.KvsException;
import org.tofro.kvs.KvsTables;
import org.tofro.kvs.VersionsTable;

/**
 * Makes ready for a load: begins the version, has the rows unloaded in buckets, and makes the version's table. What an
 * earlier attempt of the run has done stays done.
 */
final class PrepareLoad {
    /** Keys that are read back before a version is published. */
    private static final int SAMPLES = 256;

    private final KvsLoad load;
    private final RunningSteps.Work work;
    private final Map<String, StagedFiles> given;

    PrepareLoad(KvsLoad load, RunningSteps.Work work, List<StagedFiles> given) {
        this.load = load;
        this.work = work;
        this.given = given.stream().collect(Collectors.toMap(StagedFiles::step, files -> files));
    }

    /**
     * What is ready.
     *
     * @param plan what was unloaded
     * @param buckets what is to be loaded; none where the version is published already
     * @param resumed whether an earlier attempt had unloaded it
     */
    record Ready(JobVersion version, LoadPlan plan, List<Bucket> buckets, boolean resumed) {}

    Ready perform() throws Exception {
        if (load.run().backfill()) {
            throw new StepRefusal("a backfill cannot publish a version of job '" + load.job()
                    + "', as the last interval would be all that readers see. Nothing was changed");
        }
        work.phase("preparing");
        try (Reach reach = Reach.open(load)) {
            Store store = reach.store();
            VersionsTable versions = store.ensure();
            Optional<Unloaded> before = committed(reach.area());
            List<SourceLayout> layouts =
                    before.isPresent() ? before.get().plan().layouts() : describe();
            JobVersion version =
                    versions.begin(load.job(), load.owner(), load.run().run(), LoadPlan.schema(load, layouts));
            if (version.state() == JobVersion.State.PUBLISHED && before.isPresent()) {
                return new Ready(version, before.get().plan(), List.of(), true);
            }
            if (!version.schema().equals(LoadPlan.schema(load, layouts))) {
                throw new StepRefusal(
                        "job '%s': the columns have changed since this run began version %d; start a new run"
                                .formatted(load.job(), version.number()));
            }
            boolean ready = false;
            try (Alive alive = Alive.show(versions, version, work)) {
                store.dropLeft(versions, version);
                Unloaded unloaded = before.isPresent() ? before.get() : unload(reach.area(), layouts);
                checkEarly(versions, unloaded.plan());
                KvsTables.create(store.session(), load.keyspace(), version);
                alive.demand();
                List<Bucket> buckets = buckets(version, unloaded);
                ready = true;
                return new Ready(version, unloaded.plan(), buckets, before.isPresent());
            } finally {
                if (!ready) {
                    Store.rest(load, version);
                }
            }
        }
    }

    /** What the run's commit record names: the files of each source, and the plan beside them. */
    private record Unloaded(LoadPlan plan, List<StagedFiles> outputs) {}

    private Unloaded unload(StagingArea area, List<SourceLayout> layouts) throws Exception {
        CommittedAttempt.Done done = CommittedAttempt.perform(
                load.place(),
                (staging, path, step, progress, cancellation) -> unload(staging, path, layouts, progress, cancellation),
                work);
        return unloaded(area, done.outputs());
    }

    private Optional<Unloaded> committed(StagingArea area) throws Exception {
        CommitRecords records = new CommitRecords(
                load.place().records(),
                load.run(),
                load.step(),
                load.place().limits().leaseSeconds());
        Optional<String> list = records.find(load.step(), work);
        return list.isEmpty() ? Optional.empty() : Optional.of(unloaded(area, StagedFilesList.read(area, list.get())));
    }

    /** The files with their plan, which must be one of the step as it is now. */
    private Unloaded unloaded(StagingArea area, List<StagedFiles> outputs) throws StepRefusal {
        String name = path(outputs.get(0).attempt()).folder() + LoadPlan.FILE;
        byte[] json = area.read(name)
                .orElseThrow(() -> new KvsException(
                        area.uri(name) + " is missing: the staging area was cleaned; start a new run"));
        LoadPlan plan = LoadPlan.of(json, area.uri(name));
        if (!plan.wanted().equals(wanted())) {
            throw new StepRefusal("job '" + load.job()
                    + "': the step was changed after this run had unloaded its rows; start a new run");
        }
        return new Unloaded(plan, outputs);
    }

    private AttemptPath path(String attempt) {
        return new AttemptPath(load.run().pipeline(), load.run().run(), load.step(), attempt);
    }

    private String wanted() {
        return load.key() + " " + load.sources();
    }

    private List<SourceLayout> describe() throws WarehouseException, StepRefusal {
        List<FieldSource> queries = queries();
        List<Schema> schemas = queries.isEmpty()
                ? List.of()
                : KeyedUnload.describe(
                        load.warehouse(),
                        load.run(),
                        load.step(),
                        queries.stream()
                                .map(source -> String.valueOf(source.query()))
                                .toList(),
                        queries.stream().map(FieldSource::origin).toList());
        List<SourceLayout> layouts = new ArrayList<>();
        for (FieldSource source : load.sources()) {
            Schema schema = source.query() == null ? files(source).schema() : schemas.get(queries.indexOf(source));
            layouts.add(SourceLayout.of(source, schema, load.key()));
        }
        return layouts;
    }

    private List<FieldSource> queries() {
        return load.sources().stream().filter(source -> source.query() != null).toList();
    }

    private StagedFiles files(FieldSource source) {
        StagedFiles files = given.get(String.valueOf(source.files()));
        if (files == null) {
            throw new IllegalStateException("the plan gives the step no files of '" + source.files() + "'");
        }
        return files;
    }

    private CommittedAttempt.Staged unload(
            StagingArea area,
            AttemptPath path,
            List<SourceLayout> layouts,
            ExtractProgress progress,
            Cancellation cancellation)
            throws Exception {
        String nullMarker = NullMarker.generate();
        long limit = load.run().limit().isPresent() ? load.run().limit().rows() : Long.MAX_VALUE;
        long beside = load.sources().stream()
                .filter(source -> source.query() == null)
                .mapToLong(source -> files(source).rows())
                .sum();
        List<KeyedQuery> queries = new ArrayList<>();
        for (int i = 0; i < layouts.size(); i++) {
            FieldSource source = load.sources().get(i);
            if (source.query() != null) {
                queries.add(new KeyedQuery(
                        source.query(),
                        source.origin(),
                        layouts.get(i).keys(),
                        layouts.get(i).others()));
            }
        }
        KeyedUnload.Unloaded unloaded = queries.isEmpty()
                ? new KeyedUnload.Unloaded(KeyedUnload.digits(beside), List.of(), Map.of())
                : new KeyedUnload(load.warehouse(), load.run(), load.step(), queries)
                        .to(area, path.folder(), nullMarker, beside, work);
        List<StagedFiles> outputs = new ArrayList<>();
        List<Map<String, KeyedUnload.Count>> counts = new ArrayList<>();
        int query = 0;
        long rows = 0;
        for (int i = 0; i < layouts.size(); i++) {
            FieldSource source = load.sources().get(i);
            SourceLayout layout = layouts.get(i);
            boolean asked = source.query() != null;
            String marker = asked ? nullMarker : files(source).nullMarker();
            List<StagedFile> files;
            long read;
            if (asked) {
                KeyedUnload.Written written = unloaded.queries().get(query++);
                files = written.files();
                read = written.rows();
                counts.add(written.counts());
            } else {
                StagedFiles from = files(source);
                files = new KeyedFiles(area, source, layout, from.schema().names(), i, unloaded.digits())
                        .stage(from, path, limit, cancellation);
                read = Math.min(limit, from.rows());
                counts.add(counts(files));
            }
            rows += read;
            progress.addRows(read);
            files.forEach(file -> progress.storedBytes().add(file.bytes()));
            outputs.add(new StagedFiles(
                    path.step() + "-" + i,
                    path.attempt(),
                    FileFormat.CSV_ZSTD,
                    marker,
                    layout.staged(),
                    read,
                    files,
                    null));
        }
        Map<String, Long> keys = queries.size() == layouts.size() ? unloaded.keys() : null;
        area.put(path.folder() + LoadPlan.FILE, new LoadPlan(wanted(), layouts, counts, keys).json());
        return new CommittedAttempt.Staged(outputs, rows);
    }

    /** Nobody has counted the keys of staged files. */
    private static Map<String, KeyedUnload.Count> counts(List<StagedFile> files) {
        Map<String, KeyedUnload.Count> counts = new TreeMap<>();
        for (StagedFile file : files) {
            counts.merge(
                    KeyedUnload.bucket(file),
                    new KeyedUnload.Count(file.rows(), -1, 0),
                    (one, other) -> new KeyedUnload.Count(one.rows() + other.rows(), -1, 0));
        }
        return counts;
    }

    /** What is refused in the end is better refused now. */
    private void checkEarly(VersionsTable versions, LoadPlan plan) throws StepRefusal {
        RunContext run = load.run();
        List<String> notes = new ArrayList<>();
        for (int i = 0; i < load.sources().size(); i++) {
            long repeated = plan.counts().get(i).values().stream()
                    .mapToLong(KeyedUnload.Count::repeated)
                    .sum();
            Duplicates.check(load, i, repeated, notes);
        }
        @Nullable Map<String, Long> keys = plan.keys();
        if (keys != null && !run.limit().isPresent()) {
            long all = keys.values().stream().mapToLong(Long::longValue).sum();
            load.guards()
                    .checkKeys(
                            run, load.job(), versions.readSerial(load.job()).flatMap(Job::currentVersion), all, notes);
        }
    }

    private List<Bucket> buckets(JobVersion version, Unloaded unloaded) throws IOException {
        LoadPlan plan = unloaded.plan();
        List<String> names = plan.buckets();
        List<Bucket> buckets = new ArrayList<>();
        for (String name : names) {
            List<StagedFiles> files = new ArrayList<>();
            for (StagedFiles output : unloaded.outputs()) {
                files.add(new StagedFiles(
                        output.step(),
                        output.attempt(),
                        output.format(),
                        output.nullMarker(),
                        output.schema(),
                        0,
                        output.files().stream()
                                .filter(file -> KeyedUnload.bucket(file).equals(name))
                                .sorted(Comparator.comparing(StagedFile::uri))
                                .toList(),
                        null));
            }
            buckets.add(new Bucket(
                    version,
                    name,
                    plan.layouts(),
                    files,
                    Math.max(1, SAMPLES / names.size()),
                    load.lanes(names.size()),
                    work.startedAt()));
        }
        return buckets;
    }
}
