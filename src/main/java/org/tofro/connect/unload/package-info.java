/**
 * The warehouse as a source: it writes staged files by itself.
 *
 * <p>Start reading at {@link org.tofro.connect.unload.UnloadExtraction}. Apart from {@code connect.warehouse}, which knows
 * how, because that package keeps the commit records of all extracts and may not know them in turn. May depend on {@code
 * data}, {@code connect.extract}, {@code connect.staging} and {@code connect.warehouse}.
 */
@NullMarked
package org.tofro.connect.unload;

import org.jspecify.annotations.NullMarked;
