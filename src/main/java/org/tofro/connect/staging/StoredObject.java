package org.tofro.connect.staging;

/**
 * An object of the staging area.
 *
 * @param name its name below the area
 * @param bytes its size as stored
 */
public record StoredObject(String name, long bytes) {}
