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

    /** The condition that keeps a query to a range; the qualifier is what stands before ctid, such as {@code t.}. */
    String condition(PageRange range, String qualifier) {
        String from = "%sctid >= '(%d,0)'::pg_catalog.tid".formatted(qualifier, range.from());
        return range.to() < 0 ? from : from + " AND %sctid < '(%d,0)'::pg_catalog.tid".formatted(qualifier, range.to());
    }
}
