package org.tofro.connect.emr;

/**
 * How a step on a cluster ended.
 *
 * @param good whether it has done what it was to do
 * @param ended whether it has ended at all; else it was given up
 * @param sentence what became of it: where it is not good, why, where its log is and what to do
 */
public record StepEnd(boolean good, boolean ended, String sentence) {}
