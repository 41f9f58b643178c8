package org.tofro.kvs;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tofro.kvs.KvsReadException.Reason;

/**
 * Reads the key-value store; one client serves a whole program, from any thread. An answer is of one version of its job:
 * the one that is current, or was so less than a second ago. Where that was dropped meanwhile, the read is made once more
 * on the one that is current now.
 *
 * <p>A stage fails with a {@link KvsReadException}, and with nothing else but what a caller's own function throws. The session
 * stays the caller's.
 */
public final class KvsClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final CqlSession session;
    private final Duration timeout;
    private final VersionsTable versions;
    private final Statements statements;
    private final JobFollower follower;

    public KvsClient(CqlSession session, String keyspace) {
        this(session, keyspace, TIMEOUT);
    }

    /** @param timeout for each read of a key, and of what is current */
    public KvsClient(CqlSession session, String keyspace, Duration timeout) {
        this.session = session;
        this.timeout = timeout;
        this.versions = new VersionsTable(session, keyspace);
        this.statements = new Statements(session, keyspace);
        this.follower = new JobFollower(session, versions, timeout);
    }

    /**
     * A key's entry; empty where the current version has none.
     *
     * @param fields the names of those to read; none stands for all
     */
    public CompletionStage<Optional<KvsEntry>> get(JobName job, KvsKey key, String... fields) {
        return getAll(job, List.of(key), List.of(fields)).thenApply(answer -> answer.entry(key));
    }

    /**
     * The entries of many keys, all of one version.
     *
     * @param fields the names of those to read; none stands for all
     */
    public CompletionStage<KvsAnswer> getAll(JobName job, Collection<KvsKey> keys, Collection<String> fields) {
        return getAll(job, schema -> List.copyOf(keys), fields);
    }

    /** The same for keys that can be told only when the schema is known. */
    public CompletionStage<KvsAnswer> getAll(
            JobName job, Function<KvsSchema, List<KvsKey>> keys, Collection<String> fields) {
        return settled(job, follower.job(job).thenCompose(seen -> {
            JobVersion version = current(seen);
            return recovered(
                    read(version, keys, fields),
                    e -> follower.lookAgain(job).thenCompose(now -> read(current(now), keys, fields)));
        }));
    }

    /** Many keys' entries of a version that was published once, and is kept. */
    public CompletionStage<KvsAnswer> getAll(
            JobName job, int number, Function<KvsSchema, List<KvsKey>> keys, Collection<String> fields) {
        return settled(
                job,
                follower.lookAgain(job)
                        .thenCompose(seen -> recovered(
                                read(published(seen, number), keys, fields),
                                e -> follower.lookAgain(job)
                                        .thenCompose(now -> read(published(now, number), keys, fields)))));
    }

    /** A job and its versions, as they are now or were less than a second ago. */
    public CompletionStage<Job> job(JobName job) {
        return settled(job, follower.job(job));
    }

    /** All jobs, by name. */
    public CompletionStage<List<ListedJob>> jobs() {
        List<ListedJob> found = new ArrayList<>();
        return settled(
                "the jobs",
                session.executeAsync(versions.listing().setTimeout(timeout))
                        .thenCompose(page -> listed(page, found))
                        .thenApply(all -> all.stream()
                                .sorted((one, other) -> one.name().compareTo(other.name()))
                                .toList()));
    }

    /** Ends well where the store can be read. */
    public CompletionStage<Void> check() {
        return settled(
                "the store",
                session.executeAsync(versions.probe().setTimeout(timeout)).thenAccept(rows -> {}));
    }

    private static CompletionStage<List<ListedJob>> listed(AsyncResultSet page, List<ListedJob> found) {
        page.currentPage()
                .forEach(row -> found.add(new ListedJob(
                        new JobName(Objects.requireNonNull(row.getString("job"))), row.getInt("current_number"))));
        return page.hasMorePages()
                ? page.fetchNextPage().thenCompose(next -> listed(next, found))
                : CompletableFuture.completedStage(found);
    }

    private CompletionStage<KvsAnswer> read(
            JobVersion version, Function<KvsSchema, List<KvsKey>> keys, Collection<String> names) {
        List<KvsColumn> fields = chosen(version, names);
        Map<KvsKey, KvsKey> typed = new LinkedHashMap<>();
        for (KvsKey key : keys.apply(version.schema())) {
            typed.put(key, key.typed(version.job(), version.schema()));
        }
        return statements
                .reading(version, fields)
                .thenCompose(statement -> new KeyFetch(session, version, fields, statement, timeout, typed).start());
    }

    private static List<KvsColumn> chosen(JobVersion version, Collection<String> names) {
        List<KvsColumn> all = version.schema().fields();
        Set<String> wanted = new LinkedHashSet<>(names);
        List<KvsColumn> chosen = new ArrayList<>();
        for (KvsColumn column : all) {
            if (names.isEmpty() || wanted.remove(column.name())) {
                chosen.add(column);
            }
        }
        if (!wanted.isEmpty()) {
            throw new KvsReadException(
                    Reason.UNKNOWN_FIELD,
                    "version " + version.number() + " of job '" + version.job() + "' has no field '"
                            + wanted.iterator().next() + "'; it has: " + KvsKey.names(all));
        }
        return chosen;
    }

    private static JobVersion current(Job job) {
        return job.currentVersion()
                .orElseThrow(() -> new KvsReadException(
                        Reason.NO_VERSION,
                        "job '" + job.name() + "' has no current version: none was published yet,"
                                + " or all were dropped"));
    }

    private static JobVersion published(Job job, int number) {
        return job.version(number)
                .filter(version -> version.state() == JobVersion.State.PUBLISHED)
                .orElseThrow(() -> new KvsReadException(
                        Reason.UNKNOWN_VERSION,
                        "job '" + job.name() + "' has no version " + number + "; it has: " + VersionsTable.kept(job)));
    }

    /** The same, made again by other means where the table may have been dropped meanwhile. */
    private static <T> CompletionStage<T> recovered(
            CompletionStage<T> stage, Function<Throwable, CompletionStage<T>> again) {
        return stage.handle((value, e) -> {
                    if (e == null) {
                        return CompletableFuture.completedStage(value);
                    }
                    Throwable cause = ReadErrors.cause(e);
                    return ReadErrors.mayBeGone(cause) ? again.apply(cause) : CompletableFuture.<T>failedStage(cause);
                })
                .thenCompose(Function.identity());
    }

    private static <T> CompletionStage<T> settled(JobName job, CompletionStage<T> stage) {
        return settled("job '" + job + "'", stage);
    }

    private static <T> CompletionStage<T> settled(String what, CompletionStage<T> stage) {
        CompletableFuture<T> settled = new CompletableFuture<>();
        stage.whenComplete((value, e) -> {
            @Nullable Throwable failure = e;
            if (failure == null) {
                settled.complete(value);
            } else {
                settled.completeExceptionally(ReadErrors.wrapped(what, failure));
            }
        });
        return settled;
    }

    /** Follows no job any more. */
    @Override
    public void close() {
        follower.close();
    }
}
