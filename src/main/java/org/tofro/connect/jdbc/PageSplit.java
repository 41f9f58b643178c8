package org.tofro.connect.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a table into ranges of pages: enough of them that a dense one does not keep the others waiting, none of them so
 * small that starting it costs more than reading it.
 */
final class PageSplit {
    private PageSplit() {}

    static SplitDecision of(ExtractRequest request, int version, TableFacts facts) {
        String obstacle = obstacle(version, facts);
        String whole = RangeSizes.oneReader(request);
        if (whole == null && obstacle != null) {
            whole = "one reader: " + obstacle;
        }
        if (whole == null && facts.bytes() < RangeSizes.ONE_RANGE_BYTES) {
            whole = "one reader: the table has %s, ranges begin at %s"
                    .formatted(RangeSizes.size(facts.bytes()), RangeSizes.size(RangeSizes.ONE_RANGE_BYTES));
        }
        return whole != null ? SplitDecision.whole(whole) : split(request.splits(), facts);
    }

    /** Why the table cannot be read by ranges of its pages; null where it can. */
    static @Nullable String obstacle(int version, TableFacts facts) {
        return facts.obstacle() == null && version < 14
                ? "PostgreSQL %d cannot scan a range of pages (14 and later can)".formatted(version)
                : facts.obstacle();
    }

    private static SplitDecision split(int splits, TableFacts facts) {
        long wanted = Math.min(RangeSizes.ranges(splits, facts.bytes()), Math.max(1, facts.pages()));
        long pages = (facts.pages() + wanted - 1) / wanted;
        List<ReadRange> ranges = new ArrayList<>();
        for (long from = 0; from < facts.pages(); from += pages) {
            ranges.add(new ReadRange.Pages(from, from + pages < facts.pages() ? from + pages : -1));
        }
        return new SplitDecision(
                ranges,
                "%d ranges of %d pages under one snapshot: the table has %s in %d pages"
                        .formatted(ranges.size(), pages, RangeSizes.size(facts.bytes()), facts.pages()));
    }
}
