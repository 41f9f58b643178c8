/**
 * How values of any source get into Redshift's types and stay what they are: which types carry which, what every value is
 * looked at for, and what is said of those that do not fit.
 *
 * <p>Start reading at {@link org.tofro.connect.types.Conversions}. A source describes its columns by {@link
 * org.tofro.connect.types.SourceType}, joins them with the user's {@code columns:} by {@link
 * org.tofro.connect.types.ColumnSelection}, and writes values through {@link org.tofro.connect.types.CheckedRows}.
 *
 * <p>May depend on {@code data}, {@code problem}, {@code connect.extract} for its exception and {@code connect.staging};
 * knows no source.
 */
@NullMarked
package org.tofro.connect.types;

import org.jspecify.annotations.NullMarked;
