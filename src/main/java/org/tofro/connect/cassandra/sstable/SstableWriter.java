package org.tofro.connect.cassandra.sstable;

import com.datastax.oss.driver.api.core.CqlSession;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.connect.cassandra.sstable.program.ProgramSettings;
import org.tofro.connect.cassandra.write.RowWriter;
import org.tofro.connect.cassandra.write.TargetTable;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.Tls;

/**
 * Writes rows as SSTables, in a process of Cassandra's own class path, and streams them to all nodes that keep the table,
 * while further rows are taken. Rows may come in any order. Rows that are given again make the same cells.
 *
 * <p>A writer has one process, a core's work and, by default, at most 400 MB of memory; it ends with this one. A {@link
 * #write} that waits for a slow network is ended by {@link #close} in another thread, not by an interrupt.
 */
public final class SstableWriter implements RowWriter {
    private final String subject;
    private final CassandraJars jars;
    private final SstableProcess process;
    private final DataOutputStream out;
    private final WritableByteChannel channel;
    private long rows;
    private long bytes;
    private @Nullable SstableSummary summary;
    private volatile boolean closed;

    private SstableWriter(String subject, CassandraJars jars, SstableProcess process) {
        this.subject = subject;
        this.jars = jars;
        this.process = process;
        this.out = process.rows();
        this.channel = Channels.newChannel(out);
    }

    /**
     * Checks that the cluster takes SSTables from here, and starts to write.
     *
     * @param session of that connection; it is needed until this returns
     * @param writtenAt the write timestamp of all cells, in microseconds since 1970
     * @throws CassandraException where the versions differ, a node's storage port is closed, or the jars are not there
     */
    public static SstableWriter open(
            CassandraConnection connection,
            CqlSession session,
            TargetTable table,
            long writtenAt,
            SstableOptions options) {
        String subject =
                "connection '" + connection.name() + "', table " + table.keyspace() + "." + table.name() + ": ";
        try {
            CassandraJars jars = CassandraJars.at(options.cassandra());
            ClusterFacts cluster = ClusterFacts.read(session, table);
            cluster.demandFit(jars, options.cassandra());
            if (connection.tls().mode() == Tls.Mode.ENCRYPT) {
                throw CassandraException.permanent(
                        "the program that writes SSTables takes verified nodes only; give the"
                                + " connection `tls_root: file.pem` instead of `tls: encrypt`, or use 'method: cql'");
            }
            SstableProcess process = SstableProcess.start(
                    jars, options.buffer(), connection.tls().roots());
            try {
                settings(connection, cluster, table, writtenAt, options).write(process.rows());
            } catch (IOException e) {
                process.close();
                throw e;
            }
            return new SstableWriter(subject, jars, process);
        } catch (CassandraException e) {
            throw new CassandraException(subject + e.getMessage(), e.transientTrouble(), e);
        } catch (IOException e) {
            throw new CassandraException(
                    subject + "the program that writes SSTables cannot be started: " + e, false, e);
        }
    }

    private static ProgramSettings settings(
            CassandraConnection connection,
            ClusterFacts cluster,
            TargetTable table,
            long writtenAt,
            SstableOptions options) {
        return new ProgramSettings(
                table.keyspace(),
                table.name(),
                cluster.types(),
                cluster.ddl(),
                insert(table, writtenAt, options.ttl()),
                table.partitionKey(),
                table.key(),
                table.columns().size(),
                options.buffer() << 20,
                options.throttle(),
                cluster.keepers().stream().map(ClusterFacts.Keeper::address).toList(),
                cluster.keepers().get(0).storagePort(),
                connection.user() == null ? "" : connection.user(),
                connection.user() == null ? "" : connection.password().reveal(),
                connection.tls().demanded(),
                options.config() == null ? "" : options.config());
    }

    static String insert(TargetTable table, long writtenAt, int ttl) {
        return table.insert() + " USING TIMESTAMP " + writtenAt + (ttl == 0 ? "" : " AND TTL " + ttl);
    }

    @Override
    public void write(@Nullable ByteBuffer[] cells) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        int length = 0;
        for (ByteBuffer cell : cells) {
            length += Integer.BYTES + (cell == null ? 0 : cell.remaining());
        }
        try {
            out.writeInt(length);
            for (ByteBuffer cell : cells) {
                if (cell == null) {
                    out.writeInt(-1);
                } else {
                    out.writeInt(cell.remaining());
                    put(cell);
                }
            }
        } catch (IOException e) {
            throw failure(process.awaitEnd(), e);
        }
        rows++;
        bytes += length - (long) cells.length * Integer.BYTES;
    }

    private void put(ByteBuffer cell) throws IOException {
        if (cell.hasArray()) {
            out.write(cell.array(), cell.arrayOffset() + cell.position(), cell.remaining());
        } else {
            channel.write(cell);
        }
    }

    @Override
    public Written finish() throws InterruptedException {
        try {
            out.writeInt(0);
            // It stays open: its end would say that this process is gone.
            out.flush();
        } catch (IOException e) {
            throw failure(process.awaitEnd(), e);
        }
        String last = process.awaitEnd();
        SstableSummary found = SstableSummary.read(last);
        if (found == null) {
            throw failure(last, null);
        }
        if (found.rows() != rows) {
            throw CassandraException.permanent(subject + "of " + rows + " rows, " + found.rows()
                    + " were written as SSTables; nothing may be made of them");
        }
        summary = found;
        return new Written(rows, bytes);
    }

    /** What was made of the rows; null before it is finished. */
    public @Nullable SstableSummary summary() {
        return summary;
    }

    /** How many rows all nodes have by now. */
    public long streamed() {
        return process.streamed();
    }

    SstableProcess process() {
        return process;
    }

    /** What the last line means; the rows' values never stand in it. */
    private CassandraException failure(String line, @Nullable Exception cause) {
        if (closed) {
            return new CassandraException(subject + "writing was ended", false, cause);
        }
        String[] words = line.split(" ", 3);
        String text = words.length < 3 ? "" : words[2];
        return words.length == 3 && words[0].equals("failed")
                ? switch (words[1]) {
                    case "ROW" -> new CassandraException(subject + text, false, cause);
                    case "SCHEMA" ->
                        new CassandraException(
                                subject + "Cassandra " + jars.version()
                                        + "'s writer of SSTables does not take the table's definition: " + text
                                        + "; use 'method: cql'",
                                false,
                                cause);
                    case "STREAM" ->
                        new CassandraException(
                                subject + "the SSTables were not taken by all nodes: " + text
                                        + ". See the nodes' logs; the same rows may be given again",
                                true,
                                cause);
                    case "DISK" ->
                        new CassandraException(
                                subject + "the disk of this machine's folder for temporary files is full (" + text
                                        + "); a writer needs three batches of rows there. Make room, or name another"
                                        + " folder by -Djava.io.tmpdir",
                                false,
                                cause);
                    case "COUNT" ->
                        new CassandraException(
                                subject + text + "; nothing may be made of them. Please report this", false, cause);
                    default ->
                        new CassandraException(
                                subject + "the program that writes SSTables failed: " + text + "; " + process.exit(),
                                false,
                                cause);
                }
                : new CassandraException(
                        subject + "the program that writes SSTables ended with " + process.exit(), true, cause);
    }

    @Override
    public void close() {
        closed = true;
        process.close();
    }
}
