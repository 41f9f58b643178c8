package org.tofro.connect.transform;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.runners.PTransformOverride;
import org.apache.beam.sdk.runners.PTransformOverrideFactory;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature.Parameter;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;
import org.apache.beam.sdk.util.construction.PTransformReplacements;
import org.apache.beam.sdk.util.construction.ReplacementOutputs;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Puts a {@link GuardedFn} around each function of a user's class, where the class stands in a graph. Left alone are
 * functions with state, timers or a restriction, whose calls are the engine's own affair, and what is no function of
 * elements, such as a combiner: an exception of those still ends the graph, and is known by the {@link #others} that it
 * passed through.
 */
final class GuardedClass {
    /** What {@link GuardedFn} can hand to a function. */
    private static final List<Class<? extends Parameter>> KNOWN = List.of(
            Parameter.ElementParameter.class,
            Parameter.SchemaElementParameter.class,
            Parameter.ProcessContextParameter.class,
            Parameter.OutputReceiverParameter.class,
            Parameter.TaggedOutputReceiverParameter.class,
            Parameter.SideInputParameter.class,
            Parameter.TimestampParameter.class,
            Parameter.PaneInfoParameter.class,
            Parameter.WindowParameter.class,
            Parameter.PipelineOptionsParameter.class,
            Parameter.StartBundleContextParameter.class,
            Parameter.FinishBundleContextParameter.class);

    private GuardedClass() {}

    /**
     * Guards what the graph has below a name; only where nothing is added to the graph any more.
     *
     * @param above the full name of what the class was applied as
     */
    @SuppressWarnings({"rawtypes", "unchecked"})
    static void guard(Pipeline pipeline, String above, ClassTrouble trouble) {
        pipeline.replaceAll(List.of(PTransformOverride.of(
                applied -> applied.getFullName().startsWith(above + "/")
                        && applied.getTransform() instanceof ParDo.MultiOutput function
                        && isPlain(function.getFn()),
                (PTransformOverrideFactory) new Factory<>(trouble))));
    }

    /** The classes of the functions below a name that are not guarded. */
    static Set<String> others(Pipeline pipeline, String above) {
        Set<String> names = new HashSet<>();
        pipeline.traverseTopologically(new Pipeline.PipelineVisitor.Defaults() {
            @Override
            public CompositeBehavior enterCompositeTransform(TransformHierarchy.Node node) {
                visitPrimitiveTransform(node);
                return CompositeBehavior.ENTER_TRANSFORM;
            }

            @Override
            public void visitPrimitiveTransform(TransformHierarchy.Node node) {
                if (!node.getFullName().startsWith(above + "/")) {
                    return;
                }
                if (node.getTransform() instanceof ParDo.MultiOutput<?, ?> function
                        && !(function.getFn() instanceof GuardedFn)) {
                    names.add(function.getFn().getClass().getName());
                } else if (node.getTransform() instanceof Combine.PerKey<?, ?, ?> combine) {
                    names.add(combine.getFn().getClass().getName());
                } else if (node.getTransform() instanceof Combine.GroupedValues<?, ?, ?> combine) {
                    names.add(combine.getFn().getClass().getName());
                }
            }
        });
        return names;
    }

    private static boolean isPlain(DoFn<?, ?> fn) {
        if (fn instanceof GuardedFn) {
            return false;
        }
        DoFnSignature signature = DoFnSignatures.signatureForDoFn(fn);
        DoFnSignature.ProcessElementMethod process = signature.processElement();
        return !signature.usesState()
                && !signature.usesTimers()
                && !process.isSplittable()
                && !process.requiresStableInput()
                && !process.requiresTimeSortedInput()
                && signature.onWindowExpiration() == null
                && known(process.extraParameters())
                && (signature.startBundle() == null
                        || known(signature.startBundle().extraParameters()))
                && (signature.finishBundle() == null
                        || known(signature.finishBundle().extraParameters()));
    }

    private static boolean known(List<Parameter> parameters) {
        return parameters.stream().allMatch(parameter -> KNOWN.stream().anyMatch(known -> known.isInstance(parameter)));
    }

    private static final class Factory<I, O>
            implements PTransformOverrideFactory<PCollection<? extends I>, PCollectionTuple, ParDo.MultiOutput<I, O>> {
        private final ClassTrouble trouble;

        Factory(ClassTrouble trouble) {
            this.trouble = trouble;
        }

        @Override
        public PTransformReplacement<PCollection<? extends I>, PCollectionTuple> getReplacementTransform(
                AppliedPTransform<PCollection<? extends I>, PCollectionTuple, ParDo.MultiOutput<I, O>> applied) {
            PCollection<I> input = PTransformReplacements.getSingletonMainInput(applied);
            Map<TupleTag<?>, Coder<?>> coders = new HashMap<>();
            applied.getOutputs().forEach((tag, output) -> coders.put(tag, output.getCoder()));
            return PTransformReplacement.of(input, new Guarded<>(applied.getTransform(), coders, trouble));
        }

        @Override
        public Map<PCollection<?>, ReplacementOutput> mapOutputs(
                Map<TupleTag<?>, PCollection<?>> outputs, PCollectionTuple made) {
            return ReplacementOutputs.tagged(outputs, made);
        }
    }

    /** The function's guarded self, with outputs that are coded as its own were. */
    private static final class Guarded<I, O> extends PTransform<PCollection<? extends I>, PCollectionTuple> {
        private final ParDo.MultiOutput<I, O> given;
        private final HashMap<TupleTag<?>, Coder<?>> coders;
        private final ClassTrouble trouble;

        Guarded(ParDo.MultiOutput<I, O> given, Map<TupleTag<?>, Coder<?>> coders, ClassTrouble trouble) {
            this.given = given;
            this.coders = new HashMap<>(coders);
            this.trouble = trouble;
        }

        @Override
        @SuppressWarnings({"unchecked", "rawtypes"})
        public PCollectionTuple expand(PCollection<? extends I> input) {
            GuardedFn<I, O> fn = new GuardedFn<>(
                    given.getFn(),
                    trouble,
                    ParDo.getDoFnSchemaInformation(given.getFn(), input),
                    new HashMap<>(given.getSideInputs()),
                    coders,
                    given.getMainOutputTag());
            PCollectionTuple made = input.apply(
                    "Guarded",
                    ParDo.of(fn)
                            .withSideInputs(given.getSideInputs())
                            .withOutputTags(given.getMainOutputTag(), given.getAdditionalOutputTags()));
            made.getAll()
                    .forEach((tag, output) -> ((PCollection) output)
                            .setCoder(Objects.requireNonNull(coders.get(tag), "an output has a coder")));
            return made;
        }
    }
}
