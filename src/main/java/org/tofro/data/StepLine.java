package org.tofro.data;

/**
 * A line that a step at work has said of itself.
 *
 * @param step the step's name
 * @param number from 1 on among the lines of the step in one JVM: where one is missing, it was not kept
 * @param at epoch milliseconds, by the clock of where it was said
 * @param warning whether a person should see it at once, and not only who looks for it
 * @param text what there is to say, without secrets and without rows
 */
public record StepLine(String step, long number, long at, boolean warning, String text) {}
