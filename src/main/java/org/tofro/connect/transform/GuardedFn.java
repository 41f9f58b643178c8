package org.tofro.connect.transform;

import java.util.Map;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.schemas.SchemaCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFnOutputReceivers;
import org.apache.beam.sdk.transforms.DoFnSchemaInformation;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.reflect.DoFnInvoker;
import org.apache.beam.sdk.transforms.reflect.DoFnInvokers;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.util.UserCodeException;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A function of a user's, called as the engine would call it. An exception of it does not end the graph: it is noted, the
 * elements that come after are passed over, and the step fails when all have come to the end.
 *
 * <p>What the engine itself throws where the function gives its rows away is the engine's still.
 */
final class GuardedFn<InputT, OutputT> extends DoFn<InputT, OutputT> {
    private final DoFn<InputT, OutputT> fn;
    private final ClassTrouble trouble;
    private final DoFnSchemaInformation schemas;
    private final Map<String, PCollectionView<?>> sideInputs;
    private final Map<TupleTag<?>, Coder<?>> coders;
    private final TupleTag<OutputT> main;
    private transient @Nullable DoFnInvoker<InputT, OutputT> invoker;
    private transient boolean failed;

    /**
     * @param schemas how elements become what the function's parameters are
     * @param coders of the outputs
     * @param main the tag of the first output
     */
    GuardedFn(
            DoFn<InputT, OutputT> fn,
            ClassTrouble trouble,
            DoFnSchemaInformation schemas,
            Map<String, PCollectionView<?>> sideInputs,
            Map<TupleTag<?>, Coder<?>> coders,
            TupleTag<OutputT> main) {
        this.fn = fn;
        this.trouble = trouble;
        this.schemas = schemas;
        this.sideInputs = sideInputs;
        this.coders = coders;
        this.main = main;
    }

    @Override
    public TypeDescriptor<InputT> getInputTypeDescriptor() {
        return fn.getInputTypeDescriptor();
    }

    @Override
    public TypeDescriptor<OutputT> getOutputTypeDescriptor() {
        return fn.getOutputTypeDescriptor();
    }

    @Override
    @SuppressWarnings("deprecation")
    public Duration getAllowedTimestampSkew() {
        return fn.getAllowedTimestampSkew();
    }

    /** A call of the function. */
    private interface Call<I, O> {
        void to(DoFnInvoker<I, O> function);
    }

    private void guarded(Call<InputT, OutputT> call) {
        DoFnInvoker<InputT, OutputT> function = invoker;
        if (failed || function == null) {
            return;
        }
        try {
            call.to(function);
        } catch (Throwable thrown) {
            fail(thrown);
        }
    }

    private void fail(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof UserCodeException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        boolean ofTheClass = cause instanceof Exception
                || cause instanceof LinkageError
                || cause instanceof AssertionError
                || cause instanceof StackOverflowError;
        if (!ofTheClass || cause instanceof InterruptedException || ofTheEngine(cause)) {
            throw UserCodeException.wrap(cause);
        }
        failed = true;
        trouble.note(cause);
    }

    private static boolean ofTheEngine(Throwable thrown) {
        for (StackTraceElement frame : thrown.getStackTrace()) {
            String name = frame.getClassName();
            if (!name.startsWith("java.") && !name.startsWith("jdk.")) {
                return name.startsWith("org.apache.flink.") || name.startsWith("org.apache.beam.runners.");
            }
        }
        return false;
    }

    @Setup
    public void setup(PipelineOptions options) {
        failed = false;
        try {
            invoker = DoFnInvokers.tryInvokeSetupFor(fn, options);
        } catch (Throwable thrown) {
            fail(thrown);
        }
    }

    @StartBundle
    public void start(StartBundleContext context) {
        guarded(function -> function.invokeStartBundle(new Start(context)));
    }

    @ProcessElement
    public void process(ProcessContext context, BoundedWindow window) {
        guarded(function -> function.invokeProcessElement(new Element(context, window)));
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
        guarded(function -> function.invokeFinishBundle(new Finish(context)));
    }

    @Teardown
    public void teardown() {
        DoFnInvoker<InputT, OutputT> function = invoker;
        if (function != null) {
            function.invokeTeardown();
        }
    }

    /** What every function may ask for, wherever it is. */
    private abstract sealed class Around extends DoFnInvoker.BaseArgumentProvider<InputT, OutputT> {
        private final PipelineOptions options;
        private final String place;

        Around(PipelineOptions options, String place) {
            this.options = options;
            this.place = place;
        }

        @Override
        public PipelineOptions pipelineOptions() {
            return options;
        }

        @Override
        public String getErrorContext() {
            return place;
        }
    }

    private final class Start extends Around {
        private final StartBundleContext context;

        Start(StartBundleContext context) {
            super(context.getPipelineOptions(), "the start of a bundle");
            this.context = context;
        }

        @Override
        public StartBundleContext startBundleContext(DoFn<InputT, OutputT> of) {
            return context;
        }
    }

    private final class Finish extends Around {
        private final FinishBundleContext context;

        Finish(FinishBundleContext context) {
            super(context.getPipelineOptions(), "the end of a bundle");
            this.context = context;
        }

        @Override
        public FinishBundleContext finishBundleContext(DoFn<InputT, OutputT> of) {
            return context;
        }
    }

    /** What a function may ask for with an element; a function that asks for more is not guarded. */
    private final class Element extends Around {
        private final ProcessContext context;
        private final BoundedWindow window;

        Element(ProcessContext context, BoundedWindow window) {
            super(context.getPipelineOptions(), "an element");
            this.context = context;
            this.window = window;
        }

        @Override
        public ProcessContext processContext(DoFn<InputT, OutputT> of) {
            return context;
        }

        @Override
        public InputT element(DoFn<InputT, OutputT> of) {
            return context.element();
        }

        @Override
        @SuppressWarnings("unchecked")
        public Object schemaElement(int index) {
            SerializableFunction<InputT, Object> converter = (SerializableFunction<InputT, Object>)
                    schemas.getElementConverters().get(index);
            return converter.apply(context.element());
        }

        @Override
        public Object sideInput(String tag) {
            PCollectionView<?> view = sideInputs.get(tag);
            if (view == null) {
                throw new IllegalArgumentException("there is no side input '" + tag + "'");
            }
            return context.sideInput(view);
        }

        @Override
        public Instant timestamp(DoFn<InputT, OutputT> of) {
            return context.timestamp();
        }

        @Override
        public PaneInfo paneInfo(DoFn<InputT, OutputT> of) {
            return context.pane();
        }

        @Override
        public BoundedWindow window() {
            return window;
        }

        @Override
        public OutputReceiver<OutputT> outputReceiver(DoFn<InputT, OutputT> of) {
            return DoFnOutputReceivers.windowedReceiver(context, null);
        }

        @Override
        @SuppressWarnings("unchecked")
        public OutputReceiver<Row> outputRowReceiver(DoFn<InputT, OutputT> of) {
            return DoFnOutputReceivers.rowReceiver(context, null, (SchemaCoder<OutputT>) coders.get(main));
        }

        @Override
        public MultiOutputReceiver taggedOutputReceiver(DoFn<InputT, OutputT> of) {
            return DoFnOutputReceivers.windowedMultiReceiver(context, coders);
        }
    }
}
