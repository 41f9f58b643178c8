package org.tofro.local.redshift;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the front makes of one statement.
 *
 * @param kind what it does to the transaction
 * @param source the statement as the client wrote it
 * @param sql what PostgreSQL runs in its place; empty where the front itself acts
 * @param locks tables that it writes, to be locked before PostgreSQL takes its snapshot
 * @param after what PostgreSQL runs behind it, unseen by the client
 * @param copy the COPY, where it is one
 * @param unload the UNLOAD, where it is one
 */
record Translation(
        Kind kind,
        String source,
        String sql,
        List<String> locks,
        List<String> after,
        @Nullable CopyCommand copy,
        @Nullable UnloadCommand unload) {
    enum Kind {
        BEGIN,
        COMMIT,
        ROLLBACK,
        TRUNCATE,
        COPY,
        UNLOAD,
        OTHER
    }

    static Translation of(Kind kind, String source, String sql) {
        return new Translation(kind, source, sql, List.of(), List.of(), null, null);
    }

    static Translation other(String source, String sql, List<String> locks, List<String> after) {
        return new Translation(Kind.OTHER, source, sql, locks, after, null, null);
    }
}
