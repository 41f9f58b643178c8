package org.tofro.run;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tofro.data.Durations;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Need;
import org.tofro.report.RunIndex;

/**
 * Waits for runs of other pipelines by looking at the state area now and then; it holds nothing meanwhile. A run that failed
 * is waited for as well, because it may be resumed.
 */
final class PipelineWait {
    /** How much before a run a run can begin that covers it: the longest interval of a schedule is two weeks. */
    private static final Duration LONGEST_INTERVAL = Duration.ofDays(15);

    private final RunIndex index;
    private final Interval run;
    private final Patience patience;
    private final EarlyEnd end;
    private final Consumer<String> say;
    private final Map<Need, String> said = new HashMap<>();

    /**
     * @param run the interval of the run that waits
     * @param say takes a line on what is waited for, whenever that changes
     */
    PipelineWait(RunIndex index, Interval run, Patience patience, EarlyEnd end, Consumer<String> say) {
        this.index = index;
        this.run = run;
        this.patience = patience;
        this.end = end;
        this.say = say;
    }

    /** Waits for them all at once; returns what was still missing when the first of them was too late, if anything. */
    Optional<String> late(List<Need> needs) throws InterruptedException {
        if (patience == Patience.NONE_NEEDED) {
            return Optional.empty();
        }
        long startedAt = System.nanoTime();
        List<Need> open = new ArrayList<>(needs);
        while (true) {
            Map<Need, String> missing = new LinkedHashMap<>();
            open.forEach(need -> look(need).ifPresent(what -> missing.put(need, what)));
            open = List.copyOf(missing.keySet());
            if (open.isEmpty()) {
                return Optional.empty();
            }
            Duration waited = Duration.ofNanos(System.nanoTime() - startedAt);
            boolean late = patience == Patience.ONE_LOOK
                    || open.stream().anyMatch(need -> need.timeout().compareTo(waited) <= 0);
            if (!late) {
                missing.forEach(this::say);
            }
            if (late || !end.pause(nextLook(open, waited))) {
                return Optional.of(sentence(missing, waited));
            }
        }
    }

    private Optional<String> look(Need need) {
        Interval wanted = wanted(need);
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

    private Interval wanted(Need need) {
        return need.day() == null ? run : Interval.ofDay(need.day());
    }

    private void say(Need need, String what) {
        if (!what.equals(said.put(need, what))) {
            say.accept("waiting for pipeline '" + need.pipeline() + "', at most " + Durations.words(need.timeout())
                    + ": " + what);
        }
    }

    private static Duration nextLook(List<Need> open, Duration waited) {
        return open.stream()
                .flatMap(need -> Stream.of(need.refreshRate(), need.timeout().minus(waited)))
                .min(Duration::compareTo)
                .orElseThrow();
    }

    private String sentence(Map<Need, String> missing, Duration waited) {
        List<String> parts = new ArrayList<>();
        missing.forEach((need, what) ->
                parts.add("pipeline '" + need.pipeline() + "' has not " + (need.okToFail() ? "ended" : "succeeded")
                        + " for " + wanted(need).words() + ": " + what));
        return String.join(". ", parts) + (patience == Patience.ONE_LOOK ? "" : ". Waited " + Durations.words(waited));
    }
}
