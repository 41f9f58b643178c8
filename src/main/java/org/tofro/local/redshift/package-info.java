/**
 * The stand-in for Amazon Redshift: a front that speaks the PostgreSQL wire protocol to Amazon's own driver and has an
 * embedded PostgreSQL do the work. It adds what PostgreSQL lacks (COPY from S3, Redshift's table attributes and system
 * views), imitates the sharp edges that safety hangs on (the table write lock, TRUNCATE that commits, keys that are not
 * enforced, lengths in bytes, texts that are equal but for blanks at their ends), refuses what Redshift lacks, and can be
 * told to fail on purpose.
 *
 * <p>A statement goes {@link org.tofro.local.redshift.Session} (the protocol) to {@link
 * org.tofro.local.redshift.Translator} (the SQL) to {@link org.tofro.local.redshift.Backend} (PostgreSQL). The rows of a
 * COPY go {@link org.tofro.local.redshift.RecordReader} (records of a file) to {@link
 * org.tofro.local.redshift.ColumnLoader} (values of a type) to {@link org.tofro.local.redshift.RowBuffer} (what PostgreSQL
 * reads); this keeps up with PostgreSQL because almost no field becomes an object on the way.
 *
 * <p>May depend on the JDK, the AWS client for S3, Jackson, zstd and the PostgreSQL driver. Start reading at {@link
 * org.tofro.local.redshift.RedshiftFront}.
 */
@NullMarked
package org.tofro.local.redshift;

import org.jspecify.annotations.NullMarked;
