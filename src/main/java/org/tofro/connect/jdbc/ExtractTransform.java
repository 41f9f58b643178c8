package org.tofro.connect.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepTransform;
import org.tofro.connect.Subtask;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagedFilesList;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.warehouse.CommitRecords;
import org.tofro.connect.warehouse.Watermark;
import org.tofro.data.Figures;
import org.tofro.data.Outcome;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/**
 * Extracts a table or a query into staged files.
 *
 * <p>Input: the step's name, once, when it may start. Output: its outcome, and one element of staged files where it
 * succeeded. Parallelism: one call, whose reader threads share one snapshot. A retry finds the commit record of an attempt
 * that has ended, or stages files of its own, of which only those of the first record are ever used. An empty input does
 * nothing.
 */
public final class ExtractTransform extends PTransform<PCollection<String>, PCollectionTuple> {
    public static final TupleTag<Outcome> DONE = new TupleTag<>() {};
    public static final TupleTag<StagedFiles> FILES = new TupleTag<>() {};

    private final Work work;

    public ExtractTransform(Work work) {
        this.work = work;
    }

    /**
     * All that the step needs on a worker.
     *
     * @param connection the source
     * @param database the database on it
     * @param source what to read
     * @param since what of it is new; null to read everything
     * @param columns which columns; empty for all
     * @param splitBy the key's columns where it has no pages; empty for the primary key
     * @param splits most readers at a time
     * @param records the warehouse that holds the commit record
     * @param limits the environment's limits
     * @param stagingArea where parts go
     * @param s3 how they get there; null for a folder
     * @param run the run
     * @param step the step's name
     */
    public record Work(
            PostgresConnection connection,
            String database,
            ReadSource source,
            @Nullable Since since,
            List<ColumnChoice> columns,
            List<String> splitBy,
            int splits,
            RedshiftConnection records,
            Settings.Limits limits,
            String stagingArea,
            @Nullable S3Connection s3,
            RunContext run,
            String step)
            implements java.io.Serializable {

        private ExtractRequest request(String attempt, ReadSource read) {
            AttemptPath path = new AttemptPath(run.pipeline(), run.run(), step, attempt);
            return new ExtractRequest(connection, database, read, columns, splitBy, splits, run.limit(), path);
        }

        /** What to read, now that it can be asked how far earlier runs have come. */
        private ReadSource read(RunningSteps.Work running) throws Exception {
            return since == null ? source : new ReadSource.New(source, since.cursor(run, step, running));
        }
    }

    /**
     * How an incremental extract learns what is new.
     *
     * @param cursor all but what the last run has read
     * @param warehouse where it is published
     * @param target the table it is published to, whose ledger knows how far runs have come
     * @param publisher the step that publishes it
     * @param steps all steps of the pipeline
     */
    public record Since(
            Cursor cursor, RedshiftConnection warehouse, TableName target, String publisher, Set<String> steps)
            implements java.io.Serializable {
        public Since {
            steps = Set.copyOf(steps);
        }

        private Cursor cursor(RunContext run, String step, RunningSteps.Work running) throws Exception {
            return new Watermark(warehouse, target, publisher, steps)
                    .find(run, step, running)
                    .map(cursor::after)
                    .orElse(cursor);
        }
    }

    @Override
    public PCollectionTuple expand(PCollection<String> ready) {
        PCollectionTuple out =
                ready.apply("Extract", ParDo.of(new ExtractFn(work)).withOutputTags(DONE, TupleTagList.of(FILES)));
        out.get(DONE).setCoder(SerializableCoder.of(Outcome.class));
        out.get(FILES).setCoder(SerializableCoder.of(StagedFiles.class));
        return out;
    }

    static final class ExtractFn extends DoFn<String, Outcome> {
        private final Work work;

        ExtractFn(Work work) {
            this.work = work;
        }

        @ProcessElement
        public void process(MultiOutputReceiver out) throws InterruptedException {
            List<StagedFiles> staged = new ArrayList<>(1);
            Outcome outcome = StepTransform.perform(work.run().run(), work.step(), running -> {
                Done done = perform(work, running, Fault.NONE);
                staged.add(done.files());
                return done.figures();
            });
            staged.forEach(out.get(FILES)::output);
            out.get(DONE).output(outcome);
        }
    }

    /** The files that stand in the commit record, and what this attempt did for them. */
    record Done(StagedFiles files, Figures figures) {}

    static Done perform(Work work, RunningSteps.Work running, Fault fault) throws Exception {
        CommitRecords records = new CommitRecords(
                work.records(), work.run(), work.step(), work.limits().leaseSeconds());
        try (StagingArea area = StagingArea.open(work.stagingArea(), work.s3())) {
            Optional<String> earlier = records.find(work.step(), running);
            if (earlier.isPresent()) {
                StagedFiles files = StagedFilesList.read(area, earlier.get());
                return new Done(files, figures(running, 0, files, null, true, List.of()));
            }
            ExtractProgress progress = new ExtractProgress(running::phase);
            running.watch(progress::rows, progress::bytes);
            Cancellation cancellation = new Cancellation();
            running.onCancel(cancellation::cancel);
            StagedFiles mine = new Extract(area, fault)
                    .run(
                            work.request(UUID.randomUUID().toString().substring(0, 8), work.read(running)),
                            progress,
                            cancellation);
            demandComplete(mine);
            running.phase("committing");
            String name = StagedFilesList.write(area, work.run(), mine);
            String first = records.commit(work.step(), name, running);
            StagedFiles files = first.equals(name) ? mine : StagedFilesList.read(area, first);
            Subtask.current()
                    .ifPresent(worker -> progress.note("read by subtask " + worker.index() + " of " + worker.of()));
            return new Done(files, figures(running, mine.rowsRead(), files, progress, false, progress.notes()));
        }
    }

    /** Rows read are counted by the readers, rows staged in the bytes of the parts: a row lost between them shows here. */
    private static void demandComplete(StagedFiles files) {
        if (files.rowsRead() != files.rows()) {
            throw ExtractException.permanent("read " + files.rowsRead() + " rows but staged " + files.rows()
                    + "; nothing was committed. Run `resume`; if it happens twice, report it");
        }
    }

    private static Figures figures(
            RunningSteps.Work running,
            long rowsIn,
            StagedFiles files,
            @Nullable ExtractProgress progress,
            boolean resumed,
            List<String> notes) {
        return new Figures(
                rowsIn,
                files.rows(),
                files.bytes(),
                running.startedAt(),
                System.currentTimeMillis(),
                progress == null ? 0 : progress.readingMillis(),
                progress == null ? 0 : progress.writingMillis(),
                resumed,
                notes);
    }
}
