package org.tofro.cli;

import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.beam.sdk.values.TypeDescriptors;

/** What users may write, and what throws an exception where the engine calls it on its own terms. */
public final class BrokenItems {
    private BrokenItems() {}

    private static RuntimeException told(Row item) {
        return new IllegalArgumentException("secret item " + item);
    }

    /** A combiner. */
    public static final class Combined extends PTransform<PCollection<Row>, PCollection<Row>> {
        @Override
        public PCollection<Row> expand(PCollection<Row> items) {
            return items.apply(WithKeys.of(1L))
                    .apply(Combine.perKey(Combined::all))
                    .apply(MapElements.into(TypeDescriptor.of(Row.class)).via(KV::getValue))
                    .setRowSchema(items.getSchema());
        }

        private static Row all(Iterable<Row> items) {
            for (Row item : items) {
                if (item.getInt64("id") == null) {
                    throw told(item);
                }
            }
            return items.iterator().next();
        }
    }

    /** A function with state. */
    public static final class Stateful extends PTransform<PCollection<Row>, PCollection<Row>> {
        @Override
        public PCollection<Row> expand(PCollection<Row> items) {
            SerializableFunction<Row, Long> one = item -> 1L;
            return items.apply(WithKeys.of(one).withKeyType(TypeDescriptors.longs()))
                    .apply(ParDo.of(new CountedFn()))
                    .setRowSchema(items.getSchema());
        }
    }

    private static final class CountedFn extends DoFn<KV<Long, Row>, Row> {
        @StateId("count")
        private final StateSpec<ValueState<Long>> count = StateSpecs.value(VarLongCoder.of());

        @ProcessElement
        public void process(
                @Element KV<Long, Row> item, @StateId("count") ValueState<Long> count, OutputReceiver<Row> out) {
            if (item.getValue().getInt64("id") == null) {
                throw told(item.getValue());
            }
            count.write(1L);
            out.output(item.getValue());
        }
    }

    /** One that is not made. */
    public static final class Unmade extends PTransform<PCollection<Row>, PCollection<Row>> {
        @Override
        public PCollection<Row> expand(PCollection<Row> items) {
            items.apply("Half", WithKeys.of(1L));
            throw new IllegalStateException("secret");
        }
    }

    /** One that Beam cannot make. */
    public static final class Uncoded extends PTransform<PCollection<Row>, PCollection<Row>> {
        @Override
        public PCollection<Row> expand(PCollection<Row> items) {
            return items.apply(MapElements.into(TypeDescriptor.of(Object.class)).via(item -> item))
                    .apply(MapElements.into(TypeDescriptor.of(Row.class)).via(Row.class::cast))
                    .setRowSchema(items.getSchema());
        }
    }
}
