package org.tofro.connect.staging;

import java.time.Instant;

/**
 * An object of the staging area.
 *
 * @param name its name below the area
 * @param bytes its size as stored
 * @param writtenAt when it was written, by the clock of the store
 */
public record StoredObject(String name, long bytes, Instant writtenAt) {}
