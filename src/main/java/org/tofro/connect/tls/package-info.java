/**
 * How sessions with servers are encrypted, alike for all drivers, and what is said where that fails.
 *
 * <p>May depend on {@code settings}. Start reading at {@link org.tofro.connect.tls.TlsSockets}.
 */
@NullMarked
package org.tofro.connect.tls;

import org.jspecify.annotations.NullMarked;
