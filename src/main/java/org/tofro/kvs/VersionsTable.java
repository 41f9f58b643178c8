package org.tofro.kvs;

import static org.tofro.kvs.KvsTables.quote;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchStatementBuilder;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The table of all jobs' versions: a partition for each job, in which one row's static columns say which version is
 * current, and a row for each version describes it. It is written by lightweight transactions only, each of which changes
 * one partition, whole or not at all.
 *
 * <p>A transaction whose answer is lost may have been made or not. It is then looked up by a serial read, which also ends
 * what was begun; hence every change can be told apart from its neighbours by what it leaves behind.
 */
public final class VersionsTable {
    /** Its name in the store's keyspace. */
    public static final String NAME = "versions";

    /** How long a writer that has shown itself is taken to be at work; it shows itself at least three times in that time. */
    public static final Duration ALIVE = Duration.ofSeconds(60);

    private static final int TRIES = 8;

    private final CqlSession session;
    private final String table;

    /** A table that is there; see {@link #make}. */
    public VersionsTable(CqlSession session, String keyspace) {
        this.session = session;
        this.table = quote(keyspace) + "." + NAME;
    }

    /**
     * Makes the table where it is missing, and waits until all nodes know it. Nodes that are asked at once by several make it
     * each for itself, and would hold two tables of one name; by an id that follows from its name it is one.
     */
    public static VersionsTable make(CqlSession session, String keyspace) {
        KvsTables.execute(
                session, "CREATE TABLE IF NOT EXISTS " + quote(keyspace) + "." + NAME + """
                 (
                  job text, number int,
                  epoch bigint STATIC, current_number int STATIC, last_number int STATIC,
                  state text, owner text, run text, seen_epoch bigint, columns text, written_at bigint, figures text,
                  begun_at timestamp, published_at timestamp, alive boolean,
                  PRIMARY KEY (job, number))
                  WITH comment = 'Tofro: which version of each job is current; changed by lightweight transactions only'
                  AND id = '""" + id(keyspace) + "'");
        KvsTables.demandAgreement(session, "table '" + NAME + "'");
        return new VersionsTable(session, keyspace);
    }

    /** The id under which servers know the table of a keyspace. */
    static UUID id(String keyspace) {
        return UUID.nameUUIDFromBytes(("tofro " + keyspace + "." + NAME).getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the keyspace has it, ready to be read: the server's list of tables has it some moments earlier. */
    public static boolean isMade(CqlSession session, String keyspace) {
        try {
            session.execute(SimpleStatement.newInstance("SELECT job FROM " + quote(keyspace) + "." + NAME + " LIMIT 1")
                    .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM));
            return true;
        } catch (DriverException e) {
            if (KvsErrors.isTableGone(e)) {
                return false;
            }
            throw e;
        }
    }

    /** The names of all jobs. */
    public List<JobName> jobs() {
        TreeSet<JobName> names = new TreeSet<>();
        session.execute(SimpleStatement.newInstance("SELECT DISTINCT job FROM " + table)
                        .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM))
                .forEach(row -> names.add(new JobName(Objects.requireNonNull(row.getString("job")))));
        return List.copyOf(names);
    }

    /** The job as the last change that is known to have been made left it; empty where it never had a version. */
    public Optional<Job> read(JobName job) {
        return job(
                job,
                session.execute(reading(job, ConsistencyLevel.LOCAL_QUORUM)).all());
    }

    /** The statement behind {@link #read}, for those who wait for no answer; {@link #job} understands its rows. */
    Statement<?> reading(JobName job) {
        return reading(job, ConsistencyLevel.LOCAL_QUORUM);
    }

    /** The statement that lists all jobs, each with its current number. */
    Statement<?> listing() {
        return SimpleStatement.newInstance("SELECT DISTINCT job, current_number FROM " + table)
                .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
                .setIdempotent(true);
    }

    /** A statement that reads as little as can be read. */
    Statement<?> probe() {
        return SimpleStatement.newInstance("SELECT job FROM " + table + " LIMIT 1")
                .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
                .setIdempotent(true);
    }

    /** The job after every change that was begun has been made or given up. */
    public Optional<Job> readSerial(JobName job) {
        return job(job, session.execute(reading(job, ConsistencyLevel.SERIAL)).all());
    }

