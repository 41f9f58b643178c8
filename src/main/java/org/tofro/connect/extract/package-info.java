/**
 * What all extracts share: one attempt after another until a commit record names the files of one, the figures of it,
 * and the ways to watch it and to end it.
 *
 * <p>Start reading at {@link org.tofro.connect.extract.ExtractTransform}; a source is an {@link
 * org.tofro.connect.extract.Extraction}. May depend on {@code data}, {@code settings}, {@code connect.staging}, {@code
 * connect.warehouse} for the record, and Beam; knows no source.
 */
@NullMarked
package org.tofro.connect.extract;

import org.jspecify.annotations.NullMarked;
