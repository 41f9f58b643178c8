/**
 * MySQL and MariaDB as sources of extracts, behind {@link org.tofro.connect.jdbc.SourceServer}.
 *
 * <p>Start reading at {@link org.tofro.connect.jdbc.mysql.MysqlServer}. Rows stream through the text protocol, whose values
 * are staged as the server prints them; which of them need more than that is in {@code MysqlType}. How all readers come to
 * see one moment is in {@code LockedSnapshot}, how a table is cut into ranges of its key in {@code MysqlRanges}.
 *
 * <p>May depend on {@code connect.jdbc}, {@code connect.types}, {@code connect.extract}, {@code connect.staging}, {@code
 * data}, {@code settings} and the driver; knows nothing of pipelines or Beam.
 */
@NullMarked
package org.tofro.connect.jdbc.mysql;

import org.jspecify.annotations.NullMarked;
