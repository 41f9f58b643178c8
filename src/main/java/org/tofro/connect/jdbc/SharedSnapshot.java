package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.util.List;

/**
 * A plan, and the moment at which all sessions of an extract read it. Each of the three calls below comes from the thread
 * of the session that it is about, and may wait for the others; a thread whose extract has failed is interrupted there.
 */
public interface SharedSnapshot {
    PlannedRead read();

    /** How many sessions read side by side. */
    int readers();

    /** How many sessions are open at most until all have the moment. */
    default int sessions() {
        return readers();
    }

    /** Whether there is one reader because the server does not share snapshots. */
    boolean refused();

    /** Makes the planning session see the moment, before it reads. */
    void take(SourceSession first) throws SQLException, InterruptedException;

    /**
     * Makes another session see it, also when the first one has gone later: it holds the moment by itself from then on.
     *
     * @return false where it cannot after all; then the first session reads everything
     */
    boolean join(ExtractRequest request, SourceSession other) throws SQLException, InterruptedException;

    /** Tells that one session fewer will join. */
    void absent();

    /** What a reader of the report should know of the moment, when all have it. */
    List<String> notes();
}
