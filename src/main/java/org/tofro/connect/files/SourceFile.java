package org.tofro.connect.files;

import java.time.Instant;

/**
 * A file of a source, as it was when it was listed.
 *
 * @param uri where it is: {@code s3://bucket/key} or {@code file:///path}
 * @param bytes its size as stored
 * @param version what changes with its content: S3's entity tag, a local file's time of change
 * @param changed when it was written to last
 */
public record SourceFile(String uri, long bytes, String version, Instant changed) {}
