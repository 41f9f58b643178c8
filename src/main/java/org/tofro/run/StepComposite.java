package org.tofro.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Outcome;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Step;
import org.tofro.report.ReportStore;

/**
 * One step in the graph: waits for the outcomes of the steps before it, performs it or skips it, and records its outcome.
 *
 * <p>Input: one outcome of each step that it waits for, and that of the start. Output: its own outcome, and the files it has
 * staged. Parallelism: the step's own; the gate is one element. A retry of the gate does nothing twice.
 */
final class StepComposite extends PTransform<PCollectionList<Outcome>, PCollectionTuple> {
    static final TupleTag<Outcome> DONE = new TupleTag<>() {};
    static final TupleTag<StagedFiles> FILES = new TupleTag<>() {};
    private static final TupleTag<String> GO = new TupleTag<>() {};
    private static final TupleTag<Outcome> SKIPPED = new TupleTag<>() {};

    private final String stepName;
    private final transient Step step;
    private final transient Join join;
    private final String place;
    private final ReportStore store;
    private final RunContext run;
    private final boolean again;

    /** Makes the step's {@link org.tofro.pipeline.Upstream} when its gate is there. */
    @FunctionalInterface
    interface Join {
        Flow expand(Step step, PCollection<String> ready);
    }

    /**
     * @param place the key of the gate; it decides on which worker the step is performed
     * @param again whether an earlier graph has performed it and it is here for its files only, so that its first outcome
     *     stays unless this one is a failure
     */
    StepComposite(String name, Step step, Join join, String place, ReportStore store, RunContext run, boolean again) {
        this.stepName = name;
        this.step = step;
        this.join = join;
        this.place = place;
        this.store = store;
        this.run = run;
        this.again = again;
    }

    @Override
    public PCollectionTuple expand(PCollectionList<Outcome> before) {
        SerializableCoder<Outcome> outcomes = SerializableCoder.of(Outcome.class);
        PCollectionTuple gate = before.apply("Before", Flatten.pCollections())
                .setCoder(outcomes)
                .apply("Place", WithKeys.of(place))
                .setCoder(KvCoder.of(StringUtf8Coder.of(), outcomes))
                .apply("Gather", GroupByKey.create())
                .apply("Gate", ParDo.of(new GateFn(stepName)).withOutputTags(GO, TupleTagList.of(SKIPPED)));
        PCollection<String> ready = gate.get(GO).setCoder(StringUtf8Coder.of());
        PCollection<Outcome> skipped = gate.get(SKIPPED).setCoder(outcomes);

        Flow flow = join.expand(step, ready);
        PCollection<Outcome> done = PCollectionList.of(flow.done())
                .and(skipped)
                .apply("After", Flatten.pCollections())
                .setCoder(outcomes)
                .apply("Record", ParDo.of(new RecordFn(store, run.run(), run.token(), again)))
                .setCoder(outcomes);
        PCollectionTuple result = PCollectionTuple.of(DONE, done);
        @Nullable PCollection<StagedFiles> files = flow.files();
        return files == null ? result : result.and(FILES, files);
    }

    /** Lets the step start when every step before it has succeeded; else skips it and says because of which. */
    static final class GateFn extends DoFn<KV<String, Iterable<Outcome>>, String> {
        private final String step;

        GateFn(String step) {
            this.step = step;
        }

        @ProcessElement
        public void process(@Element KV<String, Iterable<Outcome>> before, MultiOutputReceiver out) {
            List<String> reasons = new ArrayList<>();
            for (Outcome outcome : before.getValue()) {
                if (!outcome.succeeded()) {
                    reasons.add(obstacle(outcome));
                }
            }
            if (reasons.isEmpty()) {
                out.get(GO).output(step);
            } else {
                reasons.sort(null);
                out.get(SKIPPED).output(Outcome.skipped(step, "not started: " + String.join(", ", reasons)));
            }
        }
    }

    /** An outcome as the reason why another step is not started. */
    static String obstacle(Outcome outcome) {
        return "step '" + outcome.step() + "' "
                + switch (outcome.status()) {
                    case SUCCEEDED -> "succeeded";
                    case FAILED -> "failed";
                    case REFUSED -> "was refused";
                    case SKIPPED -> "was skipped";
                };
    }

    /** Notes the outcome in the state area, which is where the launcher reads it, wherever the step was performed. */
    static final class RecordFn extends DoFn<Outcome, Outcome> {
        private final ReportStore store;
        private final String run;
        private final long token;
        private final boolean failuresOnly;

        RecordFn(ReportStore store, String run, long token, boolean failuresOnly) {
            this.store = store;
            this.run = run;
            this.token = token;
            this.failuresOnly = failuresOnly;
        }

        @ProcessElement
        public void process(@Element Outcome outcome, OutputReceiver<Outcome> out) throws IOException {
            if (!failuresOnly || !outcome.succeeded()) {
                store.writeOutcome(run, token, outcome);
            }
            out.output(outcome);
        }
    }
}
