package org.tofro.connect.kvs;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Outcome;
import org.tofro.kvs.JobVersion;

/** What the publishing of a version waits for: one of the preparation and one of each bucket. */
sealed interface Part extends Serializable {
    /**
     * The preparation.
     *
     * @param ended how the step has ended already; null where it goes on
     * @param version the version; null where the step has ended
     * @param plan what was unloaded, as the commit record has it; null where the step has ended
     * @param unloadedBefore whether an earlier attempt had unloaded it
     * @param startedAt epoch milliseconds
     */
    record Prepared(
            @Nullable Outcome ended,
            @Nullable JobVersion version,
            @Nullable LoadPlan plan,
            boolean unloadedBefore,
            long startedAt)
            implements Part {}

    /**
     * A bucket that was loaded, or not.
     *
     * @param bucket its name
     * @param refusal why its keys cannot be stored as they are; null where they can
     * @param failure why it was not loaded; null where it was
     * @param sources what was read of each source
     * @param keys keys that the writer has acknowledged
     * @param values for each field the keys that have a value
     * @param bytes bytes written
     * @param spilled files that the sort has written
     * @param samples keys to read back
     */
    record Loaded(
            String bucket,
            @Nullable String refusal,
            @Nullable String failure,
            List<SourceCount> sources,
            long keys,
            Map<String, Long> values,
            long bytes,
            int spilled,
            List<Sample> samples)
            implements Part {
        public Loaded {
            sources = List.copyOf(sources);
            values = Map.copyOf(values);
            samples = List.copyOf(samples);
        }

        static Loaded refused(String bucket, String why) {
            return new Loaded(bucket, why, null, List.of(), 0, Map.of(), 0, 0, List.of());
        }

        /** A bucket whose load has ended without having been done. */
        static Loaded ended(String bucket, Outcome outcome) {
            String why = Objects.requireNonNull(outcome.message());
            return outcome.status() == Outcome.Status.REFUSED ? refused(bucket, why) : failed(bucket, why);
        }

        static Loaded failed(String bucket, String why) {
            return new Loaded(bucket, null, why, List.of(), 0, Map.of(), 0, 0, List.of());
        }
    }

    /**
     * What was read of a source in a bucket.
     *
     * @param rows its rows
     * @param keys its keys
     * @param repeated keys that have more rows than its fields take
     */
    record SourceCount(long rows, long keys, long repeated) implements Serializable {}

    /**
     * A key as it was written.
     *
     * @param cells the bytes of all columns, null for none
     */
    record Sample(ArrayList<byte @Nullable []> cells) implements Serializable {}
}
