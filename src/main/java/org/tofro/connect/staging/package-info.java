/**
 * The staging area: where extracts leave their files and loads find them, on S3 or in a folder of this machine.
 *
 * <p>Start reading at {@link org.tofro.connect.staging.StagingArea}; {@link org.tofro.connect.staging.Parts} names and
 * rolls the files of one attempt, {@link org.tofro.connect.staging.CsvEncoder} fills them and
 * {@link org.tofro.connect.staging.CsvDecoder} reads them back.
 *
 * <p>The staged form is CSV as RFC 4180 has it: a line feed ends each row, every string is quoted with {@code "}
 * doubled, numbers stand bare, and NULL is a bare word unique to the run ({@link
 * org.tofro.connect.staging.NullMarker}), so that NULL and the empty string stay different. Parts are compressed with
 * zstd, level 1.
 *
 * <p>Objects go to S3 by a multipart upload of our own. Beam 2.62's write channel for S3 takes 64 MiB of heap for every
 * open file, uploads one part after the other while the writer waits, and never aborts a failed upload, whose parts
 * then cost money for ever; ours takes at most 24 MiB, uploads beside the encoding, and aborts.
 *
 * <p>May depend on {@code data}, {@code settings}, the AWS client and zstd; knows nothing of pipelines or Beam.
 */
@NullMarked
package org.tofro.connect.staging;

import org.jspecify.annotations.NullMarked;
