package org.tofro.settings;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** A server that steps name by its connection's name. Everything in it is plain data that travels to the workers. */
public sealed interface Connection extends Serializable
        permits PostgresConnection, MysqlConnection, RedshiftConnection, S3Connection, CassandraConnection {
    /** The name by which steps refer to it. */
    String name();

    /** The type as the runner file spells it. */
    String type();

    /** Whether a stand-in on this machine serves it. */
    boolean standIn();

    /** What it logs in with; null where that is nothing secret. */
    @Nullable
    Secret secret();
}
