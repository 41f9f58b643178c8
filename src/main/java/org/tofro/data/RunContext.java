package org.tofro.data;

import java.io.Serializable;
import java.time.Instant;
import java.util.Map;

/**
 * The run that a step belongs to, as every worker knows it.
 *
 * @param pipeline the pipeline's name
 * @param run the run's id, unique for ever; a resumed run keeps it
 * @param token the fencing token of the lease under which this launch works; a later launch has a higher one
 * @param intervalStart start of the interval that the run covers, inclusive
 * @param intervalEnd end of it, exclusive
 * @param limit a trial run's rows per extract; empty for a real run
 * @param backfill whether the run does an interval of the past again, and leaves how far the others have come as it is
 * @param accepted guards relaxed for this run, with the reason that was given: {@code shrink -> "course closed"}
 * @param rules what the launch lays down for its steps
 */
public record RunContext(
        String pipeline,
        String run,
        long token,
        Instant intervalStart,
        Instant intervalEnd,
        OptionalLimit limit,
        boolean backfill,
        Map<String, String> accepted,
        WorkRules rules)
        implements Serializable {
    public RunContext {
        accepted = Map.copyOf(accepted);
    }

    /**
     * The same for the steps of a launch's teardown: they belong to no run that a later launch could find done, and are
     * not cancelled with the run's steps.
     */
    public RunContext forTeardown() {
        return new RunContext(
                pipeline,
                run + "/teardown-" + token,
                token,
                intervalStart,
                intervalEnd,
                limit,
                backfill,
                accepted,
                rules);
    }

    /** The table that this run writes for one that the pipeline names: itself, or a trial run's own beside it. */
    public TableName ownTable(TableName named) {
        return limit.isPresent() ? new TableName(named.schema(), named.name() + "_trial") : named;
    }

    /** A number of rows, or none: {@link java.util.OptionalLong} is not serializable. */
    public record OptionalLimit(long rows) implements Serializable {
        public static final OptionalLimit NONE = new OptionalLimit(-1);

        public boolean isPresent() {
            return rows >= 0;
        }
    }
}
