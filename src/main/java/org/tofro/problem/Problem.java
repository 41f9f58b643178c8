package org.tofro.problem;

/**
 * One thing that is wrong.
 *
 * @param span where
 * @param message what is wrong with the user's own word quoted, what is allowed, what to do
 * @param quotable whether the source line may be shown beneath the message; false where a secret may stand in it
 */
public record Problem(Span span, String message, boolean quotable) {
    public Problem(Span span, String message) {
        this(span, message, true);
    }
}
