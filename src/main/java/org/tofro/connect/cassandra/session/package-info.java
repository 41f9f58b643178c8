/**
 * Sessions with Cassandra's driver, and what its errors mean, for all who read and write there.
 *
 * <p>Start reading at {@link org.tofro.connect.cassandra.session.CassandraSessions}. May depend on {@code settings} and the
 * driver.
 */
@NullMarked
package org.tofro.connect.cassandra.session;

import org.jspecify.annotations.NullMarked;
