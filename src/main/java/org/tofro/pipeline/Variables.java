package org.tofro.pipeline;

import java.time.DateTimeException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problems;
import org.tofro.problem.Spelling;
import org.tofro.yaml.Template;

/**
 * What the expressions of a pipeline's texts stand for.
 *
 * @param values what <code>${var:x}</code> stands for: {@code --var}, and below it the pipeline's {@code variables}
 * @param choice what the run covers, for <code>${date:...}</code> and <code>${interval.start}</code>
 * @param schedule the pipeline's, which decides what a date means; null where it has none
 * @param environment the process's environment: null for a variable that is not set
 * @param each what <code>${each:x}</code> stands for: the values of the step's {@code for_each}
 */
public record Variables(
        Map<String, String> values,
        IntervalChoice choice,
        @Nullable Schedule schedule,
        Function<String, @Nullable String> environment,
        Map<String, String> each) {
    private static final List<String> KINDS = List.of("var", "env", "date", "interval", "each");

    public Variables {
        values = Map.copyOf(values);
        each = Map.copyOf(each);
    }

    /** Variables outside of any step. */
    public Variables(
            Map<String, String> values,
            IntervalChoice choice,
            @Nullable Schedule schedule,
            Function<String, @Nullable String> environment) {
        this(values, choice, schedule, environment, Map.of());
    }

    /** Variables of a run whose interval is known. */
    public Variables(Map<String, String> values, Interval interval, Function<String, @Nullable String> environment) {
        this(values, schedule -> interval, null, environment);
    }

    /** Chooses the interval of a run of a pipeline with that schedule. */
    @FunctionalInterface
    public interface IntervalChoice {
        Interval of(@Nullable Schedule schedule);
    }

    /** What the run covers. */
    public Interval interval() {
        return choice.of(schedule);
    }

    /** These variables in a pipeline of that schedule. */
    public Variables on(@Nullable Schedule pipelines) {
        return new Variables(values, choice, pipelines, environment, each);
    }

    /** These variables where the process's environment is another. */
    public Variables in(Function<String, @Nullable String> other) {
        return new Variables(values, choice, schedule, other, each);
    }

    /** These variables in a step that is done for a combination of values. */
    public Variables forEach(Map<String, String> combination) {
        return new Variables(values, choice, schedule, environment, combination);
    }

    /** These variables, and beneath them others that apply where these say nothing. */
    public Variables over(Map<String, String> defaults) {
        Map<String, String> merged = new TreeMap<>(defaults);
        merged.putAll(values);
        return new Variables(merged, choice, schedule, environment, each);
    }

    /** What an expression stands for; a problem and the empty text where it stands for nothing. */
    public String resolve(Template.Expression expression, Problems problems) {
        String argument = expression.argument();
        @Nullable
        String value = switch (expression.kind()) {
            case "var" -> values.get(argument);
            case "env" -> environment.apply(argument);
            case "date" -> date(argument);
            case "interval" -> boundary(argument);
            case "each" -> each.get(argument);
            default -> null;
        };
        if (value == null) {
            problems.add(expression.span(), complaint(expression));
        }
        return value == null ? "" : value;
    }

    private String complaint(Template.Expression expression) {
        String argument = expression.argument();
        return switch (expression.kind()) {
            case "var" ->
                "the variable '" + argument + "' has no value; give --var " + argument
                        + "=... or an entry in 'variables'"
                        + Spelling.nearest(argument, values.keySet())
                                .map(meant -> "; did you mean '" + meant + "'?")
                                .orElse("");
            case "env" -> "the environment variable '" + argument + "' is not set";
            case "date" -> "'" + argument + "' is no date pattern; one looks like yyyy-MM-dd";
            case "each" ->
                each.isEmpty()
                        ? "'" + expression.text() + "' has a value in a step with 'for_each' only"
                        : "'for_each' has no '" + argument + "'"
                                + Spelling.hint(argument, new TreeSet<>(each.keySet()));
            case "interval" -> "the interval has a start and an end, not '" + argument + "'";
            default ->
                "'" + expression.text() + "' is of no known kind; known are ${var:name}, ${env:NAME},"
                        + " ${date:yyyy-MM-dd}, ${interval.start}, ${interval.end} and ${each:name}"
                        + Spelling.nearest(expression.kind(), KINDS)
                                .map(meant -> "; did you mean '" + meant + "'?")
                                .orElse("");
        };
    }

    private @Nullable String date(String pattern) {
        try {
            return DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
                    .format(interval().start().atZone(schedule == null ? ZoneOffset.UTC : schedule.zone()));
        } catch (IllegalArgumentException | DateTimeException wrong) {
            return null;
        }
    }

    private @Nullable String boundary(String which) {
        return switch (which) {
            case "start" -> interval().start().toString();
            case "end" -> interval().end().toString();
            default -> null;
        };
    }
}
