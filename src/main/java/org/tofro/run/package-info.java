/**
 * Turns a plan into one Beam graph and sees it through: launch, lease, cancel, collect.
 *
 * <p>May depend on {@code plan}, {@code pipeline}, {@code report}, {@code settings}, {@code data} and Beam; never on
 * {@code steps}. Start reading at {@link org.tofro.run.PipelineRun}; what runs a graph is an {@link org.tofro.run.Engine}, and
 * where Flink is that, a {@link org.tofro.run.FlinkPlace} says where.
 */
@NullMarked
package org.tofro.run;

import org.jspecify.annotations.NullMarked;
