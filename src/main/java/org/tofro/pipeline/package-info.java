/**
 * A pipeline as its author wrote it, checked: its steps with their fields, and what a step must be able to do.
 *
 * <p>May depend on {@code data}, {@code settings}, {@code yaml} and {@code problem}; of Beam only {@code sdk.values}.
 * Start reading at {@link org.tofro.pipeline.Step}.
 */
@NullMarked
package org.tofro.pipeline;

import org.jspecify.annotations.NullMarked;
