package org.tofro.connect.jdbc;

import java.util.List;

/**
 * Which ranges the queries of an extract read, and why.
 *
 * @param ranges one or more; together every row, each once
 * @param reason in one sentence
 */
record SplitDecision(List<ReadRange> ranges, String reason) {
    SplitDecision {
        ranges = List.copyOf(ranges);
    }

    static SplitDecision whole(String reason) {
        return new SplitDecision(List.of(ReadRange.WHOLE), reason);
    }

    boolean isWhole() {
        return ranges.size() == 1;
    }
}
