package org.tofro.connect.kvs;

import java.io.Serializable;
import java.util.List;
import org.tofro.connect.extract.CommittedAttempt;
import org.tofro.data.RunContext;
import org.tofro.kvs.JobName;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.RedshiftConnection;

/**
 * A version of a job, as a step wants it.
 *
 * @param warehouse what the queries are asked
 * @param cassandra where the store is
 * @param keyspace the store's keyspace
 * @param job the job
 * @param key the columns that make up the key, under the names by which they are served
 * @param sources where the fields come from
 * @param keepVersions how many published versions stay, the current one among them
 * @param guards what is not published
 * @param writing how rows are written
 * @param place where unloaded files and their record go
 */
public record KvsLoad(
        RedshiftConnection warehouse,
        CassandraConnection cassandra,
        String keyspace,
        JobName job,
        List<IndexColumn> key,
        List<FieldSource> sources,
        int keepVersions,
        KvsGuards guards,
        Writing writing,
        CommittedAttempt.Place place)
        implements Serializable {
    public KvsLoad {
        key = List.copyOf(key);
        sources = List.copyOf(sources);
    }

    /**
     * A part of the key.
     *
     * @param name its name
     * @param uuid whether its text is a uuid
     */
    public record IndexColumn(String name, boolean uuid) implements Serializable {}

    /**
     * How rows are written.
     *
     * @param method by what
     * @param consistency how many replicas must have a row, and answer a key that is read back
     * @param maxWritesPerSecond rows written in a second by all workers together; 0 for as many as the cluster takes
     * @param maxMebibytesPerSecond of files, streamed to all nodes together; 0 for as many as go
     */
    public record Writing(
            Method method,
            CassandraConnection.Consistency consistency,
            int maxWritesPerSecond,
            int maxMebibytesPerSecond)
            implements Serializable {}

    /** The ways in which rows get to Cassandra. */
    public enum Method {
        /** Inserts over the driver. */
        CQL,
        /** Files in Cassandra's own format, streamed to the nodes. */
        SSTABLE
    }

    /** Buckets that are loaded at once where all together have a limit, of which each gets its share. */
    private static final int LIMITED_LANES = 4;

    /** In how many lanes so many buckets are loaded. */
    int lanes(int buckets) {
        int most = writing.method() == Method.SSTABLE ? 1 : writing.maxWritesPerSecond() > 0 ? LIMITED_LANES : buckets;
        return Math.max(1, Math.min(most, buckets));
    }

    RunContext run() {
        return place.run();
    }

    String step() {
        return place.step();
    }

    /** What the versions of this step are the work of. */
    String owner() {
        return run().pipeline() + "/" + step();
    }
}
