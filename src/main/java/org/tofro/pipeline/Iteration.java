package org.tofro.pipeline;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One of the combinations for which a step with {@code for_each} is done.
 *
 * @param of the step's name as the file gives it, by which all of them are meant
 * @param number its place among them, from 1
 * @param values what <code>${each:name}</code> stands for, in the order of the file
 */
public record Iteration(String of, int number, Map<String, String> values) implements Serializable {
    private static final Pattern SHORT = Pattern.compile("[A-Za-z0-9_.+-]{1,40}");
    private static final int LONGEST = 160;

    public Iteration {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The name of the step that does it: {@code train[depth=4]}; the number where the values are no words. */
    public String step() {
        String words = values.entrySet().stream()
                .map(value -> value.getKey() + "=" + value.getValue())
                .collect(Collectors.joining(","));
        boolean good = words.length() <= LONGEST
                && values.values().stream()
                        .allMatch(value -> SHORT.matcher(value).matches());
        return of + "[" + (good ? words : String.valueOf(number)) + "]";
    }
}
