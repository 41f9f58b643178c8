package org.tofro.settings;

import org.jspecify.annotations.Nullable;
import org.tofro.problem.Span;

/**
 * A step type that a runner file adds to Tofro's own.
 *
 * @param className the class that implements it
 * @param type what pipelines call it; null where the class says so itself
 * @param span where the class is named
 */
public record CustomStep(String className, @Nullable String type, Span span) {}
