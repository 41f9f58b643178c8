package org.tofro.connect.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.ReadPlan.PageRange;

/**
 * Cuts a table into ranges of pages: enough of them that a dense one does not keep the others waiting, none of them so
 * small that starting it costs more than reading it.
 */
final class PageSplit {
    /** Below this size a second reader does not pay for its connection. */
    static final long ONE_RANGE_BYTES = 16L << 20;

    private static final long RANGE_BYTES = 64L << 20;
    private static final long SMALLEST_RANGE_BYTES = 4L << 20;
    private static final int RANGES_PER_READER = 4;

    private PageSplit() {}

    static SplitDecision of(ExtractRequest request, int version, TableFacts facts) {
        String whole = reasonForWhole(request, version, facts);
        return whole != null ? SplitDecision.whole(whole) : split(request.splits(), facts);
    }

    private static @Nullable String reasonForWhole(ExtractRequest request, int version, TableFacts facts) {
        if (request.limit().isPresent()) {
            return "one reader: a trial run takes %d rows"
                    .formatted(request.limit().rows());
        }
        if (request.splits() == 1) {
            return "one reader: `splits` is 1";
        }
        if (facts.obstacle() != null) {
            return "one reader: " + facts.obstacle();
        }
        if (version < 14) {
            return "one reader: PostgreSQL %d cannot scan a range of pages (14 and later can)".formatted(version);
        }
        if (facts.bytes() < ONE_RANGE_BYTES) {
            return "one reader: the table has %s, ranges begin at %s"
                    .formatted(size(facts.bytes()), size(ONE_RANGE_BYTES));
        }
        return null;
    }

    private static SplitDecision split(int splits, TableFacts facts) {
        long bySize = facts.bytes() / RANGE_BYTES + 1;
        long byReaders = Math.min((long) RANGES_PER_READER * splits, facts.bytes() / SMALLEST_RANGE_BYTES);
        long wanted = Math.min(Math.max(bySize, byReaders), Math.max(1, facts.pages()));
        long pages = (facts.pages() + wanted - 1) / wanted;
        List<PageRange> ranges = new ArrayList<>();
        for (long from = 0; from < facts.pages(); from += pages) {
            ranges.add(new PageRange(from, from + pages < facts.pages() ? from + pages : -1));
        }
        return new SplitDecision(
                ranges,
                "%d ranges of %d pages under one snapshot: the table has %s in %d pages"
                        .formatted(ranges.size(), pages, size(facts.bytes()), facts.pages()));
    }

    private static String size(long bytes) {
        return bytes >= 1L << 20 ? "%d MiB".formatted(bytes >> 20) : "%d KiB".formatted(bytes >> 10);
    }
}
