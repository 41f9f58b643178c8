/**
 * The key-value store that the warehouse's results are served from: jobs, their versions, and the one row of each job that
 * says which version readers see.
 *
 * <p>A job's run makes a new table, {@code <job>_<version>}, that never changes once it is published. Publishing, rolling
 * back and dropping are compare-and-set on the job's partition of {@link org.tofro.kvs.VersionsTable}, which knows no other
 * kind of write.
 *
 * <p>Start reading at {@link org.tofro.kvs.KvsClient} for what reads, and at {@link org.tofro.kvs.VersionsTable} for what
 * writes. Programs that read the store need this package and the driver, and nothing else of Tofro.
 *
 * <p>May depend on the driver and a JSON library.
 */
@NullMarked
package org.tofro.kvs;

import org.jspecify.annotations.NullMarked;
