/**
 * How values of any source get into Redshift's types and stay what they are: which types carry which, what every value is
 * looked at for, and what is said of those that do not fit.
 *
 * <p>Start reading at {@link org.tofro.connect.types.Conversions}. A source describes its columns by {@link
 * org.tofro.connect.types.SourceType}, joins them with the user's {@code columns:} by {@link
 * org.tofro.connect.types.ColumnSelection}, and writes values through {@link org.tofro.connect.types.CheckedRows}.
 *
 * <p>Typed text, of files and of event logs, is read by {@link org.tofro.connect.types.WrittenTime} and {@link
 * org.tofro.connect.types.WrittenNumber}; {@link org.tofro.connect.types.Notation} and the event log's forms say which of it
 * they take.
 *
 * <p>May depend on {@code data}, {@code problem}, {@code connect.extract} for its exception and {@code connect.staging};
 * knows no source.
 */
@NullMarked
package org.tofro.connect.types;

import org.jspecify.annotations.NullMarked;
