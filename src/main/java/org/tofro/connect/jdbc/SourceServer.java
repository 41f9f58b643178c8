package org.tofro.connect.jdbc;

import java.io.Serializable;
import java.sql.SQLException;
import java.time.Duration;
import org.tofro.connect.extract.ExtractException;

/** A relational server that extracts read, and all in which one product differs from another. */
public interface SourceServer extends Serializable {
    /** The connection's name. */
    String name();

    /** Host and port, for messages. */
    String address();

    /** The user's name. */
    String user();

    /** Most connections that the extracts of one process may hold at a time. */
    int maxConnections();

    /** How many sessions are open at most while that many read. */
    default int sessions(int readers) {
        return readers;
    }

    /**
     * Opens a session.
     *
     * @param login how long the server may take to let the session in, where the connection does not say it itself
     */
    SourceSession open(ExtractRequest request, Duration login) throws SQLException;

    /** Whether the server gives this user no further session for now. */
    boolean isFull(SQLException e);

    /** One sentence for what the driver throws, without row data, and whether trying again may help. */
    ExtractException translate(ExtractRequest request, SQLException e);
}
