package org.tofro.report;

import java.time.Instant;

/**
 * That the staged files of a run were removed, or begun to be: it cannot be resumed any more.
 *
 * @param run the run's id
 * @param at when
 */
public record Cleaned(String run, Instant at) {}
