package org.tofro.problem;

/**
 * One thing that is wrong.
 *
 * @param span where
 * @param message what is wrong with the user's own word quoted, what is allowed, what to do
 */
public record Problem(Span span, String message) {}
