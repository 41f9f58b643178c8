package org.tofro.connect.cassandra.load;

import java.util.List;
import java.util.Optional;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.connect.extract.CommittedAttempt;
import org.tofro.connect.warehouse.CommitRecords;
import org.tofro.data.Figures;
import org.tofro.data.StagedFiles;

/**
 * A load that is done once for each run: what an attempt has loaded to the end is recorded beside the run's lease, and no
 * later attempt writes it again. One that was lost before its record does all of it again, to the same cells.
 *
 * @param load what to do
 * @param place where the record goes
 */
public record LoadOnce(LoadCassandra load, CommittedAttempt.Place place) implements StepAction {
    @Override
    public Figures perform(RunningSteps.Work work, List<StagedFiles> given) throws Exception {
        CommitRecords records = new CommitRecords(
                place.records(), place.run(), place.step(), place.limits().leaseSeconds());
        Optional<Long> earlier = records.findLoaded(place.step(), work);
        if (earlier.isPresent()) {
            long rows = earlier.get();
            return new Figures(rows, rows, 0, work.startedAt(), System.currentTimeMillis(), 0, 0, true, List.of());
        }
        Figures done = load.perform(work, given);
        if (!place.run().limit().isPresent()) {
            work.phase("committing");
            records.commitLoaded(place.step(), done.rowsOut(), work);
        }
        return done;
    }
}
