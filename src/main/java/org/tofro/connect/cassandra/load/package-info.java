/**
 * Loads staged rows into a table of Cassandra that is there, each to its cells, and as often as it takes.
 *
 * <p>May depend on {@code data}, {@code settings}, what all connectors share, the staging area, the reader of plain files,
 * extracts (for a query that the warehouse writes first) and {@code connect.cassandra.write}.
 *
 * <p>Start reading at {@link org.tofro.connect.cassandra.load.LoadCassandra}.
 */
@NullMarked
package org.tofro.connect.cassandra.load;

import org.jspecify.annotations.NullMarked;
