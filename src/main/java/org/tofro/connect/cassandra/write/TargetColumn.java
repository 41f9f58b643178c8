package org.tofro.connect.cassandra.write;

import java.io.Serializable;

/**
 * A column that is written.
 *
 * @param name its name, as the server knows it, without quotes
 * @param type its type in CQL, such as {@code frozen<set<text>>}
 */
public record TargetColumn(String name, String type) implements Serializable {}
