package org.tofro.connect.warehouse;

import java.io.Serializable;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.tofro.connect.StepRefusal;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;

/**
 * What a full replacement refuses to publish.
 *
 * @param allowEmpty whether no rows may replace some
 * @param maxShrinkPercent the largest loss of rows that passes, in percent of the rows before; losses of up to
 *     {@value #FREE_SHRINK_ROWS} rows always pass
 * @param allowDuplicates whether rows of equal keys pass
 */
public record Guards(boolean allowEmpty, double maxShrinkPercent, boolean allowDuplicates) implements Serializable {
    private static final long FREE_SHRINK_ROWS = 100;

    /** Refuses, or notes what was accepted or could not be checked. */
    void check(
            WarehouseSession session,
            RunContext run,
            TableShape from,
            List<String> key,
            long staged,
            long before,
            TableName destination,
            List<String> notes)
            throws SQLException, StepRefusal {
        if (run.limit().isPresent()) {
            notes.add("guards: off in a trial run");
            return;
        }
        if (staged == 0 && before > 0 && !allowEmpty) {
            refuse(
                    run,
                    "empty",
                    notes,
                    destination + " has " + before + " rows and " + from.name()
                            + " none: refused to publish an empty table. `allow_empty: true` allows it for good");
        }
        checkShrink(run, destination, staged, before, notes);
        if (key.isEmpty()) {
            notes.add("duplicates: not checked (no primary_key)");
        } else if (!allowDuplicates) {
            checkKeys(session, run, from, key, notes);
        }
    }

    /** The same for a table that a script has changed, by its rows before and after. */
    void checkChange(
            WarehouseSession session,
            RunContext run,
            TableShape changed,
            List<String> key,
            long before,
            long after,
            List<String> notes)
            throws SQLException, StepRefusal {
        TableName table = changed.name();
        if (after == 0 && before > 0 && !allowEmpty) {
            refuse(
                    run,
                    "empty",
                    notes,
                    table + " has " + before + " rows and would have none: refused to publish an empty table."
                            + " `allow_empty: true` allows it for good");
        }
        checkShrink(run, table, after, before, notes);
        if (key.isEmpty()) {
            notes.add("duplicates: not checked (no primary_key)");
        } else if (!allowDuplicates) {
            checkKeys(session, run, changed, key, notes);
        }
    }

    private void checkShrink(RunContext run, TableName table, long now, long before, List<String> notes)
            throws StepRefusal {
        long lost = before - now;
        if (now > 0 && lost > FREE_SHRINK_ROWS && lost * 100.0 > maxShrinkPercent * before) {
            refuse(
                    run,
                    "shrink",
                    notes,
                    String.format(
                            Locale.ROOT,
                            "%s would shrink from %d to %d rows (by %.1f %%; allowed are %s %% or %d rows)."
                                    + " `max_shrink: N` allows more for good",
                            table,
                            before,
                            now,
                            lost * 100.0 / before,
                            maxShrinkPercent % 1 == 0 ? String.valueOf((long) maxShrinkPercent) : maxShrinkPercent,
                            FREE_SHRINK_ROWS));
        }
    }

    private void checkKeys(
            WarehouseSession session, RunContext run, TableShape from, List<String> key, List<String> notes)
            throws SQLException, StepRefusal {
        for (String column : key) {
            if (from.field(column) == null) {
                throw new StepRefusal("primary_key names '" + column + "', which " + from.name()
                        + " does not have; its columns are " + String.join(", ", from.names()));
            }
        }
        String columns = TableShape.list(key);
        long twice = session.number("SELECT count(*) FROM (SELECT " + columns + " FROM "
                + from.name().sql() + " GROUP BY " + columns + " HAVING count(*) > 1) AS twice");
        if (twice > 0) {
            refuse(
                    run,
                    "duplicates",
                    notes,
                    from.name() + " has " + twice + " key" + (twice == 1 ? "" : "s")
                            + " (" + String.join(", ", key) + ") with more than one row."
                            + " `allow_duplicates: true` allows them for good");
        }
    }

    private static void refuse(RunContext run, String guard, List<String> notes, String sentence) throws StepRefusal {
        String reason = run.accepted().get(guard);
        if (reason == null) {
            throw new StepRefusal(
                    sentence + ", `tofro resume " + run.run() + " --accept " + guard + "=\"reason\"` for this run");
        }
        notes.add("accepted " + guard + ": " + reason);
    }
}
