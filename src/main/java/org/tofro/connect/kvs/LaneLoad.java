package org.tofro.connect.kvs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.StepTransform;
import org.tofro.connect.cassandra.session.RowRate;
import org.tofro.connect.cassandra.write.RowWriter;
import org.tofro.data.Figures;
import org.tofro.data.Outcome;
import org.tofro.kvs.KvsException;

/** Loads several buckets by one writer, for a method whose writer is a process of its own. */
final class LaneLoad {
    private final KvsLoad load;
    private final List<Bucket> buckets = new ArrayList<>();

    /** @param buckets one at least */
    LaneLoad(KvsLoad load, Iterable<Bucket> buckets) {
        this.load = load;
        buckets.forEach(this.buckets::add);
    }

    /** What became of each bucket; where one fails, none of them is written, and one part says why. */
    List<Part> perform() throws InterruptedException {
        Bucket first = buckets.get(0);
        List<Part> loaded = new ArrayList<>();
        Outcome outcome = StepTransform.part(load.run(), load.step(), first.startedAt(), work -> {
            work.phase("loading");
            loaded.addAll(write(first, work));
            return Figures.NONE;
        });
        return loaded.isEmpty() ? List.of(Part.Loaded.ended(first.name(), outcome)) : loaded;
    }

    private List<Part> write(Bucket first, RunningSteps.Work work)
            throws IOException, InterruptedException, StepRefusal {
        List<Part> loaded = new ArrayList<>();
        try (Reach reach = Reach.open(load);
                Alive alive = Alive.show(reach.store().versions(), first.version(), work);
                RowWriter writer =
                        RowWriters.open(load, reach.store().session(), first.version(), new RowRate(null), work)) {
            // It may wait for the other process, which no interrupt ends.
            work.onCancel(writer::close);
            long rows = 0;
            for (Bucket bucket : buckets) {
                Part.Loaded part = new BucketLoad(load, bucket, reach.area(), work).perform(new BucketWriter(writer));
                rows += part.keys();
                loaded.add(part);
            }
            work.phase("streaming");
            RowWriter.Written written = writer.finish();
            if (written.rows() != rows) {
                throw new KvsException(
                        "%d keys were given to the writer, and it has written %d".formatted(rows, written.rows()));
            }
            alive.demand();
            return loaded;
        } catch (RuntimeException e) {
            throw Store.explained(load, e);
        }
    }
}
