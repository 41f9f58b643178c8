/**
 * The step types: one record each, with its fields, what it touches and how it joins the graph.
 *
 * <p>May depend on {@code pipeline}, {@code connect}, {@code settings} and {@code report}; of Beam only
 * {@code sdk.values}. A new step is one file here and one line in the catalogue. Start reading at
 * {@link org.tofro.steps.StepTypes}, the catalogue.
 */
@NullMarked
package org.tofro.steps;

import org.jspecify.annotations.NullMarked;
