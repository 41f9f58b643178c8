package org.tofro.connect.warehouse;

import java.io.Serializable;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.tofro.connect.StepRefusal;
import org.tofro.data.RunContext;

/**
 * What a replacement of a table's rows, or of an interval's, refuses to publish.
 *
 * @param allowEmpty whether no rows may replace some
 * @param maxShrinkPercent the largest loss of rows that passes, in percent of the rows before; losses of up to
 *     {@value #FREE_SHRINK} rows always pass
 * @param allowDuplicates whether rows of equal keys pass
 */
public record Guards(boolean allowEmpty, double maxShrinkPercent, boolean allowDuplicates) implements Serializable {
    private static final String OFF = "guards: off in a trial run";
    private static final long FREE_SHRINK = 100;

    /**
     * The rows that are to be replaced.
     *
     * @param what where they stand, for messages
     * @param unit what would be empty without them: a table, an interval
     * @param before how many there are
     * @param staged how many come in their place
     */
    record Replaced(String what, String unit, long before, long staged) {}

    /** Refuses, or notes what was accepted or could not be checked. */
    void check(WarehouseSession session, RunContext run, Key key, Replaced rows, List<String> notes)
            throws SQLException, StepRefusal {
        if (run.limit().isPresent()) {
            notes.add(OFF);
            return;
        }
        if (rows.staged == 0 && rows.before > 0 && !allowEmpty) {
            refuse(
                    run,
                    "empty",
                    notes,
                    rows.what + " has " + rows.before + " rows and "
                            + key.tables().source() + " none: refused to publish an empty " + rows.unit
                            + ". `allow_empty: true` allows it for good");
        }
        checkShrink(run, rows.what, rows.before, rows.staged, "rows", maxShrinkPercent, notes);
        checkKeys(session, run, key, notes);
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
        checkCounts(run, changed.name().toString(), before, after, notes);
        checkKeys(session, run, new Key(new TablePair(changed, changed), key), notes);
    }

    /** The guards that need no more than a table's rows before and after. */
    public void checkCounts(RunContext run, String table, long before, long after, List<String> notes)
            throws StepRefusal {
        if (after == 0 && before > 0 && !allowEmpty) {
            refuse(
                    run,
                    "empty",
                    notes,
                    table + " has " + before + " rows and would have none: refused to publish an empty table."
                            + " `allow_empty: true` allows it for good");
        }
        checkShrink(run, table, before, after, "rows", maxShrinkPercent, notes);
    }

    /**
     * Refuses a loss that is too large; that of everything is another guard's.
     *
     * @param what what would shrink
     * @param unit what it has, in the plural
     * @param maxShrinkPercent the largest loss that passes; losses of up to {@value #FREE_SHRINK} always pass
     */
    public static void checkShrink(
            RunContext run,
            String what,
            long before,
            long now,
            String unit,
            double maxShrinkPercent,
            List<String> notes)
            throws StepRefusal {
        long lost = before - now;
        if (now > 0 && lost > FREE_SHRINK && lost * 100.0 > maxShrinkPercent * before) {
            refuse(
                    run,
                    "shrink",
                    notes,
                    String.format(
                            Locale.ROOT,
                            "%s would shrink from %d to %d %s (by %.1f %%; allowed are %s %% or %d %s)."
                                    + " `max_shrink: N` allows more for good",
                            what,
                            before,
                            now,
                            unit,
                            lost * 100.0 / before,
                            maxShrinkPercent % 1 == 0 ? String.valueOf((long) maxShrinkPercent) : maxShrinkPercent,
                            FREE_SHRINK,
                            unit));
        }
    }

    private void checkKeys(WarehouseSession session, RunContext run, Key key, List<String> notes)
            throws SQLException, StepRefusal {
        if (!key.isKnown()) {
            notes.add(Key.NOT_CHECKED);
        } else if (!allowDuplicates) {
            key.demandStaged();
            long twice = key.repeated(session).keys();
            if (twice > 0) {
                refuse(
                        run,
                        "duplicates",
                        notes,
                        key.tables().source() + " has " + key.counted(twice)
                                + " with more than one row. `allow_duplicates: true` allows them for good");
            }
        }
    }

    /** Refuses with the sentence and how to accept the guard, or notes that this run accepts it. */
    public static void refuse(RunContext run, String guard, List<String> notes, String sentence) throws StepRefusal {
        refuse(run, guard, notes, sentence, "for this run");
    }

    /** @param accepted what accepting the guard for this run does */
    static void refuse(RunContext run, String guard, List<String> notes, String sentence, String accepted)
            throws StepRefusal {
        if (run.limit().isPresent()) {
            if (!notes.contains(OFF)) {
                notes.add(OFF);
            }
            return;
        }
        String reason = run.accepted().get(guard);
        if (reason == null) {
            throw new StepRefusal(
                    sentence + ", `tofro resume " + run.run() + " --accept " + guard + "=\"reason\"` " + accepted);
        }
        String note = "accepted " + guard + ": " + reason;
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }
}
