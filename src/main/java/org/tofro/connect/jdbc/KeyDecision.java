package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.tofro.connect.jdbc.keys.KeyRange;
import org.tofro.connect.jdbc.keys.KeySplit;

/**
 * Decides whether a source that has no pages is read by ranges of a key: only where an index has its rows in the key's
 * order, so that each range costs what its rows cost and not another scan of everything.
 */
final class KeyDecision {
    /** What two readers were seen to take from a server on the same machine; a slower one leaves more time to plan. */
    private static final double BYTES_PER_MILLI = 150_000;

    /** An index finds the first key for next to nothing of what all rows cost. */
    private static final double SEEK_SHARE = 0.01;

    private final ExtractRequest request;
    private final PostgresSession session;
    private final String from;
    private final List<KeyColumn> key;
    private final String because;
    private final long leastPlanningMillis;

    /**
     * @param from what stands after FROM
     * @param because why the source is not read by ranges of pages
     * @param leastPlanningMillis how long ranges may be cut again however small the source is
     */
    KeyDecision(
            ExtractRequest request,
            PostgresSession session,
            String from,
            List<KeyColumn> key,
            String because,
            long leastPlanningMillis) {
        this.leastPlanningMillis = leastPlanningMillis;
        this.request = request;
        this.session = session;
        this.from = from;
        this.key = List.copyOf(key);
        this.because = because;
    }

    SplitDecision decide() throws SQLException {
        try (Statement statement = session.statement()) {
            PostgresEstimate all = PostgresEstimate.of(statement, "SELECT * FROM " + from);
            if (all.bytes() < RangeSizes.ONE_RANGE_BYTES) {
                return whole("the server expects %s, and ranges begin at %s"
                        .formatted(RangeSizes.size((long) all.bytes()), RangeSizes.size(RangeSizes.ONE_RANGE_BYTES)));
            }
            int wanted = RangeSizes.ranges(request.splits(), (long) all.bytes());
            PostgresKeyIndex index = new PostgresKeyIndex(session, from, key, time(all, wanted));
            if (PostgresEstimate.of(statement, index.firstQuery()).cost() > SEEK_SHARE * all.cost()) {
                return whole("no index of the server has its rows in the order of " + names());
            }
            List<KeyRange> ranges =
                    new KeySplit(key.stream().map(KeyColumn::kind).toList(), index).split(wanted, 4 * wanted);
            return ranges.size() == 1
                    ? whole("there is nothing to cut between the smallest and the greatest " + names())
                    : decide(statement, index, ranges, all);
        } catch (PlanningTime.OutOfTimeException e) {
            return whole("finding ranges of " + names() + " took too long");
        }
    }

    private PlanningTime time(PostgresEstimate all, int wanted) {
        return new PlanningTime(leastPlanningMillis, all.bytes(), BYTES_PER_MILLI, all.rows(), wanted);
    }

    /** Fewer ranges where each of them costs the same again, such as the other side of a join. */
    private SplitDecision decide(Statement statement, PostgresKeyIndex index, List<KeyRange> cut, PostgresEstimate all)
            throws SQLException {
        double dearer = 0;
        int fewest = Math.min(cut.size(), request.splits());
        for (int count = cut.size(); count >= fewest; count = Math.max(count / 2, count == fewest ? 0 : fewest)) {
            List<KeyRange> ranges = joined(cut, count);
            dearer = dearer(statement, index, ranges, all);
            if (dearer <= PostgresEstimate.MOST_DEARER) {
                return decision(index, ranges);
            }
        }
        return whole("the server expects ranges of %s to cost %.1f times as much".formatted(names(), dearer));
    }

    private double dearer(Statement statement, PostgresKeyIndex index, List<KeyRange> ranges, PostgresEstimate all)
            throws SQLException {
        double cost = 0;
        for (KeyRange range : ranges) {
            cost += PostgresEstimate.of(statement, "SELECT * FROM " + from + " WHERE " + index.condition(range))
                    .cost();
        }
        return all.dearer(cost);
    }

    private static List<KeyRange> joined(List<KeyRange> ranges, int count) {
        List<KeyRange> joined = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int first = i * ranges.size() / count;
            int last = (i + 1) * ranges.size() / count - 1;
            joined.add(new KeyRange(ranges.get(first).from(), ranges.get(last).before()));
        }
        return joined;
    }

    private SplitDecision decision(PostgresKeyIndex index, List<KeyRange> ranges) throws SQLException {
        List<ReadRange> read = new ArrayList<>();
        for (KeyRange range : ranges) {
            read.add(new ReadRange.Keys(
                    index.condition(range), "keys %d of %d by %s".formatted(read.size() + 1, ranges.size(), names())));
        }
        read.add(new ReadRange.Keys(index.nulls(), "rows without " + names()));
        return new SplitDecision(
                read,
                "%d ranges of %s under one snapshot, and one of rows without it: %s"
                        .formatted(ranges.size(), names(), because));
    }

    private SplitDecision whole(String why) {
        return SplitDecision.whole("one reader: %s, and %s".formatted(because, why));
    }

    private String names() {
        String names = key.stream().map(KeyColumn::name).collect(Collectors.joining(", "));
        return key.size() == 1 ? "'" + names + "'" : "(" + names + ")";
    }
}
