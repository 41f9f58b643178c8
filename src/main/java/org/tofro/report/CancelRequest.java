package org.tofro.report;

import java.time.Instant;

/**
 * Somebody's wish that a launch of a run ends.
 *
 * @param run the run's id
 * @param token the fencing token of the launch that is meant; a later launch of the run is not
 * @param by who wants it: {@code user@host}
 * @param at when
 */
public record CancelRequest(String run, long token, String by, Instant at) {}
