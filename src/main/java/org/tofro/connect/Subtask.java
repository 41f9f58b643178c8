package org.tofro.connect;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the workers among which an engine shares an operator's work.
 *
 * @param index from 1
 * @param of how many there are
 * @param attempt from 1; Flink makes another one when a worker was lost, or with it what this one needs
 */
public record Subtask(int index, int of, int attempt) {
    /** Flink names a task's thread after the operator, the subtask and the attempt: {@code Map (1/2)#0}. */
    private static final Pattern FLINK_THREAD = Pattern.compile("\\((\\d+)/(\\d+)\\)#(\\d+)$");

    /** The subtask that the calling thread works for; empty where the engine has none. */
    public static Optional<Subtask> current() {
        Matcher name = FLINK_THREAD.matcher(Thread.currentThread().getName());
        return name.find()
                ? Optional.of(new Subtask(
                        Integer.parseInt(name.group(1)),
                        Integer.parseInt(name.group(2)),
                        Integer.parseInt(name.group(3)) + 1))
                : Optional.empty();
    }
}
