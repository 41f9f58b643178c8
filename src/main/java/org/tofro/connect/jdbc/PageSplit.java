package org.tofro.connect.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** 10,000 ranges of 64 MiB are a table of 640 GB; a larger one has larger ranges. */
    private static final int MOST_RANGES = 10_000;

    private PageSplit() {}

    static SplitDecision of(ExtractRequest request, int version, TableFacts facts) {
        String obstacle = obstacle(version, facts);
        String whole = oneReader(request);
        if (whole == null && obstacle != null) {
            whole = "one reader: " + obstacle;
        }
        if (whole == null && facts.bytes() < ONE_RANGE_BYTES) {
            whole = "one reader: the table has %s, ranges begin at %s"
                    .formatted(size(facts.bytes()), size(ONE_RANGE_BYTES));
        }
        return whole != null ? SplitDecision.whole(whole) : split(request.splits(), facts);
    }

    /** Why one reader reads it whatever it is; null where several may. */
    static @Nullable String oneReader(ExtractRequest request) {
        if (request.limit().isPresent()) {
            return "one reader: a trial run takes %d rows"
                    .formatted(request.limit().rows());
        }
        return request.splits() == 1 ? "one reader: `splits` is 1" : null;
    }

    /** Why the table cannot be read by ranges of its pages; null where it can. */
    static @Nullable String obstacle(int version, TableFacts facts) {
        return facts.obstacle() == null && version < 14
                ? "PostgreSQL %d cannot scan a range of pages (14 and later can)".formatted(version)
                : facts.obstacle();
    }

    /** How many ranges so many bytes are best read by. */
    static int ranges(int splits, long bytes) {
        long bySize = bytes / RANGE_BYTES + 1;
        long byReaders = Math.min((long) RANGES_PER_READER * splits, bytes / SMALLEST_RANGE_BYTES);
        return (int) Math.min(MOST_RANGES, Math.max(bySize, byReaders));
    }

    private static SplitDecision split(int splits, TableFacts facts) {
        long wanted = Math.min(ranges(splits, facts.bytes()), Math.max(1, facts.pages()));
        long pages = (facts.pages() + wanted - 1) / wanted;
        List<ReadRange> ranges = new ArrayList<>();
        for (long from = 0; from < facts.pages(); from += pages) {
            ranges.add(new ReadRange.Pages(from, from + pages < facts.pages() ? from + pages : -1));
        }
        return new SplitDecision(
                ranges,
                "%d ranges of %d pages under one snapshot: the table has %s in %d pages"
                        .formatted(ranges.size(), pages, size(facts.bytes()), facts.pages()));
    }

    static String size(long bytes) {
        return bytes >= 1L << 20 ? "%d MiB".formatted(bytes >> 20) : "%d KiB".formatted(bytes >> 10);
    }
}
