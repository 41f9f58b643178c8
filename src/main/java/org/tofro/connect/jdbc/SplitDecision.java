package org.tofro.connect.jdbc;

import java.util.List;
import org.tofro.connect.jdbc.ReadPlan.PageRange;

/**
 * Which pages the queries of an extract read, and why.
 *
 * @param ranges one or more; together every page
 * @param reason in one sentence
 */
record SplitDecision(List<PageRange> ranges, String reason) {
    static SplitDecision whole(String reason) {
        return new SplitDecision(List.of(PageRange.WHOLE), reason);
    }

    /** The condition that keeps a query to a range, or nothing for everything. */
    String condition(PageRange range, String where) {
        if (range.equals(PageRange.WHOLE)) {
            return "";
        }
        String upper = range.to() < 0 ? "" : " AND ctid < '(%d,0)'::pg_catalog.tid".formatted(range.to());
        return "\n%sctid >= '(%d,0)'::pg_catalog.tid%s".formatted(where, range.from(), upper);
    }
}
