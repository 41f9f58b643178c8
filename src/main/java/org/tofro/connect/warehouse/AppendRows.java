package org.tofro.connect.warehouse;

import java.util.ArrayList;
import java.util.List;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.connect.StepRefusal;
import org.tofro.data.Figures;
import org.tofro.data.StagedFiles;

/**
 * Adds the rows of a staging table to those of a production table. That a run adds them once is the ledger's doing; that a
 * row does not come in a second time by another run is checked by the key where one is known, else by the interval or the
 * event files of its run.
 *
 * @param publication the two tables
 * @param order which of several staged rows of one key is taken; empty to refuse them
 * @param skipExisting whether rows whose key stands in the production table are left out rather than refused
 */
public record AppendRows(Publication publication, List<RowOrder> order, boolean skipExisting) implements StepAction {
    public AppendRows {
        order = List.copyOf(order);
    }

    @Override
    public Figures perform(RunningSteps.Work work, List<StagedFiles> none) throws Exception {
        return publication.publish(work, (session, tables, range) -> {
            List<String> notes = new ArrayList<>();
            long staged = Balance.count(session, tables.source());
            long before = Balance.count(session, tables.destination());
            Key key = tables.key(publication.primaryKey());
            StagedRows rows = StagedRows.all(key, staged);
            long existing = 0;
            if (key.isKnown()) {
                rows = StagedRows.oneOfEach(session, publication.run(), key, order, staged, notes);
                Key.Standing standing = key.standing(session, rows);
                if (standing.keys() > 0 && skipExisting) {
                    existing = standing.rows();
                    notes.add("left out " + existing + " row" + (existing == 1 ? "" : "s") + " of "
                            + key.counted(standing.keys()) + " that stood in " + tables.destination() + " already");
                } else if (standing.keys() > 0) {
                    Guards.refuse(
                            publication.run(),
                            "duplicates",
                            notes,
                            tables.source() + " has " + key.counted(standing.keys()) + " that "
                                    + (standing.keys() == 1 ? "stands" : "stand") + " in " + tables.destination()
                                    + " already. `on_existing: skip` leaves such rows out for good",
                            "adds them for this run");
                }
            } else if (skipExisting || !order.isEmpty()) {
                throw new StepRefusal(
                        (skipExisting ? "`on_existing: skip`" : "`order_by`") + " needs a key, and neither "
                                + tables.destination() + " nor " + tables.source()
                                + " has one. Nothing was changed; name its columns with `primary_key`");
            } else {
                if (staged > 0) {
                    new RowsAgain(publication, tables).refuse(session, range, notes);
                }
                notes.add(Key.NOT_CHECKED);
            }

            work.phase("adding rows");
            long inserted = session.execute(rows.insert() + (existing == 0 ? "" : " WHERE NOT " + key.exists()));
            long after = Balance.count(session, tables.destination());
            new Balance(tables, staged, rows.leftOut() + existing, before, 0, 0, inserted, after).demandEven("append");
            notes.add(0, "added to " + before + " rows");
            return new Ledger.Entry(staged, inserted, null, notes);
        });
    }
}
