/**
 * The program that a user types: one class per command, and the exit codes that cron sees.
 *
 * <p>May depend on everything. Results go to standard output, everything else to standard error. Start reading at
 * {@code Main}.
 */
@NullMarked
package org.tofro.cli;

import org.jspecify.annotations.NullMarked;
