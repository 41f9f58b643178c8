package org.tofro.kvs;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Deletes keys from every version of a job that is there, one that is being loaded included: the deletion's write timestamp
 * is above that of all cells of the version, those that its writer has not written yet among them. Done twice, it is done
 * once. What a later run reads of the warehouse again comes back with that run.
 */
public final class Forgetting {
    private static final Duration TABLE_MADE = Duration.ofSeconds(30);

    private final CqlSession session;
    private final String keyspace;
    private final VersionsTable versions;

    public Forgetting(CqlSession session, String keyspace) {
        this.session = session;
        this.keyspace = keyspace;
        this.versions = new VersionsTable(session, keyspace);
    }

    /**
     * What was done.
     *
     * @param keys how many keys
     * @param versions the numbers of the versions that have them no more
     * @param held in how many cases a version had the key before
     */
    public record Forgotten(int keys, List<Integer> versions, int held) {}

    /**
     * Forgets keys, and reads back that they are gone.
     *
     * @param keys as {@link KvsKey#parse} reads them
     * @throws KvsException where a version cannot be reached; what was deleted before stays so, and the same call goes on
     */
    public Forgotten forget(JobName job, List<String> keys) {
        Set<Integer> done = new TreeSet<>();
        int held = 0;
        boolean more = true;
        // A version that was begun after the look before it has the keys yet.
        while (more) {
            more = false;
            Job now = versions.readSerial(job).orElseThrow(() -> new KvsException("there is no job '" + job + "'"));
            for (JobVersion version : now.versions()) {
                if (version.state() != JobVersion.State.DROPPING && !done.contains(version.number())) {
                    held += forget(version, keys);
                    done.add(version.number());
                    more = true;
                }
            }
        }
        return new Forgotten(keys.size(), List.copyOf(done), held);
    }

    private int forget(JobVersion version, List<String> texts) {
        List<KvsKey> keys = new ArrayList<>();
        for (String text : texts) {
            keys.add(KvsKey.parse(version.job(), version.schema(), text).typed(version.job(), version.schema()));
        }
        int held = 0;
        for (KvsKey key : keys) {
            long end = System.nanoTime() + TABLE_MADE.toNanos();
            while (true) {
                try {
                    held += has(version, key) ? 1 : 0;
                    delete(version, key);
                    break;
                } catch (DriverException e) {
                    if (!KvsErrors.isTableGone(e)) {
                        throw failed(version, e);
                    }
                    if (isGone(version)) {
                        return held;
                    }
                    if (System.nanoTime() > end) {
                        throw new KvsException("job '" + version.job() + "': version " + version.number()
                                + " is begun and has no table yet; nothing is known to be forgotten there. Try again"
                                + " when run '" + version.run() + "' of " + version.owner() + " has ended");
                    }
                    pause(version);
                }
            }
        }
        return held;
    }

    /** Without a table and without anybody who is about to make one, a version has nothing to forget. */
    private boolean isGone(JobVersion version) {
        return versions.readSerial(version.job())
                .flatMap(now -> now.version(version.number()))
                .filter(now -> now.state() == JobVersion.State.LOADING && now.alive())
                .isEmpty();
    }

    private void delete(JobVersion version, KvsKey key) {
        session.execute(SimpleStatement.newInstance(
                        "DELETE FROM " + KvsTables.name(keyspace, version) + " USING TIMESTAMP "
                                + (version.writtenAt() + 1) + KvsTables.whereKey(version.schema()),
                        key.parts().toArray())
                .setIdempotent(true)
                .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM));
        if (has(version, key)) {
            throw new KvsException("job '" + version.job() + "': version " + version.number()
                    + " still has the key after it was deleted: something has written it with a time of its own, and"
                    + " not Tofro. Delete it by hand from " + KvsTables.name(keyspace, version));
        }
    }

    private boolean has(JobVersion version, KvsKey key) {
        return session.execute(SimpleStatement.newInstance(
                                        "SELECT "
                                                + KvsTables.quoted(
                                                        version.schema().key()) + " FROM "
                                                + KvsTables.name(keyspace, version)
                                                + KvsTables.whereKey(version.schema()),
                                        key.parts().toArray())
                                .setIdempotent(true)
                                .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM))
                        .one()
                != null;
    }

    private static KvsException failed(JobVersion version, DriverException e) {
        return new KvsException(
                ReadErrors.wrapped("job '" + version.job() + "', version " + version.number(), e)
                                .getMessage() + "; the same command goes on with what is left",
                e);
    }

    private static void pause(JobVersion version) {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KvsException(
                    "job '" + version.job() + "': stopped before version " + version.number() + " was done", e);
        }
    }
}
