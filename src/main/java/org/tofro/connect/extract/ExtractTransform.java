package org.tofro.connect.extract;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepTransform;
import org.tofro.data.Figures;
import org.tofro.data.Outcome;
import org.tofro.data.StagedFiles;

/**
 * Extracts what a source holds into staged files.
 *
 * <p>Input: the step's name, once, when it may start. Output: its outcome, and one element of staged files where it
 * succeeded. Parallelism: one call, in which the source may have threads of its own. A retry finds the commit record of an
 * attempt that has ended, or stages files of its own, of which only those of the first record are ever used. An empty
 * input does nothing.
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
     * @param source what to read
     * @param place where its files and their record go
     */
    public record Work(Extraction source, CommittedAttempt.Place place) implements java.io.Serializable {}

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
            Outcome outcome =
                    StepTransform.perform(work.place().run(), work.place().step(), running -> {
                        Done done = perform(work, running);
                        staged.add(done.files());
                        return done.figures();
                    });
            staged.forEach(out.get(FILES)::output);
            out.get(DONE).output(outcome);
        }
    }

    /** The files that stand in the commit record, and what this attempt did for them. */
    public record Done(StagedFiles files, Figures figures) {}

    /** Makes an attempt, unless one before it has its record. */
    public static Done perform(Work work, RunningSteps.Work running) throws Exception {
        CommittedAttempt.Done done = CommittedAttempt.perform(
                work.place(),
                (area, path, step, progress, cancellation) -> {
                    StagedFiles files = work.source().stage(area, path, step, progress, cancellation);
                    return new CommittedAttempt.Staged(List.of(files), files.rowsRead());
                },
                running);
        return new Done(done.outputs().get(0), done.figures());
    }
}
