/**
 * What all connectors share: the register of the steps at work in this JVM.
 *
 * <p>The packages below hold a connector each and know nothing of pipelines. May depend on {@code data}.
 */
@NullMarked
package org.tofro.connect;

import org.jspecify.annotations.NullMarked;
