package org.tofro.local;

import java.util.Optional;
import java.util.function.Consumer;

/** One server that the daemon keeps in place of a real one. */
sealed interface StandIn
        permits PostgresStandIn, MysqlStandIn, S3StandIn, RedshiftStandIn, CassandraStandIn, FlinkStandIn {
    /** Makes sure that the server runs and holds what is wanted; the address stays the same as long as that is possible. */
    Wire.Address serve(Wire.Wanted wanted, Consumer<String> progress);

    /** What {@code tofro stack status} shows, where the server runs. */
    Optional<Wire.State> state();

    /** Ends what lives in the daemon itself; servers that are processes of their own go on. */
    void close();
}
