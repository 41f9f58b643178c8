package org.tofro.connect.kvs;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.StepTransform;
import org.tofro.connect.cassandra.session.RowRate;
import org.tofro.connect.cassandra.write.RowWriter;
import org.tofro.data.Figures;
import org.tofro.data.Outcome;
import org.tofro.data.StagedFiles;
import org.tofro.kvs.JobVersion;

/**
 * Loads a version of a job of the key-value store and publishes it.
 *
 * <p>Input: the step's name, once, when it may start. Output: its outcome. Parallelism: one call prepares, one loads each
 * bucket of keys, as many at once as there are workers, and one publishes. A retry of the preparation finds what was
 * unloaded and the version that was begun; one of a bucket writes the same cells; one of the publishing finds the version
 * published. An empty input does nothing.
 */
public final class KvsTransform extends PTransform<PCollection<String>, PCollection<Outcome>> {
    private static final TupleTag<Gathered> PREPARED = new TupleTag<>() {};
    private static final TupleTag<KV<Integer, Bucket>> BUCKETS = new TupleTag<>() {};

    private final KvsLoad load;
    private final transient @Nullable PCollection<StagedFiles> files;

    /** An element of what publishing waits for; Beam wants a class of its own for a coder, not an interface. */
    record Gathered(Part part) implements Serializable {}

    /** @param files the staged files that sources name; null where none does */
    public KvsTransform(KvsLoad load, @Nullable PCollection<StagedFiles> files) {
        this.load = load;
        this.files = files;
    }

    @Override
    public PCollection<Outcome> expand(PCollection<String> ready) {
        PCollection<StagedFiles> given = files;
        PCollectionView<List<StagedFiles>> view = given == null ? null : given.apply("Files", View.asList());
        ParDo.SingleOutput<String, Gathered> prepare = ParDo.of(new PrepareFn(load, view));
        PCollectionTuple prepared = ready.apply(
                "Prepare",
                (view == null ? prepare : prepare.withSideInputs(view))
                        .withOutputTags(PREPARED, TupleTagList.of(BUCKETS)));
        SerializableCoder<Gathered> parts = SerializableCoder.of(Gathered.class);
        PCollection<Gathered> loaded = prepared.get(BUCKETS)
                .setCoder(KvCoder.of(VarIntCoder.of(), SerializableCoder.of(Bucket.class)))
                .apply("Spread", GroupByKey.create())
                .apply("Load", ParDo.of(new LoadBucketFn(load)))
                .setCoder(parts);
        return PCollectionList.of(prepared.get(PREPARED).setCoder(parts))
                .and(loaded)
                .apply("All", Flatten.pCollections())
                .setCoder(parts)
                .apply("Together", WithKeys.of(load.step()))
                .setCoder(KvCoder.of(StringUtf8Coder.of(), parts))
                .apply("Gather", GroupByKey.create())
                .apply("Publish", ParDo.of(new PublishFn(load)))
                .setCoder(SerializableCoder.of(Outcome.class));
    }

    static final class PrepareFn extends DoFn<String, Gathered> {
        private final KvsLoad load;
        private final @Nullable PCollectionView<List<StagedFiles>> files;

        PrepareFn(KvsLoad load, @Nullable PCollectionView<List<StagedFiles>> files) {
            this.load = load;
            this.files = files;
        }

        @ProcessElement
        public void process(ProcessContext context) throws InterruptedException {
            List<StagedFiles> given = files == null ? List.of() : context.sideInput(files);
            List<PrepareLoad.Ready> ready = new ArrayList<>(1);
            long startedAt = System.currentTimeMillis();
            Outcome outcome = StepTransform.last(load.run(), load.step(), startedAt, work -> {
                try {
                    ready.add(new PrepareLoad(load, work, given).perform());
                    work.goOn();
                } catch (RuntimeException e) {
                    throw Store.explained(load, e);
                }
                return Figures.NONE;
            });
            if (ready.isEmpty()) {
                context.output(PREPARED, new Gathered(new Part.Prepared(outcome, null, null, false, startedAt)));
                return;
            }
            PrepareLoad.Ready now = ready.get(0);
            context.output(
                    PREPARED,
                    new Gathered(new Part.Prepared(null, now.version(), now.plan(), now.resumed(), startedAt)));
            int lane = 0;
            for (Bucket bucket : now.buckets()) {
                context.output(BUCKETS, KV.of(lane % bucket.lanes(), bucket));
                lane++;
            }
        }
    }

