package org.tofro.steps;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.tofro.connect.kvs.Collect;
import org.tofro.connect.kvs.FieldSource;
import org.tofro.connect.kvs.KvsGuards;
import org.tofro.connect.kvs.KvsLoad;
import org.tofro.connect.kvs.KvsTransform;
import org.tofro.connect.kvs.OnDuplicate;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.kvs.JobName;
import org.tofro.kvs.KvsTables;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.FileInputs;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.CassandraConnection.Consistency;
import org.tofro.settings.RedshiftConnection;

/**
 * Loads the warehouse's results into a new version of a job of the key-value store, and publishes it.
 *
 * @param job the job
 * @param warehouse the warehouse
 * @param cassandra where the store is
 * @param keyspace the store's keyspace
 * @param key the columns that make up the key
 * @param fields where the fields come from
 * @param keepVersions how many published versions stay
 * @param guards what is not published
 * @param writing how rows are written
 */
public record MaterializeKvs(
        JobName job,
        String warehouse,
        String cassandra,
        String keyspace,
        List<KvsLoad.IndexColumn> key,
        List<KvsField> fields,
        int keepVersions,
        KvsGuards guards,
        KvsLoad.Writing writing)
        implements Step {
    public static final StepType TYPE = new StepType(
            "materialize-kvs",
            List.of(),
            "Loads the warehouse's results into a new version of a job of the key-value store, and publishes it at once.",
            fields -> read(fields, OnDuplicate.FAIL));

    /** Stands in for a name that could not be read; the problem is reported already. */
    private static final JobName NO_JOB = new JobName("job");

    /** @param missing what happens to a key with too many rows where a field does not say it */
    static MaterializeKvs read(Fields fields, OnDuplicate missing) {
        String name = fields.field(
                        "job_name",
                        "The job, under which the values are read: at most " + JobName.LONGEST
                                + " lower-case letters, digits and underscores, a letter first.")
                .text();
        boolean valid = JobName.isValid(name);
        if (!valid && fields.has("job_name") && !name.isEmpty()) {
            fields.problem("job_name", "'" + name + "' is no job's name; " + JobName.rule());
        }
        List<String> index = fields.field(
                        "index_column",
                        "The column, or the list of columns, that every source has and whose values together are the key:"
                                + " texts or whole numbers.",
                        "index_columns",
                        "key")
                .names();
        List<String> uuids = fields.field("uuid_columns", "Those of them that are uuids in a varchar.")
                .names();
        List<KvsLoad.IndexColumn> key = new ArrayList<>();
        for (String column : index) {
            if (key.stream().anyMatch(other -> other.name().equalsIgnoreCase(column))) {
                fields.problem("index_column", "'index_column' names '" + column + "' twice");
            }
            key.add(new KvsLoad.IndexColumn(column, uuids.stream().anyMatch(column::equalsIgnoreCase)));
        }
        if (index.isEmpty()) {
            fields.problem("index_column", "'index_column' is missing; it names the columns that make up the key");
        }
        List<KvsField> sources = fields.field("fields", "Where the fields come from, and how they are put together.")
                .each(entry -> KvsField.read(entry, missing));
        if (sources.isEmpty()) {
            fields.problem("fields", "'fields' needs an entry at least");
        }
        String warehouse = WarehouseField.read(fields);
        String cassandra = fields.field("cassandra", "The cluster, a connection of type cassandra in the runner file.")
                .connectionOr("cassandra", "cassandra");
        String keyspace = fields.field("keyspace", "The store's keyspace, which is made where it is missing.")
                .textOr(KvsTables.DEFAULT_KEYSPACE);
        if (!keyspace.matches("[A-Za-z][A-Za-z0-9_]{0,47}")) {
            fields.problem(
                    "keyspace", "a keyspace's name is at most 48 letters, digits and underscores, a letter first");
        }
        int keep = fields.field("keep_versions", "How many published versions stay, the current one among them.")
                .integerOr(3, 1, 100);
        KvsGuards guards = new KvsGuards(
                fields.field("allow_empty", "Whether a version without keys may be published.")
                        .flagOr(false),
                fields.field(
                                "max_shrink",
                                "The most percent of its keys that the job may lose from one version to the next; a loss of up"
                                        + " to 100 keys is let through.")
                        .integerOr(20, 0, 100),
                fields.field(
                                "max_null_rise",
                                "By how many percentage points the share of keys without a value for a field may rise from one"
                                        + " version to the next.")
                        .integerOr(10, 0, 100));
        KvsLoad.Method method = KvsLoad.Method.valueOf(fields.field(
                        "method",
                        "How rows get there: by inserts, or as files in Cassandra's own format, which takes a server less.")
                .choice("cql", "sstable")
                .toUpperCase(Locale.ROOT));
        Consistency consistency = ConsistencyField.read(
                fields,
                "How many replicas must have a row, and answer a key that is read back; LOCAL_QUORUM where it is missing.");
        Integer most = fields.field(
                        "max_writes_per_second", "The most keys that all workers together write in a second.")
                .optionalInteger(1, 10_000_000, "as many as the cluster takes");
        if (most != null && method == KvsLoad.Method.SSTABLE) {
            fields.problem(
                    "max_writes_per_second",
                    "'max_writes_per_second' goes with 'method: cql'; SSTables are streamed"
                            + " at 'max_mebibytes_per_second'");
        }
        Integer mebibytes = fields.field(
                        "max_mebibytes_per_second",
                        "With `method: sstable`: the most that is streamed to all nodes together in a second.")
                .optionalInteger(1, 100_000, "as many as go");
        if (mebibytes != null && method == KvsLoad.Method.CQL) {
            fields.problem(
                    "max_mebibytes_per_second",
                    "'max_mebibytes_per_second' goes with 'method: sstable'; rows are"
                            + " written at 'max_writes_per_second'");
        }
        return new MaterializeKvs(
                valid ? new JobName(name) : NO_JOB,
                warehouse,
                cassandra,
                keyspace,
                key,
                sources,
                keep,
                guards,
                new KvsLoad.Writing(
                        method,
                        consistency == null ? Consistency.LOCAL_QUORUM : consistency,
                        most == null ? 0 : most,
                        mebibytes == null ? 0 : mebibytes));
    }

    @Override
    public TableUse tables() {
        Set<TableUse.Ref> reads = new HashSet<>();
        boolean understood = true;
        for (KvsField field : fields) {
            if (field.table() != null) {
                reads.add(new TableUse.Ref(warehouse, "", field.table()));
            }
            if (field.sql() != null) {
                field.sql().reads().forEach(table -> reads.add(new TableUse.Ref(warehouse, "", table)));
                understood &= field.sql().understood();
            }
        }
        return new TableUse(
                reads,
                Set.of(new TableUse.Ref(cassandra, keyspace, new TableName(null, job.name()))),
                understood,
                Set.of(warehouse, cassandra));
    }

    @Override
    public boolean namesItsFiles() {
        return true;
    }

    @Override
    public boolean consumesFiles() {
        return fields.stream().anyMatch(field -> field.source().files() != null);
    }

    @Override
    public FileInputs fileInputs() {
        return consumesFiles() ? FileInputs.SOME : FileInputs.NONE;
    }

    @Override
    public List<String> details() {
        List<String> details = new ArrayList<>();
        details.add("a new version of job " + job + ", published at once; " + keepVersions + " versions stay");
        details.add(guards.allowEmpty() ? "no guard: a version may be empty" : "guard: a version is never empty");
        details.add(
                guards.maxShrinkPercent() == 100
                        ? "no guard: the job may shrink"
                        : "guard: the job never loses more than " + guards.maxShrinkPercent()
                                + " % of its keys and 100 keys");
        details.add("guard: the keys without a value for a field never rise by more than " + guards.maxNullRisePercent()
                + " points");
        List<OnDuplicate> duplicates = fields.stream()
                .filter(field -> field.source().collect() == Collect.ONE)
                .map(field -> field.source().onDuplicate())
                .distinct()
                .toList();
        if (duplicates.contains(OnDuplicate.FAIL)) {
            details.add("guard: a field of one value has one row for a key");
        }
        if (duplicates.contains(OnDuplicate.SMALLEST)) {
            details.add("of several rows of a key the smallest value is taken");
        }
        return details;
    }

    @Override
    public Flow expand(Upstream upstream) {
        RunContext run = upstream.run();
        List<FieldSource> sources = fields.stream()
                .map(field -> field.table() == null ? field.source() : field.asked(own(upstream, run, field.table())))
                .toList();
        KvsLoad load = new KvsLoad(
                upstream.connection(warehouse, RedshiftConnection.class),
                upstream.connection(cassandra, CassandraConnection.class),
                keyspace,
                job,
                key,
                sources,
                keepVersions,
                guards,
                writing,
                Extracting.place(upstream));
        return new Flow(
                upstream.ready()
                        .apply("materialize", new KvsTransform(load, consumesFiles() ? upstream.files() : null)),
                null);
    }

    /** A trial run reads what it has written itself. */
    private TableName own(Upstream upstream, RunContext run, TableName named) {
        return upstream.writtenBefore(new TableUse.Ref(warehouse, "", named)) ? run.ownTable(named) : named;
    }
}
