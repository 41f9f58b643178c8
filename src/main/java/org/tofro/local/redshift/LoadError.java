package org.tofro.local.redshift;

/**
 * Why a row could not be loaded ("STL_LOAD_ERRORS", r_STL_LOAD_ERRORS.html, codes in "Load error reference",
 * r_Load_Error_Reference.html).
 *
 * @param file the S3 address of the file
 * @param line the line at which the row starts
 * @param column the column's name, or empty
 * @param type the column's type, or empty
 * @param length the column's declared length, or empty
 * @param position where the field starts in the row
 * @param rawLine the row as it stands in the file, cut at 1024 bytes
 * @param rawValue the field
 * @param code the error code
 * @param reason the error in words
 */
record LoadError(
        String file,
        long line,
        String column,
        String type,
        String length,
        int position,
        String rawLine,
        String rawValue,
        int code,
        String reason) {}
