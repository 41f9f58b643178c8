/**
 * Loads staged rows into a table of an RDS database, PostgreSQL's or MySQL's: in one transaction, counted, and once for
 * each step of each run.
 *
 * <p>May depend on {@code data}, {@code settings}, what all connectors share, the staging area, the labels of sessions in
 * {@code connect.jdbc} and the guards in {@code connect.warehouse}.
 *
 * <p>Start reading at {@link org.tofro.connect.rds.LoadRds}.
 */
@NullMarked
package org.tofro.connect.rds;

import org.jspecify.annotations.NullMarked;
