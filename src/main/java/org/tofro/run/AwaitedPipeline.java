package org.tofro.run;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Need;
import org.tofro.report.RunIndex;

/**
 * Runs of another pipeline that have to cover an interval. A run that failed is waited for as well, because it may be resumed.
 *
 * @param need which pipeline, and for how long
 * @param wanted the interval
 */
record AwaitedPipeline(RunIndex index, Need need, Interval wanted) implements Awaited {
    /** How much before a run a run can begin that covers it: the longest interval of a schedule is two weeks. */
    private static final Duration LONGEST_INTERVAL = Duration.ofDays(15);

    @Override
    public String name() {
        return "pipeline '" + need.pipeline() + "'";
    }

    @Override
    public Duration timeout() {
        return need.timeout();
    }

    @Override
    public Duration refreshRate() {
        return need.refreshRate();
    }

    @Override
    public Optional<String> missing() {
        try {
            Coverage coverage = Coverage.of(
                    index.within(need.pipeline(), wanted.start().minus(LONGEST_INTERVAL), wanted.end()),
                    wanted,
                    need.okToFail());
            return coverage.isComplete() ? Optional.empty() : Optional.of(coverage.missing());
        } catch (IOException e) {
            return Optional.of("the state area cannot be read: " + e.getMessage());
        }
    }

    @Override
    public String sentence(String missing) {
        return name() + " has not " + (need.okToFail() ? "ended" : "succeeded") + " for " + wanted.words() + ": "
                + missing;
    }
}
