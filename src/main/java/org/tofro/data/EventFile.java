package org.tofro.data;

import java.io.Serializable;

/**
 * A file of an event log, as it was when its rows were staged.
 *
 * @param uri where it is: {@code s3://bucket/key} or {@code file:///path}
 * @param version what changes with its content: S3's entity tag, a local file's time of change
 * @param bytes its size as stored
 */
public record EventFile(String uri, String version, long bytes) implements Serializable {}
