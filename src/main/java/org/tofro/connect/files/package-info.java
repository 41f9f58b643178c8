/**
 * Files as a source: which of them a pattern names, in a bucket or in a folder, whether they are finished, what they hold
 * when they are taken out of their compression, and how rows of plain text, such as TSV and CSV, become staged ones and
 * staged ones become plain text.
 *
 * <p>Start reading at {@link org.tofro.connect.files.FileSource} and {@link org.tofro.connect.files.StageRows}, whose
 * inverse is {@link org.tofro.connect.files.UnstageRows}; what may stand in a file is said by {@link
 * org.tofro.connect.files.DelimitedFormat}. May depend on {@code data}, {@code settings}, on {@code connect.staging}, {@code
 * connect.types}, and on {@code connect.extract} for its exception.
 */
@NullMarked
package org.tofro.connect.files;

import org.jspecify.annotations.NullMarked;
