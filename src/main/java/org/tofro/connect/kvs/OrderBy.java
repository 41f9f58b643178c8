package org.tofro.connect.kvs;

import java.io.Serializable;

/**
 * A column that rows are ordered by, as the warehouse orders: rows without a value come last, in a descending order first.
 *
 * @param column its name, in any case
 * @param descending whether the greatest comes first
 */
public record OrderBy(String column, boolean descending) implements Serializable {}
