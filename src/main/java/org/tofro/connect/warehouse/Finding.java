package org.tofro.connect.warehouse;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an assertion found wrong with a table.
 *
 * @param sentence what is wrong, with counts and without row data
 * @param keys the rows that it is about, for a file that only those read who may; null where none can be named
 */
public record Finding(String sentence, @Nullable Keys keys) {
    static Finding of(String sentence) {
        return new Finding(sentence, null);
    }

    /**
     * Rows of a file.
     *
     * @param header the names of its columns
     * @param rows values, null for NULL
     * @param whole whether these are all there are
     */
    public record Keys(List<String> header, List<List<@Nullable String>> rows, boolean whole) {
        /** The rows as CSV: every value in quotes, NULL as nothing. */
        String csv() {
            StringBuilder text = new StringBuilder();
            line(text, header);
            rows.forEach(row -> line(text, row));
            return text.toString();
        }

        private static void line(StringBuilder text, List<? extends @Nullable String> values) {
            String comma = "";
            for (String value : values) {
                text.append(comma);
                if (value != null) {
                    text.append('"').append(value.replace("\"", "\"\"")).append('"');
                }
                comma = ",";
            }
            text.append('\n');
        }
    }
}
