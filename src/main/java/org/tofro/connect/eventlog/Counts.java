package org.tofro.connect.eventlog;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How many lines were rejected, by reason and column; never what is in them. */
final class Counts {
    private final List<EventField> columns;
    private final List<Map<Reason, Long>> byColumn = new ArrayList<>();
    private long rejected;

    Counts(List<EventField> columns) {
        this.columns = columns;
        for (int i = 0; i <= columns.size(); i++) {
            byColumn.add(new EnumMap<>(Reason.class));
        }
    }

    /** @param field the column; -1 where it is the line itself */
    void add(Reason reason, int field) {
        rejected++;
        byColumn.get(field + 1).merge(reason, 1L, Long::sum);
    }

    long rejected() {
        return rejected;
    }

    /** The reasons, the line's own first, then by column. */
    String words() {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < byColumn.size(); i++) {
            String subject = i == 0 ? "" : columns.get(i - 1).words() + ": ";
            byColumn.get(i).forEach((reason, count) -> words.add(subject + count + " " + reason.text()));
        }
        return String.join("; ", words);
    }
}
