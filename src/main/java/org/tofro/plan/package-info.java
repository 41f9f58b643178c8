/**
 * The order of a pipeline's steps: which step waits for which, and why.
 *
 * <p>May depend on {@code pipeline} and {@code problem}, and knows nothing of Beam. Start reading at
 * {@link org.tofro.plan.Planner}.
 */
@NullMarked
package org.tofro.plan;

import org.jspecify.annotations.NullMarked;
