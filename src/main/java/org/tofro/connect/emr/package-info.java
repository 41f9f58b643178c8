/**
 * Amazon EMR: clusters and the steps on them, asked for patiently and watched to their end.
 *
 * <p>May depend on {@code data}, {@code settings} and AWS's client. Start reading at {@link org.tofro.connect.emr.Emr}.
 */
@NullMarked
package org.tofro.connect.emr;

import org.jspecify.annotations.NullMarked;
