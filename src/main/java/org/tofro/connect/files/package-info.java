/**
 * Files as a source: which of them a pattern names, in a bucket or in a folder, what they hold when they are taken out of
 * their compression, and whether they are finished.
 *
 * <p>Start reading at {@link org.tofro.connect.files.FileSource}. May depend on {@code settings}, on {@code
 * connect.staging} for clients of S3, and on {@code connect.extract} for its exception.
 */
@NullMarked
package org.tofro.connect.files;

import org.jspecify.annotations.NullMarked;
