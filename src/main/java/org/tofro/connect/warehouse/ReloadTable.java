package org.tofro.connect.warehouse;

import java.util.ArrayList;
import java.util.List;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.data.Figures;
import org.tofro.data.StagedFiles;

/**
 * Replaces all rows of a production table by those of a staging table, in one transaction: readers see all of the old or
 * all of the new. Never by TRUNCATE, which commits, and never by a change of names, which loses grants and views.
 *
 * @param publication the two tables
 * @param guards what is refused
 */
public record ReloadTable(Publication publication, Guards guards) implements StepAction {
    @Override
    public Figures perform(RunningSteps.Work work, List<StagedFiles> none) throws Exception {
        return publication.publish(work, (session, tables, range) -> {
            List<String> notes = new ArrayList<>();
            long staged = Balance.count(session, tables.source());
            long before = Balance.count(session, tables.destination());
            Key key = tables.key(publication.primaryKey());
            guards.check(
                    session,
                    publication.run(),
                    key,
                    new Guards.Replaced(tables.destination().toString(), "table", before, staged),
                    notes);

            work.phase("replacing rows");
            long deleted = session.execute("DELETE FROM " + tables.destination().sql());
            long inserted = session.execute(StagedRows.all(key, staged).insert());
            long after = Balance.count(session, tables.destination());
            new Balance(tables, staged, 0, before, before, deleted, inserted, after).demandEven("reload");
            notes.add(0, "replaced " + before + " rows");
            return new Ledger.Entry(staged, inserted, null, notes);
        });
    }
}
