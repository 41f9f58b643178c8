package org.tofro.connect.kvs;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.cassandra.session.DriverErrors;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.KvsException;
import org.tofro.kvs.KvsTables;
import org.tofro.settings.CassandraConnection;

/**
 * Reads keys back that were written, and compares them byte by byte.
 *
 * <p>A key that is not there may have been forgotten since it was written. Whether it was, only its deletion knows, which no
 * statement shows: so it is written once more, with the same cells at the same time. What was deleted stays away then, and what
 * comes back had been lost.
 */
final class ReadBack {
    private final CqlSession session;
    private final String keyspace;
    private final JobVersion version;
    private final ConsistencyLevel level;
    private final RunningSteps.Work work;

    /**
     * @param consistency how many replicas answer
     * @param work whose cancelling ends the waiting for a cluster that does not answer
     */
    ReadBack(
            CqlSession session,
            String keyspace,
            JobVersion version,
            CassandraConnection.Consistency consistency,
            RunningSteps.Work work) {
        this.work = work;
        this.session = session;
        this.keyspace = keyspace;
        this.version = version;
        this.level = DefaultConsistencyLevel.valueOf(consistency.name());
    }

    /**
     * Reads keys.
     *
     * @return how many of them were forgotten meanwhile
     * @throws KvsException where one is missing otherwise, or is not what was written
     */
    int demandStored(List<Part.Sample> samples) throws InterruptedException {
        PreparedStatement select =
                session.prepare("SELECT " + KvsTables.quoted(version.schema().columns()) + " FROM "
                        + KvsTables.name(keyspace, version) + KvsTables.whereKey(version.schema()));
        Map<Part.Sample, CompletionStage<AsyncResultSet>> asked = new HashMap<>();
        for (Part.Sample sample : samples) {
            asked.put(sample, session.executeAsync(reading(select, sample)));
        }
        int forgotten = 0;
        for (Map.Entry<Part.Sample, CompletionStage<AsyncResultSet>> each : asked.entrySet()) {
            Row row = row(each.getValue(), reading(select, each.getKey()));
            if (row == null) {
                demandForgotten(select, each.getKey());
                forgotten++;
            } else {
                demandSame(each.getKey(), row);
            }
        }
        return forgotten;
    }

    /** What a server had no room for at the same time as all others is asked for by itself. */
    private @Nullable Row row(CompletionStage<AsyncResultSet> asked, BoundStatement reading)
            throws InterruptedException {
        try {
            return asked.toCompletableFuture().join().one();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof RuntimeException cause)) {
                throw e;
            }
            if (!DriverErrors.isTransient(cause)) {
                throw cause;
            }
            return answered(reading);
        }
    }

    private @Nullable Row answered(BoundStatement statement) throws InterruptedException {
        return UntilAnswered.<@Nullable Row>ask(
                work, () -> session.execute(statement).one());
    }

    private BoundStatement reading(PreparedStatement select, Part.Sample sample) {
        BoundStatement one = select.bind().setIdempotent(true).setConsistencyLevel(level);
        for (int i = 0; i < version.schema().key().size(); i++) {
            one = one.setBytesUnsafe(
                    i, ByteBuffer.wrap(Objects.requireNonNull(sample.cells().get(i))));
        }
        return one;
    }

    private void demandForgotten(PreparedStatement select, Part.Sample sample) throws InterruptedException {
        BoundStatement writing = session.prepare(
                        RowWriters.table(keyspace, version).insert())
                .bind()
                .setIdempotent(true)
                .setConsistencyLevel(level)
                .setQueryTimestamp(version.writtenAt());
        for (int i = 0; i < sample.cells().size(); i++) {
            byte[] cell = sample.cells().get(i);
            if (cell != null) {
                writing = writing.setBytesUnsafe(i, ByteBuffer.wrap(cell));
            }
        }
        answered(writing);
        if (answered(reading(select, sample)) != null) {
            throw new KvsException("job '%s': a key that was written to version %d is not there when it is read%s"
                    .formatted(version.job(), version.number(), PublishLoad.IF_TWICE));
        }
    }

    private void demandSame(Part.Sample sample, Row row) {
        for (int i = 0; i < sample.cells().size(); i++) {
            @Nullable ByteBuffer stored = row.getBytesUnsafe(i);
            byte[] bytes = new byte[stored == null ? 0 : stored.remaining()];
            if (stored != null) {
                stored.duplicate().get(bytes);
            }
            byte[] written = sample.cells().get(i);
            if ((stored == null) != (written == null) || (written != null && !Arrays.equals(bytes, written))) {
                throw new KvsException("job '%s': '%s' of a key reads otherwise than it was written to version %d%s"
                        .formatted(
                                version.job(),
                                version.schema().columns().get(i).name(),
                                version.number(),
                                PublishLoad.IF_TWICE));
            }
        }
    }
}
