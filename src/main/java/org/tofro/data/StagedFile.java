package org.tofro.data;

import java.io.Serializable;

/**
 * One object in the staging area.
 *
 * @param uri where it is: {@code s3://bucket/key} or {@code file:///path}
 * @param rows the rows that are in it, counted in the bytes that were compressed
 * @param bytes its size as stored, compressed
 * @param checksum the hexadecimal SHA-256 of the bytes as stored; empty where the warehouse has written them
 * @param longestRow bytes of its longest row in its staged form, before compression, with the line feed; 0 where the
 *     warehouse has written it
 */
public record StagedFile(String uri, long rows, long bytes, String checksum, long longestRow) implements Serializable {}
