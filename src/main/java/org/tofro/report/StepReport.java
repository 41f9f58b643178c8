package org.tofro.report;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Figures;
import org.tofro.data.Outcome;

/**
 * What a step did.
 *
 * @param name the step's name
 * @param type the canonical name of its kind
 * @param outcome how it ended
 * @param message why, unless it succeeded
 * @param rowsIn rows that it read
 * @param rowsOut rows that it wrote
 * @param rejected rows of those that it read that stand in a rejects file
 * @param duplicates rows of those that it read of which another one was taken
 * @param bytes bytes as stored in the staging area
 * @param millis how long it took
 * @param readingMillis time that its threads waited for the source, summed
 * @param writingMillis time that its threads spent writing, summed
 * @param resumed whether an earlier launch of the run had done the work
 * @param notes what a reader should know
 * @param tries how often this launch has tried it; 0 where it was not started
 */
public record StepReport(
        String name,
        String type,
        Outcome.Status outcome,
        @Nullable String message,
        long rowsIn,
        long rowsOut,
        long rejected,
        long duplicates,
        long bytes,
        long millis,
        long readingMillis,
        long writingMillis,
        boolean resumed,
        List<String> notes,
        int tries) {
    public StepReport {
        notes = List.copyOf(notes);
    }

    public static StepReport of(Outcome outcome, String type, int tries) {
        Figures figures = outcome.figures();
        return new StepReport(
                outcome.step(),
                type,
                outcome.status(),
                outcome.message(),
                figures.rowsIn(),
                figures.rowsOut(),
                figures.leftOut().rejected(),
                figures.leftOut().duplicates(),
                figures.bytes(),
                figures.millis(),
                figures.readingMillis(),
                figures.writingMillis(),
                figures.resumed(),
                figures.notes(),
                tries);
    }
}
