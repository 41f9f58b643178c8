package org.tofro.connect.warehouse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.Column;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;

/**
 * Staged strings that are longer than the columns of a table that somebody defined narrower than the extract's types. COPY
 * says so of one row; this counts them all. Only after it has failed: to look before it would be to read every file twice.
 */
final class LongValues {
    private final StagedFiles files;
    private final List<Column> columns;
    private final int[] widths;
    private final long[] counts;
    private final int[] longest;

    LongValues(StagedFiles files, TableShape table) {
        this.files = files;
        this.columns = files.schema().columns();
        this.widths = new int[columns.size()];
        this.counts = new long[columns.size()];
        this.longest = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            TableShape.Field field = table.field(columns.get(i).name());
            widths[i] = field == null ? 0 : new Assignment(columns.get(i).type(), field.type()).narrowedTo();
        }
    }

    /** What is too long, for the end of another sentence; empty where nothing is. */
    String counted(StagingArea area) throws IOException {
        for (int i = 0; i < widths.length; i++) {
            if (widths[i] > 0) {
                read(area);
                return sentences();
            }
        }
        return "";
    }

    private void read(StagingArea area) throws IOException {
        for (StagedFile file : files.files()) {
            try (CsvDecoder decoder = CsvDecoder.open(area.open(file), file.uri(), files.nullMarker())) {
                for (List<byte @Nullable []> row = decoder.next(); row != null; row = decoder.next()) {
                    look(row);
                }
            }
        }
    }

    private void look(List<byte @Nullable []> row) {
        for (int i = 0; i < widths.length; i++) {
            byte[] value = row.get(i);
            if (widths[i] > 0 && value != null && value.length > widths[i]) {
                counts[i]++;
                longest[i] = Math.max(longest[i], value.length);
            }
        }
    }

    private String sentences() {
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            if (counts[i] > 0) {
                sentences.add(
                        "; column '%s' has %d value%s of more than its %d bytes, the longest has %d: make it varchar(%d)"
                                .formatted(
                                        columns.get(i).name(),
                                        counts[i],
                                        counts[i] == 1 ? "" : "s",
                                        widths[i],
                                        longest[i],
                                        longest[i]));
            }
        }
        return String.join("", sentences);
    }
}
