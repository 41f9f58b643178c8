package org.tofro.data;

/**
 * How far a step has come, for a live line; reports take their figures from commit records and the ledger instead.
 *
 * @param step the step's name
 * @param phase what it is doing, in a word or two
 * @param rows rows moved so far
 * @param bytes bytes staged so far
 * @param startedAt epoch milliseconds
 * @param endedAt epoch milliseconds; 0 while it is at work
 */
public record Progress(String step, String phase, long rows, long bytes, long startedAt, long endedAt) {
    /** One of the times that a step was performed, in one launch. */
    public record Try(String step, long startedAt) {}

    private static final String SUCCEEDED = Outcome.Status.SUCCEEDED.word();

    public Try ofTry() {
        return new Try(step, startedAt);
    }

    /** Whether the step has ended well. */
    public boolean hasSucceeded() {
        return endedAt != 0 && phase.equals(SUCCEEDED);
    }

    /**
     * Which of two tries is shown: the later, unless the earlier has succeeded, and the later one, in another graph, only looks
     * for what that has done.
     */
    public static Progress shown(Progress earlier, Progress later) {
        return earlier.hasSucceeded() && (later.endedAt() == 0 || later.hasSucceeded()) ? earlier : later;
    }
}
