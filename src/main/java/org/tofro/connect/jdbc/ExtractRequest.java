package org.tofro.connect.jdbc;

import java.io.Serializable;
import java.util.List;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.settings.PostgresConnection;

/**
 * An extract as a step asks for it.
 *
 * @param connection the server
 * @param database the database on it
 * @param source what to read
 * @param columns which columns, under which names and types; empty for all as they are
 * @param splitBy the key's columns, by whose ranges it is read where it has no pages to be read by; empty for the table's
 *     primary key
 * @param splits most readers at work at a time, at least 1
 * @param limit most rows to read, for a trial run
 * @param path pipeline, run, step and attempt: where the parts go, and what the server sees as the client's name
 */
public record ExtractRequest(
        PostgresConnection connection,
        String database,
        ReadSource source,
        List<ColumnChoice> columns,
        List<String> splitBy,
        int splits,
        OptionalLimit limit,
        AttemptPath path)
        implements Serializable {
    public static final int DEFAULT_SPLITS = 2;

    public ExtractRequest {
        columns = List.copyOf(columns);
        splitBy = List.copyOf(splitBy);
        if (splits < 1) {
            throw new IllegalArgumentException("splits must be at least 1, not " + splits);
        }
    }

    /** The same for another number of readers. */
    ExtractRequest readBy(int readers) {
        return new ExtractRequest(connection, database, source, columns, splitBy, readers, limit, path);
    }

    /** The same for another source, read by ranges of these columns. */
    ExtractRequest reading(ReadSource other, List<String> key) {
        return new ExtractRequest(connection, database, other, columns, key, splits, limit, path);
    }

    /** The connection as messages name it. */
    String where() {
        return "connection '%s', database '%s'".formatted(connection.name(), database);
    }
}
