package org.tofro.connect;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Figures;
import org.tofro.data.Outcome;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;

/**
 * Performs a step's action on one worker.
 *
 * <p>Input: the step's name, once, when it may start; nothing when it must not. Output: its outcome. Parallelism: one
 * call. A retry performs the action again, which therefore must find out by itself whether it is done already. An empty
 * input does nothing.
 */
public final class StepTransform extends PTransform<PCollection<String>, PCollection<Outcome>> {
    private final RunContext run;
    private final StepAction action;
    private final transient @Nullable PCollection<StagedFiles> files;

    private StepTransform(RunContext run, StepAction action, @Nullable PCollection<StagedFiles> files) {
        this.run = run;
        this.action = action;
        this.files = files;
    }

    public static StepTransform of(RunContext run, StepAction action) {
        return new StepTransform(run, action, null);
    }

    /** The action of a step that consumes staged files: it waits for them. */
    public static StepTransform of(RunContext run, StepAction action, PCollection<StagedFiles> files) {
        return new StepTransform(run, action, files);
    }

    @Override
    public PCollection<Outcome> expand(PCollection<String> ready) {
        PCollection<StagedFiles> given = files;
        PCollectionView<List<StagedFiles>> view = given == null ? null : given.apply("Files", View.asList());
        ParDo.SingleOutput<String, Outcome> perform = ParDo.of(new PerformFn(run, action, view));
        return ready.apply("Perform", view == null ? perform : perform.withSideInputs(view))
                .setCoder(SerializableCoder.of(Outcome.class));
    }

    static final class PerformFn extends DoFn<String, Outcome> {
        private final RunContext run;
        private final StepAction action;
        private final @Nullable PCollectionView<List<StagedFiles>> files;

        PerformFn(RunContext run, StepAction action, @Nullable PCollectionView<List<StagedFiles>> files) {
            this.run = run;
            this.action = action;
            this.files = files;
        }

        @ProcessElement
        public void process(ProcessContext context) throws InterruptedException {
            List<StagedFiles> given = files == null ? List.of() : context.sideInput(files);
            context.output(perform(run, context.element(), work -> action.perform(work, given)));
        }
    }

    /** Work that ends in figures or in an exception. */
    @FunctionalInterface
    public interface Attempt {
        Figures run(RunningSteps.Work work) throws Exception;
    }

    /** Registers the step as at work, makes the attempt, and turns what it throws into an outcome. */
    public static Outcome perform(RunContext run, String step, Attempt attempt) throws InterruptedException {
        try (RunningSteps.Work work = RunningSteps.of(run).start(step)) {
            Outcome outcome = outcome(step, attempt, work);
            work.phase(outcome.status());
            return outcome;
        }
    }

    /**
     * The same for one of several parts of a step, with more behind it.
     *
     * @param since when the step started, in epoch milliseconds
     */
    public static Outcome part(RunContext run, String step, long since, Attempt attempt) throws InterruptedException {
        try (RunningSteps.Work work = RunningSteps.of(run).share(step, since)) {
            Outcome outcome = outcome(step, attempt, work);
            work.goOn();
            return outcome;
        }
    }

    /** The same for the last part of a step. */
    public static Outcome last(RunContext run, String step, long since, Attempt attempt) throws InterruptedException {
        try (RunningSteps.Work work = RunningSteps.of(run).share(step, since)) {
            Outcome outcome = outcome(step, attempt, work);
            work.phase(outcome.status());
            return outcome;
        }
    }

    private static Outcome outcome(String step, Attempt attempt, RunningSteps.Work work) {
        long startedAt = work.startedAt();
        try {
            return Outcome.succeeded(step, attempt.run(work));
        } catch (StepRefusal e) {
            return Outcome.refused(step, reason(e), ended(work, startedAt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            String cancelled = work.cancelReason();
            return Outcome.failed(step, cancelled == null ? "cancelled" : cancelled, ended(work, startedAt));
        } catch (Exception e) {
            Logger.getLogger(StepTransform.class.getName()).log(Level.FINE, "step '" + step + "' failed", e);
            String cancelled = work.cancelReason();
            return Outcome.failed(step, cancelled == null ? reason(e) : cancelled, ended(work, startedAt));
        }
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        boolean ours = e.getClass().getName().startsWith("org.tofro.");
        return message != null && ours
                ? message
                : "unexpected " + e.getClass().getSimpleName()
                        + (message == null
                                ? ""
                                : ": " + message.lines().findFirst().orElse(""))
                        + "; --debug shows where";
    }

    private static Figures ended(RunningSteps.Work work, long startedAt) {
        return new Figures(
                work.rowsSoFar(), 0, work.bytesSoFar(), startedAt, System.currentTimeMillis(), 0, 0, false, List.of());
    }
}
