package org.tofro.local.redshift;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
        String reason) {

    /** A record of which no single field is to blame. */
    static LoadError ofRecord(String file, RecordReader reader, int code, String reason) {
        return new LoadError(file, reader.line(), "", "", "", 0, reader.raw(), "", code, reason);
    }

    /**
     * A field that cannot be loaded, or that is missing.
     *
     * @param field its number in the record; the first is 0
     */
    static LoadError ofField(String file, RecordReader reader, CopyColumn column, int field, int code, String reason) {
        return new LoadError(
                file,
                reader.line(),
                column.name(),
                column.declared(),
                column.lengthText(),
                position(reader, field),
                reader.raw(),
                value(reader, field),
                code,
                reason);
    }

    /**
     * A record that PostgreSQL refused.
     *
     * @param column the name of the column, or empty
     * @param value the value that PostgreSQL named, if it did
     * @param refusal the fields of PostgreSQL's ErrorResponse
     */
    static LoadError ofRefusal(
            String file,
            RecordReader reader,
            List<CopyColumn> columns,
            String column,
            @Nullable String value,
            Map<Character, String> refusal) {
        CopyColumn found = columns.stream()
                .filter(candidate -> candidate.name().equals(column))
                .findFirst()
                .orElse(null);
        int field = found == null ? -1 : columns.indexOf(found);
        int code = switch (refusal.getOrDefault('C', "")) {
            case "22001", "22003" -> 1204;
            case "22007", "22008" -> found != null && found.type().equals("date") ? 1205 : 1206;
            case "22P02" -> 1207;
            case "23502" -> 1213;
            case "22021" -> 1220;
            default -> 1200;
        };
        String message = refusal.getOrDefault('M', "");
        return new LoadError(
                file,
                reader.line(),
                column,
                found == null ? "" : found.declared(),
                found == null ? "" : found.lengthText(),
                position(reader, field),
                reader.raw(),
                value != null ? value : value(reader, field),
                code,
                message.isEmpty()
                        ? "Unknown parse error"
                        : message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1));
    }

    private static boolean isThere(RecordReader reader, int field) {
        return field >= 0 && field < reader.fields().count();
    }

    private static int position(RecordReader reader, int field) {
        return isThere(reader, field) ? reader.fields().start(field) + field : 0;
    }

    private static String value(RecordReader reader, int field) {
        return isThere(reader, field) ? reader.fields().text(field) : "";
    }
}
