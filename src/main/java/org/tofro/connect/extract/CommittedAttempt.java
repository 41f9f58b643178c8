package org.tofro.connect.extract;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.Subtask;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagedFilesList;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.warehouse.CommitRecords;
import org.tofro.data.Figures;
import org.tofro.data.LeftOut;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/** An attempt at staging what a step stages, unless one before it has its record: the first record names what exists. */
public final class CommittedAttempt {
    private CommittedAttempt() {}

    /**
     * Where a step leaves its files and their record.
     *
     * @param records the warehouse that holds the commit record
     * @param limits the environment's limits
     * @param stagingArea where parts go
     * @param s3 how they get there; null for a folder
     * @param run the run
     * @param step the step's name
     */
    public record Place(
            RedshiftConnection records,
            Settings.Limits limits,
            String stagingArea,
            @Nullable S3Connection s3,
            RunContext run,
            String step)
            implements Serializable {
        /** A place for the files of one more attempt. */
        AttemptPath next() {
            String attempt = UUID.randomUUID().toString().substring(0, 8);
            return new AttemptPath(run.pipeline(), run.run(), step, attempt);
        }
    }

    /** Stages what a step stages; see {@link Extraction#stage}. */
    @FunctionalInterface
    public interface Staging {
        Staged stage(
                StagingArea area,
                AttemptPath path,
                RunningSteps.Work running,
                ExtractProgress progress,
                Cancellation cancellation)
                throws Exception;
    }

    /**
     * What an attempt has staged.
     *
     * @param outputs the files of each output of the step
     * @param rowsIn the rows that it had read
     */
    public record Staged(List<StagedFiles> outputs, long rowsIn) {
        public Staged {
            outputs = List.copyOf(outputs);
        }
    }

    /** The files that stand in the commit record, and what this attempt did for them. */
    public record Done(List<StagedFiles> outputs, Figures figures) {
        public Done {
            outputs = List.copyOf(outputs);
        }
    }

    /** Makes an attempt, unless one before it has its record. */
    public static Done perform(Place place, Staging staging, RunningSteps.Work running) throws Exception {
        CommitRecords records = new CommitRecords(
                place.records(), place.run(), place.step(), place.limits().leaseSeconds());
        try (StagingArea area = StagingArea.open(place.stagingArea(), place.s3())) {
            Optional<String> earlier = records.find(place.step(), running);
            if (earlier.isPresent()) {
                List<StagedFiles> outputs = StagedFilesList.read(area, earlier.get());
                return new Done(outputs, figures(running, 0, outputs, null));
            }
            ExtractProgress progress = new ExtractProgress(running);
            running.watch(progress::rows, progress::bytes);
            Cancellation cancellation = new Cancellation();
            running.onCancel(cancellation::cancel);
            AttemptPath path = place.next();
            Staged mine = staging.stage(area, path, running, progress, cancellation);
            mine.outputs().forEach(CommittedAttempt::demandComplete);
            running.phase("committing");
            String name = StagedFilesList.write(area, path, mine.outputs());
            String first = records.commit(place.step(), name, running);
            List<StagedFiles> outputs = first.equals(name) ? mine.outputs() : StagedFilesList.read(area, first);
            Subtask.current()
                    .ifPresent(worker -> progress.note("read by subtask " + worker.index() + " of " + worker.of()));
            return new Done(outputs, figures(running, mine.rowsIn(), outputs, progress));
        }
    }

    /** Rows read are counted by the readers, rows staged in the bytes of the parts: a row lost between them shows here. */
    private static void demandComplete(StagedFiles files) {
        if (files.rowsRead() != files.rows() + files.leftOut().rows()) {
            throw ExtractException.permanent("read " + files.rowsRead() + " rows but staged " + files.rows()
                    + leftOut(files) + "; nothing was committed. Run `resume`; if it happens twice, report it");
        }
    }

    private static String leftOut(StagedFiles files) {
        return files.leftOut().rows() == 0
                ? ""
                : ", rejected " + files.leftOut().rejected() + " and left out "
                        + files.leftOut().duplicates() + " duplicates";
    }

    /** @param progress of this attempt; null where an earlier one has done the work */
    private static Figures figures(
            RunningSteps.Work running, long rowsIn, List<StagedFiles> outputs, @Nullable ExtractProgress progress) {
        long rejected = 0;
        long duplicates = 0;
        for (StagedFiles files : outputs) {
            rejected += files.leftOut().rejected();
            duplicates += files.leftOut().duplicates();
        }
        return new Figures(
                rowsIn,
                outputs.stream().mapToLong(StagedFiles::rows).sum(),
                new LeftOut(rejected, duplicates),
                outputs.stream().mapToLong(StagedFiles::bytes).sum(),
                running.startedAt(),
                System.currentTimeMillis(),
                progress == null ? 0 : progress.readingMillis(),
                progress == null ? 0 : progress.writingMillis(),
                progress == null,
                progress == null ? List.of() : progress.notes());
    }
}
