/**
 * What a run leaves behind for people and for other programs: reports and logs in the state area, the index of
 * runs, and how they are printed.
 *
 * <p>May depend on {@code data}, the JDK, Beam's {@code FileSystems} and Jackson. Start reading at
 * {@link org.tofro.report.RunReport}.
 */
@NullMarked
package org.tofro.report;

import org.jspecify.annotations.NullMarked;
