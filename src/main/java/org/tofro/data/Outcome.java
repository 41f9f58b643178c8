package org.tofro.data;

import java.io.Serializable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a step ended. It flows along the step's "done" edge, so that a failure reaches the steps behind it as data and
 * leaves independent branches alone.
 *
 * @param step the step's name
 * @param status how it ended
 * @param message why, in one sentence, unless it succeeded; without secrets and row data
 * @param figures what it moved
 */
public record Outcome(String step, Status status, @Nullable String message, Figures figures) implements Serializable {

    /** The ways in which a step can end. */
    public enum Status {
        SUCCEEDED,
        /** Its subject failed: bad SQL, an unreachable server, exhausted retries. */
        FAILED,
        /** A guard or a check refused to go on; nothing was changed. */
        REFUSED,
        /** Not started, because a step before it did not succeed. */
        SKIPPED;

        /** As the live line has it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Outcome succeeded(String step, Figures figures) {
        return new Outcome(step, Status.SUCCEEDED, null, figures);
    }

    public static Outcome failed(String step, String message, Figures figures) {
        return new Outcome(step, Status.FAILED, message, figures);
    }

    public static Outcome refused(String step, String message, Figures figures) {
        return new Outcome(step, Status.REFUSED, message, figures);
    }

    public static Outcome skipped(String step, String because) {
        return new Outcome(step, Status.SKIPPED, because, Figures.NONE);
    }

    public boolean succeeded() {
        return status == Status.SUCCEEDED;
    }
}
