package org.tofro.connect;

/** A guard or check said no: nothing was changed, and the sentence says what would relax it. */
public final class StepRefusal extends Exception {
    public StepRefusal(String message) {
        super(message);
    }
}
