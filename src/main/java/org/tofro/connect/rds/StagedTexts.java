package org.tofro.connect.rds;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;

/**
 * Staged texts on their way into columns of other types, looked at one by one before a row is moved: files without types
 * are staged as text altogether. Where all texts go into columns of text, no file is read.
 */
final class StagedTexts {
    private static final int ROWS_BETWEEN_LOOKS = 4096;

    private final StagedFiles files;
    private final List<Place> places = new ArrayList<>();

    private record Place(int index, TargetTable.Field field, TextFit fit) {}

    StagedTexts(StagedFiles files, TargetTable table) {
        this.files = files;
        List<Column> columns = files.schema().columns();
        for (int i = 0; i < columns.size(); i++) {
            TargetTable.Field field = table.field(columns.get(i).name());
            if (field != null && isText(columns.get(i))) {
                int index = i;
                TextFit.of(field).ifPresent(fit -> places.add(new Place(index, field, fit)));
            }
        }
    }

    private static boolean isText(Column column) {
        return RedshiftType.parse(column.type())
                .filter(type -> type.kind().quoted() && type.kind() != RedshiftType.Kind.VARBYTE)
                .isPresent();
    }

    /** Refuses texts that the table would not hold as they are. */
    void demandFits(StagingArea area, String shown, RunningSteps.Work work)
            throws IOException, StepRefusal, RdsLoadException {
        if (places.isEmpty()) {
            return;
        }
        work.phase("looking at texts");
        long[] others = new long[places.size()];
        for (StagedFile file : files.files()) {
            try (CsvDecoder rows = CsvDecoder.open(area.open(file), file.uri(), files.nullMarker())) {
                for (int row = 0; rows.advance(); row++) {
                    if (row % ROWS_BETWEEN_LOOKS == 0 && work.isCancelled()) {
                        throw new RdsLoadException("cancelled", false, null);
                    }
                    count(rows, others);
                }
            }
        }
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < others.length; i++) {
            if (others[i] > 0) {
                wrong.add(places.get(i).field().shown() + ", which keeps "
                        + places.get(i).fit().kept() + ", and " + others[i]
                        + (others[i] == 1 ? " text for it is another" : " texts for it are others"));
            }
        }
        TargetTable.refuse(shown, wrong);
    }

    private void count(CsvDecoder rows, long[] others) {
        for (int i = 0; i < others.length; i++) {
            Place place = places.get(i);
            if (!rows.isNull(place.index())) {
                int from = rows.from(place.index());
                String text = new String(rows.bytes(), from, rows.to(place.index()) - from, StandardCharsets.UTF_8);
                others[i] += place.fit().keeps(text) ? 0 : 1;
            }
        }
    }
}
