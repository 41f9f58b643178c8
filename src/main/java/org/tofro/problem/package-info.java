/**
 * What is wrong with a file that a user wrote, and where: collected, never thrown while reading, printed all at once.
 *
 * <p>May depend on the JDK only. Start reading at {@link org.tofro.problem.Problems}.
 */
@NullMarked
package org.tofro.problem;

import org.jspecify.annotations.NullMarked;
