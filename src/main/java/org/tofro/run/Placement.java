package org.tofro.run;

import java.util.Arrays;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.flink.util.MathUtils;

/**
 * Keys that bring the steps of a graph to different workers. A step's gate is one element, and Flink sends it to the subtask
 * that the hash of its key names; with keys left to chance two extracts would share a subtask half of the time.
 */
final class Placement {
    private Placement() {}

    /**
     * A key that Flink's batch shuffle sends to the subtask {@code index % parallelism}.
     *
     * @param index the step's place in the plan, from 0
     * @param parallelism subtasks of an operator
     */
    static String key(int index, int parallelism) {
        for (int salt = 0; ; salt++) {
            String key = index + "/" + salt;
            if (subtask(key, parallelism) == index % parallelism) {
                return key;
            }
        }
    }

    /** Flink's OutputEmitter over Beam's encoded keys: murmur of the array's hash, modulo the channels. */
    static int subtask(String key, int parallelism) {
        try {
            byte[] encoded = CoderUtils.encodeToByteArray(StringUtf8Coder.of(), key);
            return MathUtils.murmurHash(Arrays.hashCode(encoded)) % parallelism;
        } catch (CoderException e) {
            throw new IllegalStateException("every string has an encoding", e);
        }
    }
}
