/**
 * One environment: where a pipeline runs and which servers its connections name, read from {@code runners/<name>.yaml}.
 *
 * <p>May depend on {@code yaml} and {@code problem}. Start reading at {@link org.tofro.settings.Settings}.
 */
@NullMarked
package org.tofro.settings;

import org.jspecify.annotations.NullMarked;
