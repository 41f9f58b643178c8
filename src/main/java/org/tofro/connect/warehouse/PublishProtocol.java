package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.Settings;

/**
 * How a step changes a table exactly once. Everything happens in one transaction:
 *
 * <ol>
 *   <li>before it, look at the lease on another connection: who has lost it changes nothing;
 *   <li>lock the fences of the tables in name order, which waits for an older attempt that may still be committing;
 *   <li>if the ledger has a row of this run and step, an earlier attempt has done the work: roll back, done;
 *   <li>if a later launch has changed the table: roll back, fenced;
 *   <li>leave the token in the fence; change the rows; verify counts and guards;
 *   <li>write the ledger's row; look at the lease once more; commit.
 * </ol>
 *
 * <p>The lease is looked at on another connection, see {@link Lease#demand}.
 *
 * <p>A commit whose answer is lost is not a special case: the next try waits for the lock and finds the ledger's row or
 * does not.
 */
final class PublishProtocol {
    /** How long the lock is waited for before server processes that this pipeline left behind are ended. */
    private static final int PATIENCE_SECONDS = 20;

    private final RunContext run;
    private final String step;
    private final List<TableName> targets;
    private final Fence target;
    private final List<Fence> fences;
    private final List<Ledger> others;
    private final Ledger ledger;
    private final List<Ledger> sources;
    private final Lease lease;
    private final CommitRecords records;
    private final Transactions transactions;
    private final int lockWaitSeconds;
    private final int patienceSeconds;

    /**
     * @param target the table that the step changes
     * @param source a table of Tofro's that it reads, whose writers must wait too; or none
     */
    PublishProtocol(
            RedshiftConnection connection,
            Settings.Limits limits,
            RunContext run,
            String step,
            TableName target,
            Optional<TableName> source) {
        this(connection, limits, run, step, target, source, PATIENCE_SECONDS);
    }

    PublishProtocol(
            RedshiftConnection connection,
            Settings.Limits limits,
            RunContext run,
            String step,
            TableName target,
            Optional<TableName> source,
            int patienceSeconds) {
        this(connection, limits, run, step, List.of(target), source.stream().toList(), List.of(), patienceSeconds);
    }

    /**
     * Several tables at once.
     *
     * @param targets the tables that the step changes; the ledger of the first says whether it is done
     * @param sources tables that it reads and earlier steps of the run have changed: their writers must wait too, and no
     *     later run of the pipeline may have changed them
     */
    PublishProtocol(
            RedshiftConnection connection,
            Settings.Limits limits,
            RunContext run,
            String step,
            List<TableName> targets,
            List<TableName> sources) {
        this(connection, limits, run, step, targets, sources, sources, PATIENCE_SECONDS);
    }

    private PublishProtocol(
            RedshiftConnection connection,
            Settings.Limits limits,
            RunContext run,
            String step,
            List<TableName> targets,
            List<TableName> locked,
            List<TableName> newest,
            int patienceSeconds) {
        this.patienceSeconds = patienceSeconds;
        this.run = run;
        this.step = step;
        this.targets = apart(targets);
        this.target = new Fence(targets.get(0));
        this.fences = apart(Stream.concat(targets.stream(), locked.stream()).toList()).stream()
                .sorted(Comparator.comparing(SafetyTables::fence))
                .map(Fence::new)
                .toList();
        this.ledger = new Ledger(targets.get(0));
        this.others = this.targets.stream().skip(1).map(Ledger::new).toList();
        this.sources = newest.stream().map(Ledger::new).toList();
        this.lease = new Lease(connection, run.pipeline(), limits.leaseSeconds());
        this.records = new CommitRecords(connection, run, step, limits.leaseSeconds());
        this.transactions = new Transactions(connection, CommitRecords.label(run, step));
        this.lockWaitSeconds = limits.lockWaitSeconds();
    }

    /** Each table once, however it is spelled. */
    private static List<TableName> apart(List<TableName> tables) {
        Map<TableName, TableName> byFence = new LinkedHashMap<>();
        tables.forEach(table -> byFence.putIfAbsent(SafetyTables.fence(table), table));
        return List.copyOf(byFence.values());
    }

