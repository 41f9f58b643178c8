package org.tofro.kvs;

import java.io.Serializable;

/**
 * A column of a version's table: a part of the key or a field.
 *
 * @param name its name as it is served, which is also the column's own, in quotes
 * @param type its type in CQL, such as {@code bigint} or {@code frozen<set<text>>}
 * @param json whether a text holds JSON, which is served as such and not as a string
 */
public record KvsColumn(String name, String type, boolean json) implements Serializable {}
