/**
 * Plain files of rows, such as TSV and CSV, on their way into staged files and out of them.
 *
 * <p>Start reading at {@link org.tofro.connect.files.StageRows} and its inverse, {@link
 * org.tofro.connect.files.UnstageRows}; what may stand in a file is said by {@link
 * org.tofro.connect.files.DelimitedFormat}. May depend on {@code data}, {@code settings}, {@code connect.extract}, {@code
 * connect.staging} and {@code connect.types}; knows no pipeline.
 */
@NullMarked
package org.tofro.connect.files;

import org.jspecify.annotations.NullMarked;
