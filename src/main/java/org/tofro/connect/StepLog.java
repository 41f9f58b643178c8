package org.tofro.connect;

/**
 * Takes what a step has to say while it is at work, for the log of its launch, wherever that is. Says nothing of rows and
 * no secret; what a server answered only in the words of a {@code translate}d exception.
 */
@FunctionalInterface
public interface StepLog {
    /** What the step does from now on, in a few words; also for the live line. */
    void phase(String now);

    /** What whoever looks for it later should find. */
    default void info(String words) {}

    /** What a person who watches should see at once. */
    default void warn(String words) {}
}