    /**
     * Begins a run's version of a job, or goes on with the one that it has begun or published before.
     *
     * @param owner what the run is a run of, such as {@code pipeline/step}; the caller sees to it that no two runs of one
     *     owner work at the same time
     * @param run the run
     * @throws KvsException where another owner is at work on the job
     */
    public JobVersion begin(JobName job, String owner, String run, KvsSchema schema) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Job> found = readSerial(job);
            List<JobVersion> versions = found.map(Job::versions).orElse(List.of());
            for (JobVersion version : versions) {
                if (version.owner().equals(owner)
                        && version.run().equals(run)
                        && version.state() != JobVersion.State.DROPPING) {
                    return version;
                }
            }
            for (JobVersion version : versions) {
                if (version.state() == JobVersion.State.LOADING
                        && version.alive()
                        && !version.owner().equals(owner)) {
                    throw new KvsException(
                            "job '%s': run '%s' of %s is at work on version %d; wait for its end, or for %d s after it died"
                                    .formatted(
                                            job, version.run(), version.owner(), version.number(), ALIVE.toSeconds()));
                }
            }
            apply(beginning(job, found.orElse(null), owner, run, schema));
            // Whether it was made, or another's was, the next look tells.
        }
        throw new KvsException("job '" + job + "': its versions are changed by others all the time; try again");
    }

    private List<BoundStatement> beginning(
            JobName job, @Nullable Job seen, String owner, String run, KvsSchema schema) {
        int number = seen == null ? 1 : seen.last() + 1;
        long epoch = seen == null ? 0 : seen.epoch();
        Instant now = Instant.now();
        return List.of(
                seen == null ? numberedFirst(job) : numbered(seen),
                prepare("UPDATE " + table
                                + " SET state = ?, owner = ?, run = ?, seen_epoch = ?, columns = ?, written_at = ?,"
                                + " begun_at = ? WHERE job = ? AND number = ?")
                        .bind(
                                JobVersion.State.LOADING.name(),
                                owner,
                                run,
                                epoch,
                                KvsJson.text(schema),
                                now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000,
                                now,
                                job.name(),
                                number),
                prepare("UPDATE " + table + " USING TTL " + ALIVE.toSeconds()
                                + " SET alive = true WHERE job = ? AND number = ?")
                        .bind(job.name(), number));
    }

    /** Which version is current is not set again: that may have changed since it was seen. */
    private BoundStatement numbered(Job seen) {
        return prepare("UPDATE " + table + " SET last_number = ? WHERE job = ? IF last_number = ? AND epoch = ?")
                .bind(seen.last() + 1, seen.name().name(), seen.last(), seen.epoch());
    }

    private BoundStatement numberedFirst(JobName job) {
        return prepare("UPDATE " + table
                        + " SET last_number = 1, epoch = 0, current_number = 0 WHERE job = ? IF last_number = NULL")
                .bind(job.name());
    }

    /**
     * Shows that the version's writer is at work, for {@link #ALIVE}.
     *
     * @throws KvsException where the version is not being loaded any more
     */
    public void alive(JobVersion version) {
        Predicate<Job> loading = job -> job.version(version.number())
                .filter(now -> now.state() == JobVersion.State.LOADING)
                .isPresent();
        boolean shown = settled(
                version.job(),
                List.of(prepare("UPDATE " + table + " USING TTL " + ALIVE.toSeconds()
                                + " SET alive = true WHERE job = ? AND number = ? IF state = ?")
                        .bind(version.job().name(), version.number(), JobVersion.State.LOADING.name())),
                loading);
        if (!shown) {
            throw gone(version);
        }
    }

    /**
     * Shows that nobody is at work on the version any more, so that whoever loads the job next need not wait. Its own run can
     * go on with it until then.
     */
    public void rest(JobVersion version) {
        apply(List.of(prepare("DELETE alive FROM " + table + " WHERE job = ? AND number = ? IF state = ?")
                .bind(version.job().name(), version.number(), JobVersion.State.LOADING.name())));
    }

    /**
     * Makes a loaded version current. Once made, it stays made when it is asked for again.
     *
     * @return how long it took, from when the change was sent until it was known to be made
     * @throws KvsException where another change of the job's current version came between, or the version is gone
     */
    public Duration publish(JobVersion version, VersionFigures figures) {
        JobName job = version.job();
        long sent = System.nanoTime();
        boolean made = settled(
                job,
                List.of(
                        flip(job, version.epoch(), version.number()),
                        prepare("UPDATE " + table
                                        + " SET state = ?, figures = ?, published_at = ? WHERE job = ? AND number = ?"
                                        + " IF state = ?")
                                .bind(
                                        JobVersion.State.PUBLISHED.name(),
                                        KvsJson.text(figures),
                                        Instant.now(),
                                        job.name(),
                                        version.number(),
                                        JobVersion.State.LOADING.name())),
                now -> now.version(version.number())
                        .filter(row -> row.state() == JobVersion.State.PUBLISHED)
                        .isPresent());
        Duration took = Duration.ofNanos(System.nanoTime() - sent);
        if (!made) {
            Optional<Job> now = readSerial(job);
            if (now.flatMap(found -> found.version(version.number()))
                    .filter(row -> row.state() == JobVersion.State.LOADING)
                    .isEmpty()) {
                throw gone(version);
            }
            throw new KvsException(
                    ("job '%s': version %d was begun when the job's epoch was %d, and it is %d now: somebody"
                                    + " published or rolled back since. Nothing was published; start a new run")
                            .formatted(
                                    job,
                                    version.number(),
                                    version.epoch(),
                                    now.map(Job::epoch).orElse(0L)));
        }
        return took;
    }

    /**
     * Makes a version current that was published before. Loads that have begun before this cannot be published.
     *
     * @param seen the job as the caller saw it
     * @throws KvsException where the job has changed since, or there is no such version
     */
    public void rollBack(Job seen, int number) {
        JobVersion target = seen.version(number)
                .filter(version -> version.state() == JobVersion.State.PUBLISHED)
                .orElseThrow(() -> new KvsException("job '%s' has no version %d to roll back to; it has: %s"
                        .formatted(seen.name(), number, kept(seen))));
        long epoch = seen.epoch() + 1;
        boolean made = settled(
                seen.name(),
                List.of(
                        flip(seen.name(), seen.epoch(), number),
                        prepare("UPDATE " + table + " SET state = ? WHERE job = ? AND number = ? IF state = ?")
                                .bind(
                                        JobVersion.State.PUBLISHED.name(),
                                        seen.name().name(),
                                        target.number(),
                                        JobVersion.State.PUBLISHED.name())),
                now -> now.epoch() == epoch && now.current() == number);
        if (!made) {
            throw new KvsException(
                    "job '%s' was changed meanwhile; look at its versions and try again".formatted(seen.name()));
        }
    }

    /**
     * Marks a version as one whose table is about to be dropped; nobody can make it current then.
     *
     * @return false where it is current, or has no row any more
     */
    public boolean startDropping(JobVersion version) {
        JobName job = version.job();
        int last = readSerial(job).map(Job::last).orElse(0);
        return settled(
                job,
                List.of(
                        prepare("UPDATE " + table + " SET state = ? WHERE job = ? AND number = ? IF state IN (?, ?, ?)")
                                .bind(
                                        JobVersion.State.DROPPING.name(),
                                        job.name(),
                                        version.number(),
                                        JobVersion.State.LOADING.name(),
                                        JobVersion.State.PUBLISHED.name(),
                                        JobVersion.State.DROPPING.name()),
                        // A condition on static columns stands with a change of one, even where it changes nothing.
                        prepare(
                                        "UPDATE " + table
                                                + " SET last_number = ? WHERE job = ? IF current_number != ? AND last_number = ?")
                                .bind(last, job.name(), version.number(), last)),
                now -> now.version(version.number())
                        .filter(row -> row.state() == JobVersion.State.DROPPING)
                        .isPresent());
    }

    /** Takes away the row of a version whose table is dropped. */
    public void dropped(JobVersion version) {
        settled(
                version.job(),
                List.of(prepare("DELETE FROM " + table + " WHERE job = ? AND number = ? IF state = ?")
                        .bind(version.job().name(), version.number(), JobVersion.State.DROPPING.name())),
                now -> now.version(version.number()).isEmpty());
    }

    /** Makes no version current, so that all can be dropped; loads that have begun before this cannot be published. */
    public void retire(Job seen) {
        long epoch = seen.epoch() + 1;
        boolean made = settled(
                seen.name(),
                List.of(flip(seen.name(), seen.epoch(), 0)),
                now -> now.epoch() == epoch && now.current() == 0);
        if (!made) {
            throw new KvsException(
                    "job '%s' was changed meanwhile; look at its versions and try again".formatted(seen.name()));
        }
    }

    static String kept(Job job) {
        List<String> numbers = new ArrayList<>();
        for (JobVersion version : job.versions()) {
            if (version.state() == JobVersion.State.PUBLISHED) {
                numbers.add(String.valueOf(version.number()));
            }
        }
        return numbers.isEmpty() ? "none" : String.join(", ", numbers);
    }

    private static KvsException gone(JobVersion version) {
        return new KvsException(
                ("job '%s': version %d is not being loaded any more: another run took its writer for dead, or"
                                + " the job was dropped. Nothing was published; start a new run")
                        .formatted(version.job(), version.number()));
    }

    /** Sets which version is current, unless somebody has done so since the epoch that was seen; 0 for none. */
    private BoundStatement flip(JobName job, long seen, int number) {
        return prepare("UPDATE " + table + " SET epoch = ?, current_number = ? WHERE job = ? IF epoch = ?")
                .bind(seen + 1, number, job.name(), seen);
    }

    /** Whether a change is made; what its answer left open, the job tells. */
    private boolean settled(JobName job, List<BoundStatement> changes, Predicate<Job> isMade) {
        return apply(changes) || readSerial(job).filter(isMade).isPresent();
    }

    /** Makes a change; false where its conditions did not hold, or nobody knows whether it was made. */
    private boolean apply(List<BoundStatement> changes) {
        // Made again after a lost answer it would not apply, and be taken for refused: the driver must not do that.
        Statement<?> one = changes.size() == 1
                ? changes.get(0).setIdempotent(false)
                : batch(changes).setIdempotent(false);
        try {
            return session.execute(one.setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
                            .setSerialConsistencyLevel(ConsistencyLevel.SERIAL))
                    .wasApplied();
        } catch (RuntimeException e) {
            if (KvsErrors.isUnknown(e)) {
                return false;
            }
            throw e;
        }
    }

    private static BatchStatement batch(List<BoundStatement> changes) {
        BatchStatementBuilder batch = BatchStatement.builder(BatchType.UNLOGGED);
        changes.forEach(batch::addStatement);
        return batch.build();
    }

    private PreparedStatement prepare(String cql) {
        return session.prepare(cql);
    }

    private SimpleStatement reading(JobName job, ConsistencyLevel level) {
        return SimpleStatement.newInstance("SELECT * FROM " + table + " WHERE job = ?", job.name())
                .setConsistencyLevel(level)
                .setIdempotent(true);
    }

    /** What the rows of a job's partition say. */
    static Optional<Job> job(JobName name, List<Row> rows) {
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        List<JobVersion> versions = new ArrayList<>();
        for (Row row : rows) {
            // A partition without versions is one row that has its static columns only.
            if (!row.isNull("number") && row.getString("state") != null) {
                versions.add(version(name, row));
            }
        }
        Row first = rows.get(0);
        return Optional.of(new Job(
                name, first.getLong("epoch"), first.getInt("current_number"), first.getInt("last_number"), versions));
    }

    private static JobVersion version(JobName name, Row row) {
        @Nullable String figures = row.getString("figures");
        return new JobVersion(
                name,
                row.getInt("number"),
                JobVersion.State.valueOf(row.getString("state")),
                Objects.requireNonNull(row.getString("owner")),
                Objects.requireNonNull(row.getString("run")),
                row.getLong("seen_epoch"),
                KvsJson.schema(Objects.requireNonNull(row.getString("columns"))),
                row.getLong("written_at"),
                figures == null ? VersionFigures.NONE : KvsJson.figures(figures),
                Objects.requireNonNull(row.getInstant("begun_at")),
                row.getInstant("published_at"),
                row.getBoolean("alive"));
    }
}
