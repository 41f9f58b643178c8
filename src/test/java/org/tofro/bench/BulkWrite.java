package org.tofro.bench;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.tofro.connect.cassandra.session.CassandraSessions;
import org.tofro.connect.cassandra.sstable.SstableOptions;
import org.tofro.connect.cassandra.sstable.SstableWriter;
import org.tofro.connect.cassandra.write.CqlWriter;
import org.tofro.connect.cassandra.write.RowWriter;
import org.tofro.connect.cassandra.write.TargetColumn;
import org.tofro.connect.cassandra.write.TargetTable;
import org.tofro.connect.cassandra.write.WriteOptions;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.CassandraConnection.Consistency;
import org.tofro.settings.Secret;
import org.tofro.settings.Tls;

/**
 * Writes rows of five columns into a new table of a Cassandra on this machine, by a method. Arguments: port, the server's
 * process, method ({@code sstable}, {@code cql} or {@code plain}), rows, and for {@code sstable} the place of Cassandra's jars; the
 * password is {@code PGPASSWORD} of the environment.
 *
 * <p>Prints, in seconds: the time until all is written and acknowledged; the server's processor time for that; this
 * process's, with those that it started; the server's afterwards until it was idle, the flush of what it had in memory
 * included; the number of SSTables then; and the server's processor time for making one of them.
 */
public final class BulkWrite {
    private static final long WRITTEN_AT = 1_700_000_000_000_000L;
    private static final int IN_FLIGHT = 256;
    private static final int ROWS_PER_PARTITION = 10;
    private static final TargetTable TABLE = new TargetTable(
            "bench",
            "bulk",
            List.of(
                    new TargetColumn("account", "bigint"),
                    new TargetColumn("day", "int"),
                    new TargetColumn("hash", "text"),
                    new TargetColumn("amount", "double"),
                    new TargetColumn("note", "text")),
            1,
            1);

    private BulkWrite() {}

    public static void main(String[] args) throws Exception {
        CassandraConnection connection = new CassandraConnection(
                "bench",
                false,
                null,
                List.of("127.0.0.1"),
                Integer.parseInt(args[0]),
                "datacenter1",
                "tofro",
                Secret.of(System.getenv("PGPASSWORD")),
                Tls.OFF,
                Consistency.LOCAL_QUORUM);
        try (CassandraSessions.Lease lease = CassandraSessions.open(connection);
                CassandraServerWork server = CassandraServerWork.of(Long.parseLong(args[1]))) {
            CqlSession session = lease.session();
            session.execute("CREATE KEYSPACE IF NOT EXISTS bench"
                    + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
            session.execute("DROP TABLE IF EXISTS bench.bulk");
            session.execute("CREATE TABLE bench.bulk (account bigint, day int, hash text, amount double, note text,"
                    + " PRIMARY KEY (account, day))");
            server.awaitIdle();
            double before = server.cpuSeconds();
            long begun = System.nanoTime();
            long rows = Long.parseLong(args[3]);
            try (RowWriter writer = writer(args, connection, session)) {
                write(writer, rows);
                if (writer.finish().rows() != rows) {
                    throw new IllegalStateException("rows are missing");
                }
            }
            double wall = (System.nanoTime() - begun) / 1e9;
            double loading = server.cpuSeconds() - before;
            double own = CassandraServerWork.ownCpuSeconds();
            server.flush("bench", "bulk");
            server.awaitIdle();
            double after = server.cpuSeconds() - before - loading;
            int tables = server.sstables("bench", "bulk");
            double compacting = server.cpuSeconds();
            server.compact("bench", "bulk");
            compacting = server.cpuSeconds() - compacting;
            System.out.printf("%.2f %.2f %.2f %.2f %d %.2f%n", wall, loading, own, after, tables, compacting);
        }
    }

    private static RowWriter writer(String[] args, CassandraConnection connection, CqlSession session) {
        return switch (args[2]) {
            case "sstable" -> SstableWriter.open(connection, session, TABLE, WRITTEN_AT, SstableOptions.of(args[4]));
            case "cql" -> CqlWriter.open(session, TABLE, WriteOptions.at(WRITTEN_AT));
            default -> new Plain(session);
        };
    }

    private static void write(RowWriter writer, long rows) throws InterruptedException {
        for (long i = 0; i < rows; i++) {
            long account = i / ROWS_PER_PARTITION;
            writer.write(new ByteBuffer[] {
                ByteBuffer.allocate(8).putLong(0, account),
                ByteBuffer.allocate(4).putInt(0, (int) (i % ROWS_PER_PARTITION)),
                text("%016x%016x".formatted(i * 0x9e3779b97f4a7c15L, i * 0xbf58476d1ce4e5b9L)),
                ByteBuffer.allocate(8).putDouble(0, i / 100.0),
                text("note, " + i + ", with commas")
            });
        }
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The asynchronous loop that many a program has: a statement per row, so many on their way. */
    private static final class Plain implements RowWriter {
        private final CqlSession session;
        private final PreparedStatement insert;
        private final ArrayDeque<CompletionStage<AsyncResultSet>> pending = new ArrayDeque<>();
        private long rows;

        Plain(CqlSession session) {
            this.session = session;
            this.insert = session.prepare("INSERT INTO bench.bulk (account, day, hash, amount, note)"
                    + " VALUES (?, ?, ?, ?, ?) USING TIMESTAMP 1700000000000000");
        }

        @Override
        public void write(ByteBuffer[] cells) {
            BoundStatement bound = insert.bind();
            for (int i = 0; i < cells.length; i++) {
                bound = bound.setBytesUnsafe(i, cells[i]);
            }
            pending.add(session.executeAsync(bound));
            if (pending.size() == IN_FLIGHT) {
                pending.remove().toCompletableFuture().join();
            }
            rows++;
        }

        @Override
        public Written finish() {
            pending.forEach(each -> each.toCompletableFuture().join());
            return new Written(rows, 0);
        }

        @Override
        public void close() {}
    }
}
