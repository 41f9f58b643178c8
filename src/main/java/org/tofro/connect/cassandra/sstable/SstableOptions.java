package org.tofro.connect.cassandra.sstable;

import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.settings.CassandraConnection;

/**
 * How SSTables are made and streamed.
 *
 * @param cassandra where Cassandra's jars are on every machine that writes: an installation, a folder of jars, or a file
 *     that holds their class path; of the cluster's version
 * @param config a {@code cassandra.yaml} whose {@code server_encryption_options} say how to talk to nodes that encrypt their
 *     own connections; null where they do not
 * @param throttle how many MiB a writer streams in a second, to all nodes together; 0 for as many as go
 * @param ttl after how many seconds the rows end; 0 for never
 * @param buffer how many MiB of rows are sorted at a time; each makes an SSTable. A writer takes about three times as much
 *     memory in its process, and as much disk
 */
public record SstableOptions(String cassandra, @Nullable String config, int throttle, int ttl, int buffer)
        implements Serializable {
    public static final int DEFAULT_BUFFER = 64;

    /** Without a limit, for a cluster that does not encrypt. */
    public static SstableOptions of(String cassandra) {
        return new SstableOptions(cassandra, null, 0, 0, DEFAULT_BUFFER);
    }

    /** For a connection that says where its Cassandra's programs are. */
    public static SstableOptions of(CassandraConnection connection) {
        if (connection.home() == null) {
            throw CassandraException.permanent("connection '" + connection.name()
                    + "': to write SSTables, Cassandra's own jars are needed; give the connection 'cassandra_home', a folder"
                    + " with them on all machines that write, of the cluster's version, or use 'method: cql'");
        }
        Path config = Path.of(connection.home(), "conf", "cassandra.yaml");
        return new SstableOptions(
                connection.home(), Files.isRegularFile(config) ? config.toString() : null, 0, 0, DEFAULT_BUFFER);
    }

    /** The same with a limit, in MiB a second. */
    public SstableOptions throttled(int mebibytes) {
        return new SstableOptions(cassandra, config, mebibytes, ttl, buffer);
    }

    /** The same with another size of batches, in MiB. */
    public SstableOptions buffered(int mebibytes) {
        return new SstableOptions(cassandra, config, throttle, ttl, mebibytes);
    }
}
