package org.tofro.connect.warehouse;

import java.util.ArrayList;
import java.util.List;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.connect.StepRefusal;
import org.tofro.data.Figures;
import org.tofro.data.StagedFiles;

/**
 * Puts the rows of a staging table in the place of those rows of a production table that have their keys, and adds the
 * others: DELETE and INSERT in one transaction, as a MERGE leaves open which of two rows of one key wins.
 *
 * @param publication the two tables
 * @param order which of several staged rows of one key is taken; empty to refuse them
 */
public record UpsertRows(Publication publication, List<RowOrder> order) implements StepAction {
    public UpsertRows {
        order = List.copyOf(order);
    }

    @Override
    public Figures perform(RunningSteps.Work work, List<StagedFiles> none) throws Exception {
        return publication.publish(work, (session, tables, range) -> {
            Key key = tables.key(publication.primaryKey());
            if (!key.isKnown()) {
                throw new StepRefusal("an upsert needs a key, and neither " + tables.destination() + " nor "
                        + tables.source() + " has one. Nothing was changed; name its columns with `primary_key`");
            }
            List<String> notes = new ArrayList<>();
            long staged = Balance.count(session, tables.source());
            long before = Balance.count(session, tables.destination());
            StagedRows rows = StagedRows.oneOfEach(session, publication.run(), key, order, staged, notes);

            work.phase("replacing rows");
            long deleted = session.execute("DELETE FROM " + tables.destination().sql() + " USING "
                    + tables.source().sql() + " AS " + tables.alias() + " WHERE " + key.matches());
            long inserted = session.execute(rows.insert());
            long after = Balance.count(session, tables.destination());
            new Balance(tables, staged, rows.leftOut(), before, deleted, deleted, inserted, after).demandEven("upsert");
            notes.add(0, "replaced " + deleted + " of " + before + " rows");
            return new Ledger.Entry(staged, inserted, null, notes);
        });
    }
}
