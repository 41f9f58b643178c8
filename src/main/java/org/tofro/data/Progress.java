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
public record Progress(String step, String phase, long rows, long bytes, long startedAt, long endedAt) {}
