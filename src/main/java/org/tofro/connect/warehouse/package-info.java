/**
 * Amazon Redshift as a target: loads by COPY, publishes in one transaction, and the tables in the warehouse's schema
 * {@code tofro} on which "nothing lost, nothing twice" hangs.
 *
 * <p>Four kinds of table, all made and touched by Tofro alone:
 *
 * <ul>
 *   <li>a {@linkplain org.tofro.connect.warehouse.Lease lease} per pipeline: who runs it, until when, with which token;
 *   <li>{@linkplain org.tofro.connect.warehouse.CommitRecords records} per pipeline: which staged files of a step are real;
 *   <li>a {@linkplain org.tofro.connect.warehouse.Fence fence} per target table: its lock orders all writers of the table;
 *   <li>a {@linkplain org.tofro.connect.warehouse.Ledger ledger} per target table: which step of which run has changed it.
 * </ul>
 *
 * <p>No table is shared by all pipelines: Redshift locks whole tables, so a shared one would serialise them.
 *
 * <p>May depend on {@code data}, {@code settings}, {@code connect.staging}, Beam and the driver. Start reading at
 * {@link org.tofro.connect.warehouse.PublishProtocol}; the ways of publishing stand on
 * {@link org.tofro.connect.warehouse.Publication}, and {@link org.tofro.connect.warehouse.CheckTable} only reads.
 */
@NullMarked
package org.tofro.connect.warehouse;

import org.jspecify.annotations.NullMarked;
