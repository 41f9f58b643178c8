package org.tofro.connect.jdbc.mysql;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.PlannedRead;
import org.tofro.connect.jdbc.SharedSnapshot;
import org.tofro.connect.jdbc.SourceSession;

/**
 * One moment for several sessions of a server that exports no snapshots: each begins a transaction of its own while nobody
 * can write, for as long as that takes. The lock is of the whole server where the user may have it, else of the table; where
 * neither is to be had, the first session reads alone, and the report says so.
 *
 * <p>The sessions are opened before the lock is asked for, so that nothing slow happens while it is held.
 */
final class LockedSnapshot implements SharedSnapshot {
    /** While the lock is waited for, the writers behind it wait too. */
    private static final int LOCK_SECONDS = 3;

    private static final Duration LOGIN = Duration.ofSeconds(10);
    private static final Set<Integer> NOT_ALLOWED_OR_BUSY = Set.of(1044, 1045, 1142, 1143, 1205, 1227, 1290);

    private final ExtractRequest request;
    private final PlannedRead read;
    private final @Nullable String table;
    private final int readers;
    private final int sessions;
    private final CountDownLatch opened;
    private final CountDownLatch decided = new CountDownLatch(1);
    private final CountDownLatch joined;
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private volatile boolean shared;

    private LockedSnapshot(
            ExtractRequest request, PlannedRead read, @Nullable String table, int readers, int sessions) {
        this.request = request;
        this.read = read;
        this.table = table;
        this.readers = readers;
        this.sessions = sessions;
        this.opened = new CountDownLatch(readers - 1);
        this.joined = new CountDownLatch(readers - 1);
    }

    /** Plans in a transaction of its own; what the plan says holds at any later moment too. */
    static LockedSnapshot plan(ExtractRequest request, MysqlSession session, int most) throws SQLException {
        session.begin();
        MysqlPlanner planner = new MysqlPlanner(request, session);
        PlannedRead read = planner.plan();
        int readers = Math.min(read.plan().readers(), most);
        if (readers > 1 && !MysqlGrants.of(session).mayLock()) {
            read = new MysqlPlanner(request.readBy(1), session).plan();
            read = new PlannedRead(
                    read.plan()
                            .because(("one reader: user '%s' may lock nothing, so several sessions could not see one"
                                            + " moment; grant RELOAD, or LOCK TABLES on the database")
                                    .formatted(request.server().user())),
                    read.columns(),
                    read.queries());
            session.end();
            return new LockedSnapshot(request, read, null, 1, 1);
        }
        session.end();
        return new LockedSnapshot(request, read, planner.table(), readers, Math.min(most, readers + 1));
    }

    @Override
    public PlannedRead read() {
        return read;
    }

    @Override
    public int readers() {
        return readers;
    }

    @Override
    public int sessions() {
        return readers == 1 ? 1 : sessions;
    }

    @Override
    public boolean refused() {
        return read.plan().reason().contains("may lock nothing");
    }

    @Override
    public List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public void take(SourceSession session) throws SQLException, InterruptedException {
        MysqlSession first = (MysqlSession) session;
        if (readers == 1) {
            first.begin();
            return;
        }
        opened.await();
        SQLException refusal = global(first);
        if (refusal != null) {
            refusal = ofTable(first, refusal);
        }
        if (refusal != null) {
            String note = "one reader: nothing could be locked for the moment at which several would have begun (%s)"
                    .formatted(MysqlErrors.message(refusal));
            notes.add(note);
            first.begin();
            decided.countDown();
        }
    }

    /** Returns why the server could not be locked; null where it was, and all have begun. */
    private @Nullable SQLException global(MysqlSession first) throws SQLException, InterruptedException {
        first.execute("SET lock_wait_timeout = " + LOCK_SECONDS);
        try {
            first.execute("FLUSH TABLES WITH READ LOCK");
        } catch (SQLException e) {
            return refused(e);
        } finally {
            first.execute("SET lock_wait_timeout = 60");
        }
        try {
            begin(first);
        } finally {
            first.execute("UNLOCK TABLES");
        }
        return null;
    }

    /** A transaction gives its own session's table locks up, so another session holds them. */
    private @Nullable SQLException ofTable(MysqlSession first, SQLException refusal)
            throws SQLException, InterruptedException {
        if (table == null || sessions <= readers) {
            return refusal;
        }
        try (MysqlSession locker = MysqlSession.open(first.server(), request, LOGIN)) {
            locker.execute("SET lock_wait_timeout = " + LOCK_SECONDS);
            try {
                locker.execute("LOCK TABLES " + table + " READ");
            } catch (SQLException e) {
                return refused(e);
            }
            begin(first);
            return null;
        } catch (SQLException e) {
            if (shared || !MysqlErrors.isFull(e)) {
                throw e;
            }
            return e;
        }
    }

    private static SQLException refused(SQLException e) throws SQLException {
        if (!NOT_ALLOWED_OR_BUSY.contains(e.getErrorCode())) {
            throw e;
        }
        return e;
    }

    private void begin(MysqlSession first) throws SQLException, InterruptedException {
        first.begin();
        shared = true;
        decided.countDown();
        if (!joined.await(LOCK_SECONDS, TimeUnit.SECONDS)) {
            throw new SQLException("the sessions did not begin in time", "08S01");
        }
    }

    @Override
    public void absent() {
        opened.countDown();
        joined.countDown();
    }

    @Override
    public boolean join(ExtractRequest joining, SourceSession other) throws SQLException, InterruptedException {
        opened.countDown();
        decided.await();
        if (!shared) {
            return false;
        }
        ((MysqlSession) other).begin();
        joined.countDown();
        return true;
    }
}
