/**
 * Cuts the keys of a table into ranges of about the same size, whatever the keys are: integers, decimals, dates,
 * timestamps, UUIDs, strings in the server's own order, or several columns together.
 *
 * <p>Values between two others are guessed here; which keys exist, and how they are ordered, only the server says. So a
 * bad guess costs balance and never a row: a range begins at a key that exists, and the ranges follow one another in
 * the server's order.
 *
 * <p>May depend on the JDK only; the server stands behind {@link org.tofro.connect.jdbc.keys.KeyIndex}.
 *
 * <p>Start reading at {@link org.tofro.connect.jdbc.keys.KeySplit}.
 */
@NullMarked
package org.tofro.connect.jdbc.keys;

import org.jspecify.annotations.NullMarked;
