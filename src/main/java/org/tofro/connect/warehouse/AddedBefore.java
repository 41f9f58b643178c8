package org.tofro.connect.warehouse;

import java.util.List;
import org.tofro.connect.StepRefusal;
import org.tofro.data.RunContext;

/**
 * Another run that has added rows of a run's interval to a table where no key would show them: what the guard {@code
 * again} does not let come a second time.
 *
 * @param run the other run
 * @param rows how many it has added
 */
public record AddedBefore(String run, long rows) {
    /**
     * Refuses to add them once more, or notes that this run accepts it.
     *
     * @param table the table, for messages
     * @param instead what lets rows take the place of earlier ones, for messages
     */
    public void refuse(RunContext now, String table, String instead, List<String> notes) throws StepRefusal {
        refuse(
                now,
                run,
                "run '" + run + "' has added " + rows + (rows == 1 ? " row" : " rows") + " of the interval from "
                        + now.intervalStart() + " to " + now.intervalEnd() + " to " + table
                        + " already, and no key tells which of these are the same",
                instead,
                notes);
    }

    static void refuse(RunContext now, String earlier, String what, String instead, List<String> notes)
            throws StepRefusal {
        Guards.refuse(
                now,
                "again",
                notes,
                what + ". Nothing was changed. If that run did not end well, `tofro resume " + earlier
                        + "` goes on with it; " + instead + " puts rows in the place of earlier ones for good",
                "adds them once more for this run");
    }
}
