package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.data.CursorRange;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;

/** How far the incremental runs of a pipeline have come, by the ledger of the table that they publish to. */
public final class Watermark {
    private final RedshiftConnection connection;
    private final TableName target;
    private final String publisher;
    private final Set<String> steps;

    /**
     * @param target the table
     * @param publisher the step that publishes to it
     * @param steps all steps of the pipeline
     */
    public Watermark(RedshiftConnection connection, TableName target, String publisher, Set<String> steps) {
        this.connection = connection;
        this.target = target;
        this.publisher = publisher;
        this.steps = Set.copyOf(steps);
    }

    /** What the last run that moved the watermark has read; empty where none has. */
    public Optional<CursorRange> find(RunContext run, String step, RunningSteps.Work work)
            throws WarehouseException, StepRefusal, FencedException, InterruptedException {
        Transactions transactions = new Transactions(connection, CommitRecords.label(run, step));
        return transactions.retrying("cannot read how far " + target + " was loaded", work, session -> {
            TableName ledger = SafetyTables.ledger(target);
            if (!SafetyTables.exists(session, ledger)) {
                return Optional.empty();
            }
            Optional<CursorRange> own = last(session, ledger, run, "step = ?");
            if (own.isEmpty()) {
                demandNoOther(session, ledger, run);
            }
            return own;
        });
    }

    private Optional<CursorRange> last(WarehouseSession session, TableName ledger, RunContext run, String steps)
            throws SQLException {
        return session.first(
                        row -> row.getString(1),
                        "SELECT watermark FROM " + ledger.sql() + " WHERE pipeline = ? AND " + steps
                                + " AND watermark LIKE '[%' ORDER BY place DESC LIMIT 1",
                        run.pipeline(),
                        publisher)
                .flatMap(CursorRange::parse);
    }

    /** A step that was given another name would begin again from the beginning, and append everything once more. */
    private void demandNoOther(WarehouseSession session, TableName ledger, RunContext run)
            throws SQLException, StepRefusal {
        for (String other : session.query(
                row -> row.getString(1),
                "SELECT DISTINCT step FROM " + ledger.sql() + " WHERE pipeline = ? AND watermark LIKE '[%'",
                run.pipeline())) {
            if (!steps.contains(other)) {
                throw new StepRefusal("step '" + other + "' of this pipeline has loaded " + target
                        + " incrementally, and there is no such step any more; if '" + publisher
                        + "' goes on with its work, give it back that name: `name: " + other + "`");
            }
        }
    }
}
