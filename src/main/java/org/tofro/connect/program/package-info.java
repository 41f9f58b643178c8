/**
 * Programs that run beside this one, and the folders that they work in.
 *
 * <p>Start reading at {@link org.tofro.connect.program.WorkFolder}. May depend on the JDK alone.
 */
@NullMarked
package org.tofro.connect.program;

import org.jspecify.annotations.NullMarked;
