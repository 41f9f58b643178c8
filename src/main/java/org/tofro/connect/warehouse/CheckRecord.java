package org.tofro.connect.warehouse;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.data.TableName;

/**
 * What is kept of a check that let its run pass: how many rows it counted, with which the next run's are compared, and what
 * it noted. It stands beside the lease, one for each run and step, and the first one wins.
 *
 * @param run the run
 * @param table the table that was checked: a step may be given another one
 * @param rows the table's rows; {@link #NOT_COUNTED} where nobody asked
 * @param notes what the report says
 */
record CheckRecord(String run, TableName table, long rows, List<String> notes) {
    static final long NOT_COUNTED = -1;

    /** What the payloads of a table begin with. */
    static String prefix(TableName table) {
        return table.sql() + "\n";
    }

    String payload() {
        return prefix(table) + rows + "\n" + String.join("\n", notes);
    }

    static CheckRecord of(String run, TableName table, String payload) {
        boolean same = payload.startsWith(prefix(table));
        List<String> lines =
                same ? payload.substring(prefix(table).length()).lines().toList() : List.of();
        return new CheckRecord(
                run,
                table,
                lines.isEmpty() ? NOT_COUNTED : Long.parseLong(lines.get(0)),
                lines.stream().skip(1).filter(line -> !line.isEmpty()).toList());
    }

    /** What stands there before a check: the run's own record, and that of the last other run that counted rows. */
    record Before(@Nullable CheckRecord own, @Nullable CheckRecord earlier) {
        Optional<CheckRecord> done() {
            return Optional.ofNullable(own);
        }
    }
}
