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
        Optional<Ledger.Earlier> earlier =
                new Ledger(publication.destination()).ofSameInterval(session, run, publication.step());
        if (earlier.isPresent()) {
            refuse(
                    notes,
                    earlier.get().run(),
                    "run '" + earlier.get().run() + "' has added "
                            + rows(earlier.get().rows()) + " of the interval from "
                            + run.intervalStart() + " to " + run.intervalEnd() + " to " + tables.destination()
                            + " already, and no key tells which of these are the same");
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
            refuse(
                    notes,
                    repeated.run(),
                    repeated.count() + " of the " + files + " event files that were read are in "
                            + tables.destination() + " already: " + String.join(", ", repeated.first())
                            + (more > 0 ? " and " + more + " more" : "") + ", the first by run '" + repeated.run()
                            + "'");
        }
    }

    private void refuse(List<String> notes, String earlier, String what) throws StepRefusal {
        Guards.refuse(
                publication.run(),
                "again",
                notes,
                what + ". Nothing was changed. If that run did not end well, `tofro resume " + earlier
                        + "` goes on with it; `replace-interval` or `upsert` puts rows in the place of earlier ones for"
                        + " good",
                "adds them once more for this run");
    }

    private static String rows(long rows) {
        return rows + (rows == 1 ? " row" : " rows");
    }
}