    static final class LoadBucketFn extends DoFn<KV<Integer, Iterable<Bucket>>, Gathered> {
        private final KvsLoad load;
        /** Stays open from one bucket to the next: a session and a client of S3 are dear to make. */
        private transient @Nullable Reach held;

        LoadBucketFn(KvsLoad load) {
            this.load = load;
        }

        @ProcessElement
        public void process(@Element KV<Integer, Iterable<Bucket>> lane, OutputReceiver<Gathered> out)
                throws InterruptedException {
            if (load.writing().method() == KvsLoad.Method.SSTABLE) {
                new LaneLoad(load, lane.getValue()).perform().forEach(part -> out.output(new Gathered(part)));
                return;
            }
            RowRate rate = null;
            for (Bucket bucket : lane.getValue()) {
                if (rate == null) {
                    rate = RowWriters.rate(load.writing(), bucket.lanes());
                }
                out.output(new Gathered(perform(bucket, rate)));
            }
        }

        /** What fails is data, so that the step ends with one outcome. */
        private Part perform(Bucket bucket, RowRate rate) throws InterruptedException {
            List<Part> loaded = new ArrayList<>(1);
            Outcome outcome = StepTransform.part(load.run(), load.step(), bucket.startedAt(), work -> {
                work.phase("loading");
                loaded.add(load(bucket, rate, work));
                return Figures.NONE;
            });
            return loaded.isEmpty() ? Part.Loaded.ended(bucket.name(), outcome) : loaded.get(0);
        }

        private Part load(Bucket bucket, RowRate rate, RunningSteps.Work work)
                throws IOException, InterruptedException, StepRefusal {
            Reach way = reach();
            JobVersion version = bucket.version();
            try (Alive alive = Alive.show(way.store().versions(), version, work);
                    RowWriter writer = RowWriters.open(load, way.store().session(), version, rate, work)) {
                Part.Loaded loaded = new BucketLoad(load, bucket, way.area(), work).perform(writer);
                alive.demand();
                return loaded;
            } catch (RuntimeException e) {
                throw Store.explained(load, e);
            }
        }

        private Reach reach() {
            Reach open = held;
            if (open == null) {
                open = Reach.open(load);
                held = open;
            }
            return open;
        }

        @FinishBundle
        public void finishBundle() {
            release();
        }

        @Teardown
        public void teardown() {
            release();
        }

        private void release() {
            Reach open = held;
            held = null;
            if (open != null) {
                open.close();
            }
        }
    }

    static final class PublishFn extends DoFn<KV<String, Iterable<Gathered>>, Outcome> {
        private final KvsLoad load;

        PublishFn(KvsLoad load) {
            this.load = load;
        }

        @ProcessElement
        public void process(@Element KV<String, Iterable<Gathered>> parts, OutputReceiver<Outcome> out)
                throws InterruptedException {
            Part.Prepared prepared = null;
            List<Part.Loaded> loaded = new ArrayList<>();
            for (Gathered part : parts.getValue()) {
                if (part.part() instanceof Part.Prepared first) {
                    prepared = first;
                } else {
                    loaded.add((Part.Loaded) part.part());
                }
            }
            Part.Prepared first = Objects.requireNonNull(prepared);
            if (first.ended() != null) {
                out.output(first.ended());
                return;
            }
            out.output(StepTransform.last(load.run(), load.step(), first.startedAt(), work -> {
                try {
                    return new PublishLoad(load, work, first, loaded).perform();
                } catch (RuntimeException e) {
                    throw Store.explained(load, e);
                }
            }));
        }
    }
}
