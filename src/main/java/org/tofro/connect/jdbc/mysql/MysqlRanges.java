package org.tofro.connect.jdbc.mysql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.PlanningTime;
import org.tofro.connect.jdbc.RangeSizes;
import org.tofro.connect.jdbc.ReadRange;
import org.tofro.connect.jdbc.SplitDecision;
import org.tofro.connect.jdbc.keys.KeyKind;
import org.tofro.connect.jdbc.keys.KeyRange;
import org.tofro.connect.jdbc.keys.KeySplit;
import org.tofro.problem.Spelling;

/**
 * Decides by which ranges of its primary key, or of columns that the step names, a table is read: only where an index has
 * the rows in the key's order. Sizes come from the server's statistics; of the rows no more is asked than steps into the
 * index, and counts that end at a limit.
 */
final class MysqlRanges {
    /** What two readers were seen to take from a server on the same machine; a slower one leaves more time to plan. */
    private static final double BYTES_PER_MILLI = 100_000;

    private final ExtractRequest request;
    private final MysqlSession session;
    private final MysqlTable table;
    private final Map<String, MysqlType> types;
    private final @Nullable String condition;

    /**
     * @param types of the table's columns
     * @param condition of the query that reads the table; null for all rows
     */
    MysqlRanges(
            ExtractRequest request,
            MysqlSession session,
            MysqlTable table,
            Map<String, MysqlType> types,
            @Nullable String condition) {
        this.request = request;
        this.session = session;
        this.table = table;
        this.types = types;
        this.condition = condition;
    }

    SplitDecision decide() throws SQLException {
        List<String> names = request.splitBy().isEmpty() ? table.primaryKey() : named();
        String oneReader = RangeSizes.oneReader(request);
        if (oneReader != null) {
            return SplitDecision.whole(oneReader);
        }
        if (table.view()) {
            return whole("a view has no index of its own");
        }
        if (!table.hasSnapshots()) {
            return whole(
                    "%s keeps no snapshots, so only a single query sees one moment of it".formatted(table.engine()));
        }
        if (table.bytes() < RangeSizes.ONE_RANGE_BYTES) {
            return whole("the table has %s, ranges begin at %s"
                    .formatted(RangeSizes.size(table.bytes()), RangeSizes.size(RangeSizes.ONE_RANGE_BYTES)));
        }
        if (names.isEmpty()) {
            return whole("the table has no primary key; `split_by` may name columns that have an index");
        }
        if (!table.hasIndex(names)) {
            return whole("no index has the rows in the order of " + quoted(names));
        }
        List<MysqlKeyColumn> key = new ArrayList<>();
        for (String name : names) {
            MysqlType type = types.get(name);
            Optional<MysqlKeyColumn> column = type == null ? Optional.empty() : MysqlKeyColumn.of(name, type);
            if (column.isEmpty()) {
                return whole(
                        "there are no ranges of '%s', a %s; there are of integers, decimals, dates, timestamps, bytes and strings"
                                .formatted(name, type == null ? "column that may not be read" : type.ddl()));
            }
            key.add(column.get());
        }
        return split(key, names);
    }

    private List<String> named() {
        Set<String> seen = new HashSet<>();
        for (String name : request.splitBy()) {
            if (!types.containsKey(name)) {
                throw ExtractException.permanent("%s: `split_by` names '%s', which is none of what is read%s"
                        .formatted(request.where(), name, Spelling.hint(name, types.keySet())));
            }
            if (!seen.add(name)) {
                throw ExtractException.permanent("%s: `split_by` names '%s' twice".formatted(request.where(), name));
            }
        }
        return request.splitBy();
    }

    private SplitDecision split(List<MysqlKeyColumn> key, List<String> names) throws SQLException {
        boolean clustered = table.primaryKey().size() >= names.size()
                && table.primaryKey().subList(0, names.size()).equals(names);
        // Rows lie in the order of the primary key; by another index each is fetched by itself, or all are read again.
        int wanted = clustered ? RangeSizes.ranges(request.splits(), table.bytes()) : request.splits();
        String from = table.sql() + " WHERE " + (condition == null ? "TRUE" : "(" + condition + "\n)");
        MysqlKeyIndex index = new MysqlKeyIndex(
                session,
                from,
                key,
                new PlanningTime(PlanningTime.LEAST_MILLIS, table.bytes(), BYTES_PER_MILLI, table.rows(), wanted));
        try {
            List<KeyKind> kinds = key.stream().map(MysqlKeyColumn::kind).toList();
            List<KeyRange> ranges = new KeySplit(kinds, index).split(wanted, 4 * wanted);
            return ranges.size() == 1
                    ? whole("there is nothing to cut between the smallest and the greatest " + quoted(names))
                    : decision(index, ranges, names);
        } catch (PlanningTime.OutOfTimeException e) {
            return whole("finding ranges of " + quoted(names) + " took too long");
        }
    }

    private SplitDecision decision(MysqlKeyIndex index, List<KeyRange> ranges, List<String> names) {
        List<ReadRange> read = new ArrayList<>();
        for (KeyRange range : ranges) {
            read.add(new ReadRange.Keys(
                    index.condition(range),
                    "keys %d of %d by %s".formatted(read.size() + 1, ranges.size(), quoted(names))));
        }
        String nulls = index.nulls();
        if (nulls != null) {
            read.add(new ReadRange.Keys(nulls, "rows without " + quoted(names)));
        }
        return new SplitDecision(
                read,
                "%d ranges of %s at one moment%s: the table has %s"
                        .formatted(
                                ranges.size(),
                                quoted(names),
                                nulls == null ? "" : ", and one of rows without it",
                                RangeSizes.size(table.bytes())));
    }

    private static SplitDecision whole(String why) {
        return SplitDecision.whole("one reader: " + why);
    }

    private static String quoted(List<String> names) {
        String joined = names.stream().collect(Collectors.joining(", "));
        return names.size() == 1 ? "'" + joined + "'" : "(" + joined + ")";
    }
}
