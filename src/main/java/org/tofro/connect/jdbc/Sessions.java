package org.tofro.connect.jdbc;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The open sessions of one go at an extract, and their places in the server's budget. Once ended, it takes no more. */
final class Sessions {
    private final ConnectionBudget.Lease lease;
    private final Set<SourceSession> open = new HashSet<>();
    private boolean ended;

    Sessions(ConnectionBudget.Lease lease) {
        this.lease = lease;
    }

    /** Takes a session in; after the end it closes it and returns false. */
    boolean add(SourceSession session) {
        synchronized (this) {
            if (!ended) {
                open.add(session);
                return true;
            }
        }
        session.close();
        return false;
    }

    synchronized boolean ended() {
        return ended;
    }

    /** Closes a session, by the thread that used it, and gives its place back when the server has ended it. */
    void close(SourceSession session) {
        session.close();
        boolean known;
        synchronized (this) {
            known = open.remove(session);
        }
        if (known) {
            lease.giveBackOne();
        }
    }

    /**
     * Cancels what the sessions are doing, so that their threads close them. One that is between two statements does not
     * notice: call it again until all threads have ended. Returns false where the server does not answer.
     */
    boolean end() {
        return ending().stream().allMatch(SourceSession::cancel);
    }

    /** Cancels what the sessions are doing and closes them over their threads' heads. */
    void kill() {
        boolean answers = true;
        for (SourceSession session : ending()) {
            answers = answers && session.cancel();
            session.abort();
        }
    }

    private synchronized List<SourceSession> ending() {
        ended = true;
        return List.copyOf(open);
    }
}
