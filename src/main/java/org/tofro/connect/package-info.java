/**
 * What all connectors share: how a step's work becomes an outcome, and the register of the steps at work in this JVM.
 *
 * <p>The packages below hold a connector each and know nothing of pipelines. May depend on {@code data} and Beam.
 *
 * <p>Start reading at {@link org.tofro.connect.StepTransform}.
 */
@NullMarked
package org.tofro.connect;

import org.jspecify.annotations.NullMarked;
