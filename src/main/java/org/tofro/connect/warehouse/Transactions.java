package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.settings.RedshiftConnection;

/**
 * Runs transactions in the warehouse: a whole transaction again, on a new connection, when trouble is transient; never a
 * single statement. A body must therefore find out by itself whether an earlier try of it was committed.
 */
final class Transactions {
    private static final int TRIES = 6;
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 20_000;

    private final RedshiftConnection connection;
    private final String label;
    private final int statementSeconds;

    Transactions(RedshiftConnection connection, String label) {
        this(connection, label, 0);
    }

    /** @param statementSeconds how long one statement may take; 0 for any time */
    Transactions(RedshiftConnection connection, String label, int statementSeconds) {
        this.connection = connection;
        this.label = label;
        this.statementSeconds = statementSeconds;
    }

    /** What happens in one transaction. */
    @FunctionalInterface
    interface Body<T> {
        T run(WarehouseSession session) throws SQLException, WarehouseException, StepRefusal, FencedException;
    }

    /** Opens a session of this label. */
    WarehouseSession open() throws WarehouseException {
        WarehouseSession session = WarehouseSession.open(connection, label);
        if (statementSeconds > 0) {
            try {
                session.execute("SET statement_timeout TO " + statementSeconds * 1000L);
            } catch (SQLException e) {
                session.close();
                throw WarehouseException.of("cannot set a session up", e);
            }
        }
        return session;
    }

    /**
     * Runs the body in a transaction of its own and commits it; tries again as {@link #retrying} does.
     *
     * @param what the work, for messages: "cannot load staging.x"
     * @param work the step at work: cancelling it closes the connection and ends the tries
     */
    <T> T run(String what, RunningSteps.Work work, Body<T> body)
            throws WarehouseException, StepRefusal, FencedException, InterruptedException {
        return retrying(what, work, session -> {
            session.begin();
            T result = body.run(session);
            session.commit();
            return result;
        });
    }

    /** Runs the body, which begins and commits by itself, on a new session each time, up to six times. */
    <T> T retrying(String what, RunningSteps.Work work, Body<T> body)
            throws WarehouseException, StepRefusal, FencedException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            WarehouseException trouble;
            try (WarehouseSession session = open().closedBy(work)) {
                return body.run(session);
            } catch (SQLException e) {
                trouble = WarehouseException.of(what, e);
            } catch (WarehouseException e) {
                trouble = e;
            }
            if (work.isCancelled()) {
                throw new WarehouseException(what + ": cancelled", false, trouble);
            }
            if (!trouble.isTransient()) {
                throw trouble;
            }
            if (attempt == TRIES) {
                throw new WarehouseException(trouble.getMessage() + " (tried " + TRIES + " times)", false, trouble);
            }
            work.info(trouble.getMessage() + "; trying again (try " + (attempt + 1) + " of " + TRIES + ")");
            work.phase("waiting to try again");
            work.pause(pause(attempt));
            if (work.isCancelled()) {
                throw new WarehouseException(what + ": cancelled", false, trouble);
            }
        }
    }

    /** Exponential, with full jitter, so that two writers that met once do not meet again. */
    private static long pause(int attempt) {
        long ceiling = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << attempt);
        return ThreadLocalRandom.current().nextLong(FIRST_PAUSE_MILLIS / 2, ceiling);
    }
}
