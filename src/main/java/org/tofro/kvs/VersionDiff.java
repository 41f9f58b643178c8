package org.tofro.kvs;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.tofro.kvs.VersionScan.Scanned;

/**
 * What two versions of a job differ in.
 *
 * @param before a version
 * @param after the other one
 * @param added keys that only the other one has
 * @param removed keys that only the first one has
 * @param changed keys of both whose fields differ
 * @param same keys of both whose fields are alike
 * @param addedFields fields that only the other one has; they are not compared
 * @param removedFields fields that only the first one has
 * @param retypedFields fields whose type changed; they are not compared either
 * @param first some of the keys that differ
 */
public record VersionDiff(
        int before,
        int after,
        long added,
        long removed,
        long changed,
        long same,
        List<String> addedFields,
        List<String> removedFields,
        List<String> retypedFields,
        List<Difference> first) {
    private static final int RANGES = 64;
    private static final int READERS = 4;

    /** How a key differs. */
    public enum Kind {
        ADDED,
        REMOVED,
        CHANGED
    }

    /** A key that differs, each value of its column's own type. */
    public record Difference(Kind kind, KvsKey key) {}

    /**
     * Reads both versions by ranges of tokens, a few at a time, so that the memory it takes does not grow with them.
     *
     * @param shown how many keys are told at most, of each kind
     */
    public static VersionDiff of(CqlSession session, String keyspace, JobVersion before, JobVersion after, int shown) {
        if (!before.schema().key().equals(after.schema().key())) {
            throw new KvsException("job '" + before.job() + "': versions " + before.number() + " and " + after.number()
                    + " have other keys (" + described(before.schema().key()) + " and "
                    + described(after.schema().key()) + "), so that none can be compared");
        }
        List<KvsColumn> common = new ArrayList<>(before.schema().fields());
        common.retainAll(after.schema().fields());
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        try {
            List<Future<Part>> parts = new ArrayList<>();
            for (int i = 0; i < RANGES; i++) {
                long from = border(i);
                long to = border(i + 1);
                parts.add(readers.submit(() -> new Part(shown)
                        .merge(
                                new VersionScan(session, keyspace, before, common, from, to),
                                new VersionScan(session, keyspace, after, common, from, to))));
            }
            Part sum = new Part(shown);
            for (Future<Part> part : parts) {
                sum.add(part.get());
            }
            return sum.of(before, after);
        } catch (ExecutionException e) {
            throw failed(before.job(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KvsException("job '" + before.job() + "': the comparison was stopped", e);
        } finally {
            readers.shutdownNow();
        }
    }

    /** No row has the least token, so ranges that leave out their first one leave out none. */
    private static long border(int range) {
        return range == RANGES ? Long.MAX_VALUE : Long.MIN_VALUE + range * (Long.MAX_VALUE / (RANGES / 2));
    }

    private static RuntimeException failed(JobName job, ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof DriverException driver) {
            return new KvsException(
                    KvsErrors.isTableGone(driver)
                            ? "job '" + job + "': one of the versions was dropped meanwhile"
                            : String.valueOf(ReadErrors.wrapped("job '" + job + "'", driver)
                                    .getMessage()),
                    driver);
        }
        return new IllegalStateException(cause);
    }

    private static String described(List<KvsColumn> key) {
        return String.join(
                ", ",
                key.stream().map(column -> column.name() + " " + column.type()).toList());
    }

    /** What a range adds to the whole. */
    private static final class Part {
        private final int shown;
        private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
        private final Map<Kind, Integer> told = new EnumMap<>(Kind.class);
        private final List<Difference> first = new ArrayList<>();
        private long same;

        Part(int shown) {
            this.shown = shown;
        }

        Part merge(VersionScan before, VersionScan after) {
            Scanned one = next(before);
            Scanned other = next(after);
            while (one != null || other != null) {
                int order = one == null ? 1 : other == null ? -1 : one.place().compareTo(other.place());
                if (order < 0 && one != null) {
                    count(Kind.REMOVED, one.key());
                } else if (order > 0 && other != null) {
                    count(Kind.ADDED, other.key());
                } else if (one != null && other != null && !one.values().equals(other.values())) {
                    count(Kind.CHANGED, one.key());
                } else {
                    same++;
                }
                one = order <= 0 ? next(before) : one;
                other = order >= 0 ? next(after) : other;
            }
            return this;
        }

        private static @Nullable Scanned next(VersionScan scan) {
            return scan.hasNext() ? scan.next() : null;
        }

        private void count(Kind kind, KvsKey key) {
            counts.merge(kind, 1L, Long::sum);
            tell(new Difference(kind, key));
        }

        private void tell(Difference difference) {
            if (told.getOrDefault(difference.kind(), 0) < shown) {
                told.merge(difference.kind(), 1, Integer::sum);
                first.add(difference);
            }
        }

        void add(Part other) {
            other.counts.forEach((kind, count) -> counts.merge(kind, count, Long::sum));
            same += other.same;
            other.first.forEach(this::tell);
        }

        VersionDiff of(JobVersion before, JobVersion after) {
            List<String> added = new ArrayList<>();
            List<String> removed = new ArrayList<>();
            List<String> retyped = new ArrayList<>();
            for (KvsColumn column : after.schema().fields()) {
                KvsColumn old = named(column.name(), before);
                if (old == null) {
                    added.add(column.name());
                } else if (!old.equals(column)) {
                    retyped.add(column.name() + " (" + old.type() + " -> " + column.type() + ")");
                }
            }
            for (KvsColumn column : before.schema().fields()) {
                if (named(column.name(), after) == null) {
                    removed.add(column.name());
                }
            }
            return new VersionDiff(
                    before.number(),
                    after.number(),
                    counts.getOrDefault(Kind.ADDED, 0L),
                    counts.getOrDefault(Kind.REMOVED, 0L),
                    counts.getOrDefault(Kind.CHANGED, 0L),
                    same,
                    added,
                    removed,
                    retyped,
                    first);
        }

        private static @Nullable KvsColumn named(String name, JobVersion version) {
            return version.schema().fields().stream()
                    .filter(column -> column.name().equals(name))
                    .findFirst()
                    .orElse(null);
        }
    }
}
