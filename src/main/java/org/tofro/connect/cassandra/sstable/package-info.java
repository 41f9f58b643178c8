/**
 * Rows into tables of Cassandra as SSTables: written beside the cluster by Cassandra's own writer, and streamed to its nodes
 * by Cassandra's own loader, which costs them next to nothing.
 *
 * <p>Cassandra's jars mix with nobody's. Hence a process of its own class path does the work, see {@link
 * org.tofro.connect.cassandra.sstable.program}, and this side feeds it.
 *
 * <p>Start reading at {@link org.tofro.connect.cassandra.sstable.SstableWriter}. May depend on {@code settings}, {@code
 * connect.cassandra.session}, {@code connect.cassandra.write}, {@code connect.program} and the driver.
 */
@NullMarked
package org.tofro.connect.cassandra.sstable;

import org.jspecify.annotations.NullMarked;
