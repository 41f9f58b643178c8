package org.tofro.connect.kvs;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.connect.cassandra.session.CassandraSessions;
import org.tofro.connect.cassandra.session.DriverErrors;
import org.tofro.kvs.Job;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.JobVersion.State;
import org.tofro.kvs.KvsTables;
import org.tofro.kvs.VersionsTable;

/** The key-value store as the loader sees it, on the connection's session. */
final class Store implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Store.class.getName());

    private static final int MOST_REPLICAS = 3;

    private final KvsLoad load;
    private final CassandraSessions.Lease lease;

    private Store(KvsLoad load, CassandraSessions.Lease lease) {
        this.load = load;
        this.lease = lease;
    }

    static Store open(KvsLoad load) {
        return new Store(load, CassandraSessions.open(load.cassandra()));
    }

    CqlSession session() {
        return lease.session();
    }

    VersionsTable versions() {
        return new VersionsTable(session(), load.keyspace());
    }

    /** What goes wrong with the driver, in one sentence; everything else as it is. */
    static RuntimeException explained(KvsLoad load, RuntimeException e) {
        if (!(e instanceof DriverException)) {
            return e;
        }
        return new CassandraException(
                "connection '%s', keyspace '%s': %s"
                        .formatted(
                                load.cassandra().name(),
                                load.keyspace(),
                                DriverErrors.isTransient(e)
                                        ? "no answer, or not from enough replicas; `resume` goes on"
                                        : String.valueOf(e.getMessage())
                                                .lines()
                                                .findFirst()
                                                .orElse("")),
                DriverErrors.isTransient(e),
                e);
    }

    /** Makes the keyspace and the versions table where they are missing; several may do so at once. */
    VersionsTable ensure() {
        if (session()
                .getMetadata()
                .getKeyspace(KvsTables.quote(load.keyspace()))
                .isEmpty()) {
            String datacenter = load.cassandra().localDatacenter();
            long nodes = session().getMetadata().getNodes().values().stream()
                    .filter(node -> datacenter.equals(node.getDatacenter()))
                    .count();
            KvsTables.execute(
                    session(),
                    "CREATE KEYSPACE IF NOT EXISTS " + KvsTables.quote(load.keyspace())
                            + " WITH replication = {'class': 'NetworkTopologyStrategy', '"
                            + datacenter.replace("'", "''")
                            + "': " + Math.max(1, Math.min(MOST_REPLICAS, nodes)) + "}");
            KvsTables.demandAgreement(session(), "keyspace '" + load.keyspace() + "'");
        }
        if (!VersionsTable.isMade(session(), load.keyspace())) {
            VersionsTable.make(session(), load.keyspace());
        }
        return versions();
    }

    /**
     * Drops what runs that have died have left of the job.
     *
     * @param but the version that is being made
     * @return how many half tables there were
     */
    int dropLeft(VersionsTable versions, JobVersion but) {
        Optional<Job> job = versions.readSerial(load.job());
        int dropped = 0;
        for (JobVersion version : job.map(Job::versions).orElse(List.of())) {
            boolean dead =
                    version.state() == State.LOADING && (version.owner().equals(load.owner()) || !version.alive());
            if (version.number() != but.number() && (dead || version.state() == State.DROPPING)) {
                dropped += drop(versions, version) ? 1 : 0;
            }
        }
        return dropped;
    }

    /** Drops the published versions that are not kept, the oldest ones, and never the current one. */
    List<Integer> dropOld(VersionsTable versions) {
        Job job = versions.readSerial(load.job()).orElseThrow();
        List<JobVersion> others = job.versions().stream()
                .filter(version -> version.state() == State.PUBLISHED && version.number() != job.current())
                .toList();
        int surplus = others.size() - (load.keepVersions() - 1);
        Stream<JobVersion> left = job.versions().stream().filter(version -> version.state() == State.DROPPING);
        return Stream.concat(others.stream().limit(Math.max(0, surplus)), left)
                .filter(version -> drop(versions, version))
                .map(JobVersion::number)
                .toList();
    }

    /** Shows that nobody is at work on a version; where that fails, it is seen a minute later. */
    static void rest(KvsLoad load, JobVersion version) {
        try (Store store = open(load)) {
            store.versions().rest(version);
        } catch (RuntimeException e) {
            LOG.log(Level.FINE, "version " + version.table() + " could not be shown to be at rest", e);
        }
    }

    /** Drops a version; false where it became current meanwhile. */
    boolean drop(VersionsTable versions, JobVersion version) {
        if (!versions.startDropping(version)) {
            return false;
        }
        KvsTables.drop(session(), load.keyspace(), version);
        versions.dropped(version);
        return true;
    }

    @Override
    public void close() {
        lease.close();
    }
}
