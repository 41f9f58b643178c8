package org.tofro.connect.transform;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepTransform;
import org.tofro.connect.extract.CommittedAttempt;
import org.tofro.connect.extract.ExtractException;
import org.tofro.data.Outcome;
import org.tofro.data.StagedFiles;

/**
 * Makes staged files of staged files, by a transformation.
 *
 * <p>Input: the step's name, once, when it may start, and the files of its inputs at the side. Output: its outcome, and one
 * element of staged files for each output where it succeeded. Parallelism: one call. A retry finds the commit record of an
 * attempt that has ended, or makes an attempt of its own; only the files of the first record are ever used, all outputs of
 * one attempt together. An empty input does nothing.
 */
public final class TransformFiles extends PTransform<PCollection<String>, PCollectionTuple> {
    public static final TupleTag<Outcome> DONE = new TupleTag<>() {};
    public static final TupleTag<StagedFiles> FILES = new TupleTag<>() {};

    private final Work work;
    private final transient @Nullable PCollection<StagedFiles> files;

    /** @param files those of the inputs; null where there are none */
    public TransformFiles(Work work, @Nullable PCollection<StagedFiles> files) {
        this.work = work;
        this.files = files;
    }

    /**
     * All that the step needs on a worker.
     *
     * @param what what is made
     * @param inputs of what
     * @param outputs what the outputs' staged files are called; none where nothing is staged
     * @param place where the files go
     * @param combination the values of the step's {@code for_each}; empty where it has none
     */
    public record Work(
            Transformation what,
            List<TransformInput> inputs,
            List<String> outputs,
            CommittedAttempt.Place place,
            Map<String, String> combination)
            implements Serializable {
        public Work {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
            combination = new LinkedHashMap<>(combination);
        }
    }

    @Override
    public PCollectionTuple expand(PCollection<String> ready) {
        PCollection<StagedFiles> given = files;
        PCollectionView<List<StagedFiles>> view = given == null ? null : given.apply("Files", View.asList());
        ParDo.MultiOutput<String, Outcome> transform =
                ParDo.of(new TransformFn(work, view)).withOutputTags(DONE, TupleTagList.of(FILES));
        PCollectionTuple out = ready.apply("Transform", view == null ? transform : transform.withSideInputs(view));
        out.get(DONE).setCoder(SerializableCoder.of(Outcome.class));
        out.get(FILES).setCoder(SerializableCoder.of(StagedFiles.class));
        return out;
    }

    static final class TransformFn extends DoFn<String, Outcome> {
        private final Work work;
        private final @Nullable PCollectionView<List<StagedFiles>> files;

        TransformFn(Work work, @Nullable PCollectionView<List<StagedFiles>> files) {
            this.work = work;
            this.files = files;
        }

        @ProcessElement
        public void process(ProcessContext context) throws InterruptedException {
            List<StagedFiles> given = files == null ? List.of() : context.sideInput(files);
            List<StagedFiles> staged = new ArrayList<>();
            CommittedAttempt.Place place = work.place();
            Outcome outcome = StepTransform.perform(place.run(), place.step(), running -> {
                CommittedAttempt.Done done = perform(work, given, running);
                staged.addAll(done.outputs());
                return done.figures();
            });
            staged.forEach(files -> context.output(FILES, files));
            context.output(outcome);
        }
    }

    /** Makes an attempt, unless one before it has its record. */
    public static CommittedAttempt.Done perform(
            Work work, List<StagedFiles> given, org.tofro.connect.RunningSteps.Work running) throws Exception {
        CommittedAttempt.Done done = CommittedAttempt.perform(
                work.place(),
                (area, path, step, progress, cancellation) -> {
                    Transformation.Made made = work.what()
                            .make(new Transformation.Given(
                                    inputs(work, given),
                                    area,
                                    path,
                                    work.place().run(),
                                    work.combination(),
                                    step,
                                    progress,
                                    cancellation));
                    return new CommittedAttempt.Staged(made.outputs(), made.rowsIn());
                },
                running);
        Set<String> missing = new HashSet<>(work.outputs());
        done.outputs().forEach(output -> missing.remove(output.step()));
        if (!missing.isEmpty()) {
            throw ExtractException.permanent("an earlier launch of this run has staged other outputs, without '"
                    + missing.stream().sorted().findFirst().orElseThrow()
                    + "'; the pipeline was changed since: start a new run");
        }
        return done;
    }

    private static List<InputFiles> inputs(Work work, List<StagedFiles> given) {
        Map<String, StagedFiles> byNode = new HashMap<>();
        given.forEach(files -> byNode.put(files.step(), files));
        List<InputFiles> inputs = new ArrayList<>();
        for (TransformInput input : work.inputs()) {
            StagedFiles files = byNode.get(input.node());
            if (files == null) {
                throw ExtractException.permanent("the files of '" + input.node() + "' have not come; report this");
            }
            inputs.add(new InputFiles(input, files));
        }
        return inputs;
    }
}
