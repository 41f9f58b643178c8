package org.tofro.connect.jdbc;

import java.util.List;

/**
 * Which ranges the queries of an extract read, and why.
 *
 * @param ranges one or more; together every row, each once
 * @param reason in one sentence
 */
public record SplitDecision(List<ReadRange> ranges, String reason) {
    public SplitDecision {
        ranges = List.copyOf(ranges);
    }

    /** Everything at once, for that reason. */
    public static SplitDecision whole(String reason) {
        return new SplitDecision(List.of(ReadRange.WHOLE), reason);
    }

    /** Whether one query reads everything. */
    public boolean isWhole() {
        return ranges.size() == 1;
    }
}
