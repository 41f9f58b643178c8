package org.tofro.kvs;

/**
 * A job of a list.
 *
 * @param name its name
 * @param current the number of the version that readers see; 0 where there is none
 */
public record ListedJob(JobName name, int current) {}
