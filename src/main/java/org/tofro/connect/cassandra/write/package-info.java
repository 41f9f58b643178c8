/**
 * Rows into tables of Cassandra, on driver 4: at the rate that the cluster takes, each exactly as it was given, and none
 * that failed in silence.
 *
 * <p>Beam's CassandraIO sends a hundred requests on driver 3, waits for all of them, and returns nothing that could be
 * waited on (apache/beam#21548). Hence this package.
 *
 * <p>Start reading at {@link org.tofro.connect.cassandra.write.RowWriter}, behind which every method of writing stands.
 *
 * <p>May depend on {@code data}, {@code settings}, {@code connect.cassandra.session}, {@code connect.staging} and {@code
 * connect.warehouse}'s records.
 */
@NullMarked
package org.tofro.connect.cassandra.write;

import org.jspecify.annotations.NullMarked;
