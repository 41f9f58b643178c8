package org.tofro.connect.jdbc;

import org.jspecify.annotations.Nullable;

/** How many ranges a source is best read by: none of them so small that starting it costs more than reading it. */
public final class RangeSizes {
    /** Below this size a second reader does not pay for its connection. */
    public static final long ONE_RANGE_BYTES = 16L << 20;

    private static final long RANGE_BYTES = 64L << 20;
    private static final long SMALLEST_RANGE_BYTES = 4L << 20;
    private static final int RANGES_PER_READER = 4;
    /** 10,000 ranges of 64 MiB are a table of 640 GB; a larger one has larger ranges. */
    private static final int MOST_RANGES = 10_000;

    private RangeSizes() {}

    /** Why one reader reads it whatever it is; null where several may. */
    public static @Nullable String oneReader(ExtractRequest request) {
        if (request.limit().isPresent()) {
            return "one reader: a trial run takes %d rows"
                    .formatted(request.limit().rows());
        }
        return request.splits() == 1 ? "one reader: `splits` is 1" : null;
    }

    /** How many ranges so many bytes are best read by. */
    public static int ranges(int splits, long bytes) {
        long bySize = bytes / RANGE_BYTES + 1;
        long byReaders = Math.min((long) RANGES_PER_READER * splits, bytes / SMALLEST_RANGE_BYTES);
        return (int) Math.min(MOST_RANGES, Math.max(bySize, byReaders));
    }

    /** A size as people read it. */
    public static String size(long bytes) {
        return bytes >= 1L << 20 ? "%d MiB".formatted(bytes >> 20) : "%d KiB".formatted(bytes >> 10);
    }
}
