package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepRefusal;
import org.tofro.data.CursorRange;
import org.tofro.data.RunContext;

/**
 * The guard {@code again}: rows that another run of the same step has appended must not come a second time where no key
 * would show it. Rows of event files are the same by their files, the stretch that an incremental extract reads never is
 * (a backfill's may be), and all other rows are by the interval of their run.
 */
record RowsAgain(Publication publication, TablePair tables) {
    private static final String INSTEAD = "`replace-interval` or `upsert`";

    void refuse(WarehouseSession session, @Nullable CursorRange range, List<String> notes)
            throws SQLException, StepRefusal {
        RunContext run = publication.run();
        if (run.limit().isPresent() || (range != null && range.moves())) {
            return;
        }
        LoadedFiles staged = new LoadedFiles(publication.source());
        long files = staged.count(session, run);
        if (files > 0) {
            refuseFiles(session, staged, files, notes);
        } else {
            refuseInterval(session, notes);
        }
    }

    private void refuseInterval(WarehouseSession session, List<String> notes) throws SQLException, StepRefusal {
        RunContext run = publication.run();
        Optional<AddedBefore> earlier =
                new Ledger(publication.destination()).ofSameInterval(session, run, publication.step());
        if (earlier.isPresent()) {
            earlier.get().refuse(run, tables.destination().toString(), INSTEAD, notes);
        }
    }

    private void refuseFiles(WarehouseSession session, LoadedFiles staged, long files, List<String> notes)
            throws SQLException, StepRefusal {
        LoadedFiles.Repeated repeated = new LoadedFiles(publication.destination())
                .repeated(
                        session,
                        publication.run(),
                        publication.step(),
                        staged,
                        SafetyTables.ledger(publication.destination()));
        if (repeated.count() > 0) {
            long more = repeated.count() - repeated.first().size();
            AddedBefore.refuse(
                    publication.run(),
                    repeated.run(),
                    repeated.count() + " of the " + files + " event files that were read are in "
                            + tables.destination() + " already: " + String.join(", ", repeated.first())
                            + (more > 0 ? " and " + more + " more" : "") + ", the first by run '" + repeated.run()
                            + "'",
                    INSTEAD,
                    notes);
        }
    }
}