    /** The change itself, within the transaction; it throws unless the target is as it should be. */
    @FunctionalInterface
    interface Change {
        Ledger.Entry apply(WarehouseSession session, Fence target) throws SQLException, WarehouseException, StepRefusal;
    }

    /** The change of several tables: what it did to each of {@link #targets}, in that order. */
    @FunctionalInterface
    interface Changes {
        List<Ledger.Entry> apply(WarehouseSession session) throws SQLException, WarehouseException, StepRefusal;
    }

    /** The tables that the step changes, each once. */
    List<TableName> targets() {
        return targets;
    }

    private record Result(Ledger.Entry entry, boolean earlier) {}

    /** Applies the change once, and tells what it, or the earlier attempt that was first, has done. */
    Figures run(RunningSteps.Work work, Change change)
            throws WarehouseException, StepRefusal, FencedException, InterruptedException {
        return runAll(work, session -> List.of(change.apply(session, target)));
    }

    /** {@link #run} for several tables: a row in the ledger of each, all in the one transaction. */
    Figures runAll(RunningSteps.Work work, Changes changes)
            throws WarehouseException, StepRefusal, FencedException, InterruptedException {
        for (Fence fence : fences) {
            fence.prepare(transactions, work);
        }
        Result result = transactions.retrying("cannot change " + target.target(), work, session -> {
            records.noteBackend(session, step);
            lease.demandNow(run.token());
            lockAll(session, work);
            Optional<Ledger.Entry> earlier = ledger.find(session, run, step);
            if (earlier.isPresent()) {
                return new Result(earlier.get(), true);
            }
            Optional<Long> staged = records.firstStaged(session);
            ledger.demandNewest(session, run, staged);
            for (Ledger other : others) {
                other.demandNewest(session, run, staged);
            }
            for (Ledger source : sources) {
                source.demandNewest(session, run, staged);
            }
            for (TableName changed : targets) {
                new Fence(changed).mark(session, run);
            }
            List<Ledger.Entry> entries = changes.apply(session);
            Ledger.Entry entry = entries.get(0);
            ledger.write(session, run, step, entry);
            for (int i = 0; i < others.size(); i++) {
                others.get(i).write(session, run, step, entries.get(i + 1));
            }
            work.phase("committing");
            // On another connection: a lock on the lease held until the commit would keep its renewal waiting.
            lease.demandNow(run.token());
            session.commit();
            return new Result(entry, false);
        });
        Ledger.Entry entry = result.entry();
        return result.earlier()
                ? entry.resumed(work.startedAt())
                : new Figures(
                        entry.rowsIn(),
                        entry.rowsOut(),
                        0,
                        work.startedAt(),
                        System.currentTimeMillis(),
                        0,
                        System.currentTimeMillis() - work.startedAt(),
                        false,
                        entry.notes());
    }

    private void lockAll(WarehouseSession session, RunningSteps.Work work) throws SQLException, WarehouseException {
        long deadline = System.nanoTime() + lockWaitSeconds * 1_000_000_000L;
        while (true) {
            work.phase("waiting for the table");
            Fence next = target;
            try {
                session.execute("SET statement_timeout TO " + Math.min(patienceSeconds, lockWaitSeconds) * 1000L);
                session.begin();
                for (Fence fence : fences) {
                    next = fence;
                    fence.lock(session);
                }
                session.execute("SET statement_timeout TO 0");
                work.phase("working");
                return;
            } catch (SQLException e) {
                if (!WarehouseException.isTimeout(e) || work.isCancelled()) {
                    throw e;
                }
            }
            session.rollback();
            int ended = records.endLeftBackends(session, step);
            // One round more for a session that was just ended: it may still be rolling back.
            long grace = ended == 0 ? 0 : patienceSeconds * 1_000_000_000L;
            if (System.nanoTime() > deadline + grace) {
                TableName held = next.target();
                throw new WarehouseException(
                        "cannot change " + target.target() + ": another session has held "
                                + (held.equals(target.target()) ? "its fence" : "the fence of " + held)
                                + " for more than " + lockWaitSeconds
                                + " s; look for it in svv_transactions (relation " + SafetyTables.fence(held)
                                + ") and end it, or raise limits: lock_wait_seconds",
                        false,
                        null);
            }
        }
    }
}
