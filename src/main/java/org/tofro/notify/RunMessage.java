package org.tofro.notify;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Outcome.Status;
import org.tofro.pipeline.Interval;
import org.tofro.report.RunReport;
import org.tofro.report.RunRequest;
import org.tofro.report.StepReport;
import org.tofro.settings.Notification.Event;

/**
 * What is told of the end of a run: one message, for people and for programs. Like every message it holds neither secrets
 * nor rows.
 *
 * @param events what it tells
 * @param text for people, some lines
 * @param facts the same by name, in order; values are texts, numbers and lists of such mappings
 */
public record RunMessage(Set<Event> events, String text, Map<String, Object> facts) {
    private static final int LONGEST = 4_000;

    /** How a note begins that a check leaves which lets the run go on. */
    private static final String FAILED_CHECK = "check failed: ";

    public RunMessage {
        events = Set.copyOf(events);
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /**
     * The message of a launch that has a report.
     *
     * @param resume the command that goes on with the run
     * @param report where the report stands
     */
    public static RunMessage of(RunReport run, String resume, String report) {
        Set<Event> events = events(run);
        List<StepReport> bad = Stream.concat(run.steps().stream(), run.teardown().stream())
                .filter(step -> step.outcome() == Status.FAILED || step.outcome() == Status.REFUSED)
                .toList();
        List<String> lines = new ArrayList<>();
        lines.add(head(
                run.pipeline(),
                run.result().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                run.intervalStart(),
                run.intervalEnd(),
                run.run()));
        bad.forEach(step -> lines.add("step " + step.name() + " "
                + (step.outcome() == Status.FAILED ? "failed" : "was refused")
                + (step.tries() > 1 ? " after " + step.tries() + " tries" : "") + ": " + step.message()));
        warnings(run).forEach(lines::add);
        if (run.problem() != null) {
            lines.add(run.problem());
        }
        long skipped = run.steps().stream()
                .filter(step -> step.outcome() == Status.SKIPPED)
                .count();
        if (skipped > 0) {
            lines.add(skipped + (skipped == 1 ? " step" : " steps") + " not done");
        }
        Map<String, Object> facts =
                facts(run.pipeline(), run.run(), run.result().name(), run.intervalStart(), run.intervalEnd());
        put(facts, "owner", run.owner());
        facts.put("runner", run.runner());
        put(facts, "problem", run.problem());
        facts.put("failedSteps", bad.stream().map(RunMessage::fact).toList());
        facts.put("report", report);
        return finished(events, lines, facts, run.result() == RunReport.Result.SUCCEEDED ? null : resume);
    }

    /**
     * The message of a launch that broke off before there was a report.
     *
     * @param resume the command that goes on with the run; null where it cannot be gone on with
     */
    public static RunMessage ofTrouble(RunRequest request, String cause, @Nullable String resume) {
        Map<String, Object> facts = facts(
                request.pipeline(),
                request.run(),
                RunReport.Result.FAILED.name(),
                request.intervalStart(),
                request.intervalEnd());
        facts.put("runner", request.runner());
        facts.put("problem", cause);
        String head = head(request.pipeline(), "failed", request.intervalStart(), request.intervalEnd(), request.run());
        return finished(Set.of(Event.FAILURE), List.of(head, cause), facts, resume);
    }

    private static Set<Event> events(RunReport run) {
        Set<Event> events = EnumSet.noneOf(Event.class);
        switch (run.result()) {
            case SUCCEEDED -> events.add(Event.SUCCESS);
            case FAILED -> events.add(Event.FAILURE);
            case NOT_READY -> events.add(Event.LATENESS);
            case PARTIAL -> {
                // Whoever has left steps out knows that not all is done.
            }
        }
        if (!run.tornDown()) {
            events.add(Event.FAILURE);
        }
        if (run.steps().stream().anyMatch(step -> step.outcome() == Status.REFUSED)
                || warnings(run).findAny().isPresent()) {
            events.add(Event.FAILED_CHECK);
        }
        return events;
    }

    /** Its first line, in short: pipeline, result and interval. */
    public String subject() {
        return text.lines().findFirst().orElse("").replaceFirst(" \\(run \\S+\\)$", "");
    }

    /** What checks have found that only warn. */
    private static Stream<String> warnings(RunReport run) {
        return run.steps().stream()
                .flatMap(step -> step.notes().stream()
                        .filter(note -> note.startsWith(FAILED_CHECK))
                        .map(note -> "step " + step.name() + ": " + note));
    }

    private static String head(String pipeline, String ended, Instant start, Instant end, String run) {
        return "pipeline " + pipeline + " " + ended + " for " + new Interval(start, end).words() + " (run " + run + ")";
    }

    private static Map<String, Object> facts(String pipeline, String run, String result, Instant start, Instant end) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("pipeline", pipeline);
        facts.put("run", run);
        facts.put("result", result);
        facts.put("intervalStart", start.toString());
        facts.put("intervalEnd", end.toString());
        return facts;
    }

    private static Map<String, Object> fact(StepReport step) {
        Map<String, Object> fact = new LinkedHashMap<>();
        fact.put("step", step.name());
        fact.put("outcome", step.outcome().name());
        put(fact, "message", step.message());
        fact.put("tries", step.tries());
        return fact;
    }

    private static void put(Map<String, Object> facts, String name, @Nullable String value) {
        if (value != null) {
            facts.put(name, value);
        }
    }

    private static RunMessage finished(
            Set<Event> events, List<String> lines, Map<String, Object> facts, @Nullable String resume) {
        List<String> all = new ArrayList<>(lines);
        if (resume != null) {
            all.add("to go on with it: " + resume);
            facts.put("resume", resume);
        }
        String text = String.join("\n", all);
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + " ..." : text;
        facts.put("text", cut);
        facts.put("events", events.stream().map(Event::word).sorted().toList());
        return new RunMessage(events, cut, facts);
    }
}
