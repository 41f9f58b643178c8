/**
 * Transforms: what a user's script, query or class makes of staged files, staged again.
 *
 * <p>Start reading at {@link org.tofro.connect.transform.TransformFiles}, which makes the attempt and commits it; a {@link
 * org.tofro.connect.transform.Transformation} is a {@link org.tofro.connect.transform.ScriptTransformation}, which runs a
 * program beside plain files, or a {@link org.tofro.connect.transform.QueryTransformation}, which runs SQL in an embedded
 * engine. A class of Beam's joins the graph itself, by {@link org.tofro.connect.transform.RowsTransform}.
 *
 * <p>May depend on {@code data}, {@code settings}, {@code connect.extract}, {@code connect.files}, {@code connect.program}, {@code
 * connect.staging}, {@code connect.types}, {@code connect.warehouse} for the record, Beam and DuckDB; knows no pipelines.
 */
@NullMarked
package org.tofro.connect.transform;

import org.jspecify.annotations.NullMarked;
