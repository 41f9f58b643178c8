package org.tofro.connect.kvs;

import com.datastax.oss.driver.api.core.CqlSession;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepLog;
import org.tofro.connect.cassandra.session.RowRate;
import org.tofro.connect.cassandra.sstable.SstableOptions;
import org.tofro.connect.cassandra.sstable.SstableWriter;
import org.tofro.connect.cassandra.write.CqlWriter;
import org.tofro.connect.cassandra.write.RowWriter;
import org.tofro.connect.cassandra.write.TargetColumn;
import org.tofro.connect.cassandra.write.TargetTable;
import org.tofro.connect.cassandra.write.WriteOptions;
import org.tofro.kvs.JobVersion;

/** The place where a method of writing becomes a writer. */
final class RowWriters {
    private RowWriters() {}

    /** What the writers that share it may write in a second, when so many share the limit of a step. */
    static RowRate rate(KvsLoad.Writing writing, int lanes) {
        @Nullable
        Integer share = writing.maxWritesPerSecond() == 0 ? null : Math.max(1, writing.maxWritesPerSecond() / lanes);
        return new RowRate(share);
    }

    /** The version's table. */
    static TargetTable table(String keyspace, JobVersion version) {
        List<TargetColumn> columns = version.schema().columns().stream()
                .map(column -> new TargetColumn(column.name(), column.type()))
                .toList();
        return new TargetTable(
                keyspace, version.table(), columns, version.schema().key().size(), 0);
    }

    /** A writer of the version's rows. */
    static RowWriter open(KvsLoad load, CqlSession session, JobVersion version, RowRate rate, StepLog log) {
        TargetTable table = table(load.keyspace(), version);
        return switch (load.writing().method()) {
            case CQL ->
                CqlWriter.open(
                        session,
                        table,
                        WriteOptions.at(version.writtenAt())
                                .withConsistency(load.writing().consistency())
                                .withRate(rate)
                                .withWarnings(log::warn));
            case SSTABLE ->
                SstableWriter.open(
                        load.cassandra(),
                        session,
                        table,
                        version.writtenAt(),
                        SstableOptions.of(load.cassandra())
                                .throttled(load.writing().maxMebibytesPerSecond()));
        };
    }
}
