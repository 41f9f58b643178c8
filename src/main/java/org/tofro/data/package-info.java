/**
 * The values that every part of Tofro shares: tables, schemas, staged files, the run and its steps, outcomes.
 *
 * <p>May depend on the JDK and Beam's coders only. Start reading at {@link org.tofro.data.StagedFiles}, which is what
 * crosses the edges of the graph, and {@link org.tofro.data.Outcome}, which is how a step ends.
 */
@NullMarked
package org.tofro.data;

import org.jspecify.annotations.NullMarked;
