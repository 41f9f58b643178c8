/**
 * The program that writes SSTables and streams them, in a process whose class path is Cassandra's. What it needs of
 * Cassandra it finds by reflection, so that Tofro is built and run without Cassandra's jars, of whatever version the cluster
 * is.
 *
 * <p>Start reading at {@link org.tofro.connect.cassandra.sstable.program.SstableProgram}. May depend on the JDK alone: no
 * other class of Tofro is on that class path.
 */
@NullMarked
package org.tofro.connect.cassandra.sstable.program;

import org.jspecify.annotations.NullMarked;
