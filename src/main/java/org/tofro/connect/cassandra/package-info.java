/**
 * Tables of Cassandra, read by ranges of the ring into staged files.
 *
 * <p>Beam's CassandraIO of this version catches every exception while it reads, logs it and goes on, so that rows are lost
 * in silence (apache/beam#34160), and knows neither a page that is asked for again nor the end of a ring. Hence this
 * package, on driver 4.
 *
 * <p>Start reading at {@link org.tofro.connect.cassandra.CassandraExtract}. May depend on {@code data}, {@code settings},
 * {@code problem}, {@code connect.extract}, {@code connect.types} and {@code connect.staging}; knows no pipeline.
 */
@NullMarked
package org.tofro.connect.cassandra;

import org.jspecify.annotations.NullMarked;
