package org.tofro.run;

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
import org.tofro.pipeline.StepSpec;
import org.tofro.report.RunIndex;
import org.tofro.settings.Settings;

/**
 * Waits for what others do, runs of other pipelines and files, by looking now and then; it holds nothing meanwhile, no
 * place for runs on this host either.
 */
final class OutsideWait {
    private final RunIndex index;
    private final Settings settings;
    private final Interval run;
    private final Patience patience;
    private final HostPlaces places;
    private final EarlyEnd end;
    private final Consumer<String> say;
    private final Map<Awaited, String> said = new HashMap<>();

    /**
     * @param settings the environment, with the addresses that waiting needs
     * @param run the interval of the run that waits
     * @param places the launch's place on this host is given back before it waits
     * @param say takes a line on what is waited for, whenever that changes
     */
    OutsideWait(
            RunIndex index,
            Settings settings,
            Interval run,
            Patience patience,
            HostPlaces places,
            EarlyEnd end,
            Consumer<String> say) {
        this.index = index;
        this.settings = settings;
        this.run = run;
        this.patience = patience;
        this.places = places;
        this.end = end;
        this.say = say;
    }

    /** Waits for them all at once; returns what was still missing when the first of them was too late, if anything. */
    Optional<String> late(List<Need> needs) throws InterruptedException {
        return waitFor(needs.stream().map(this::awaited).toList());
    }

    /** Waits for all that the step waits for; returns as {@link #late(List)} does. */
    Optional<String> late(StepSpec step) throws InterruptedException {
        return waitFor(Stream.concat(
                        step.needs().stream().map(this::awaited),
                        step.step().awaitedFiles().stream()
                                .map(files -> new AwaitedStepFiles(step.name(), files, step.patience(), settings)))
                .toList());
    }

    private Awaited awaited(Need need) {
        return new AwaitedPipeline(index, need, need.day() == null ? run : Interval.ofDay(need.day()));
    }

    private Optional<String> waitFor(List<Awaited> all) throws InterruptedException {
        if (patience == Patience.NONE_NEEDED) {
            return Optional.empty();
        }
        long startedAt = System.nanoTime();
        List<Awaited> open = all;
        while (true) {
            Map<Awaited, String> missing = new LinkedHashMap<>();
            for (Awaited awaited : open) {
                awaited.missing().ifPresent(what -> missing.put(awaited, what));
            }
            open = List.copyOf(missing.keySet());
            if (open.isEmpty()) {
                return Optional.empty();
            }
            Duration waited = Duration.ofNanos(System.nanoTime() - startedAt);
            boolean late = patience == Patience.ONE_LOOK
                    || open.stream().anyMatch(awaited -> awaited.timeout().compareTo(waited) <= 0);
            if (!late) {
                places.giveBack();
                missing.forEach(this::say);
            }
            if (late || !end.pause(nextLook(open, waited))) {
                return Optional.of(sentence(missing, waited));
            }
        }
    }

    private void say(Awaited awaited, String what) {
        if (!what.equals(said.put(awaited, what))) {
            say.accept(
                    "waiting for " + awaited.name() + ", at most " + Durations.words(awaited.timeout()) + ": " + what);
        }
    }

    private static Duration nextLook(List<Awaited> open, Duration waited) {
        return open.stream()
                .flatMap(awaited ->
                        Stream.of(awaited.refreshRate(), awaited.timeout().minus(waited)))
                .min(Duration::compareTo)
                .orElseThrow();
    }

    private String sentence(Map<Awaited, String> missing, Duration waited) {
        List<String> parts = new ArrayList<>();
        missing.forEach((awaited, what) -> parts.add(awaited.sentence(what)));
        return String.join(". ", parts) + (patience == Patience.ONE_LOOK ? "" : ". Waited " + Durations.words(waited));
    }
}
