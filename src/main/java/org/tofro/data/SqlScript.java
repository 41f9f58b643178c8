package org.tofro.data;

import java.io.Serializable;

/**
 * SQL text and where it stands.
 *
 * @param text the SQL as its author wrote it
 * @param origin the file and line it was read from, for messages
 */
public record SqlScript(String text, String origin) implements Serializable {}
