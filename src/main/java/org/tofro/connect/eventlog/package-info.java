/**
 * Event logs: files of JSON lines, CSV or TSV that others have written, read line by line, checked field by field and
 * staged. What cannot be understood goes to a rejects file; what comes twice is taken once.
 *
 * <p>JSON is parsed by Jackson's streaming parser, a line at a time, so that one bad line costs no other. CSV and TSV are
 * taken apart here: the libraries for them read a stream and end at its first bad record.
 *
 * <p>Start reading at {@link org.tofro.connect.eventlog.EventLogExtraction}. May depend on {@code data}, {@code
 * settings}, {@code connect.extract}, {@code connect.files} and {@code connect.staging}.
 */
@NullMarked
package org.tofro.connect.eventlog;

import org.jspecify.annotations.NullMarked;
