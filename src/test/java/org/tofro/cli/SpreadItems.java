package org.tofro.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Instant;

/** What a user may write who uses much of Beam: rows that go several ways and come together again, none lost. */
public final class SpreadItems extends PTransform<PCollection<Row>, PCollection<Row>> {
    private static final TupleTag<Row> KEPT = new TupleTag<>() {};
    private static final TupleTag<Row> BESIDE = new TupleTag<>() {};

    @Override
    public PCollection<Row> expand(PCollection<Row> items) {
        PCollectionView<Long> count = items.apply("Count", Count.globally()).apply("Counted", View.asSingleton());
        PCollectionTuple spread = items.apply(
                "Spread",
                ParDo.of(new SpreadFn(count))
                        .withSideInput("count", count)
                        .withOutputTags(KEPT, TupleTagList.of(BESIDE)));
        PCollection<Row> kept = spread.get(KEPT).setRowSchema(items.getSchema());
        PCollection<Row> beside = spread.get(BESIDE).setRowSchema(items.getSchema());
        return PCollectionList.of(kept.apply("Late", ParDo.of(new LateFn())).setRowSchema(items.getSchema()))
                .and(beside)
                .apply("Together", Flatten.pCollections())
                .setRowSchema(items.getSchema());
    }

    private static final class SpreadFn extends DoFn<Row, Row> {
        private final PCollectionView<Long> count;

        SpreadFn(PCollectionView<Long> count) {
            this.count = count;
        }

        @ProcessElement
        public void process(
                @Element Row item,
                @Timestamp Instant time,
                PaneInfo pane,
                BoundedWindow window,
                PipelineOptions options,
                @SideInput("count") Long counted,
                MultiOutputReceiver out) {
            boolean known = Objects.equals(counted, 41L) && !time.isAfter(window.maxTimestamp()) && options != null;
            if (!known || pane == null) {
                throw new IllegalStateException("the engine gave something else");
            }
            Long id = item.getInt64("id");
            out.get(id != null && id % 3 == 0 ? BESIDE : KEPT).output(item);
        }
    }

    private static final class LateFn extends DoFn<Row, Row> {
        private transient List<Row> waiting;

        @Setup
        public void setup() {
            waiting = new ArrayList<>();
        }

        @StartBundle
        public void start() {
            waiting.clear();
        }

        @ProcessElement
        public void process(ProcessContext context) {
            waiting.add(context.element());
        }

        @FinishBundle
        public void finish(FinishBundleContext context) {
            waiting.forEach(row -> context.output(row, GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE));
            waiting.clear();
        }
    }
}
