package org.tofro.steps;

import java.util.ArrayList;
import java.util.List;
import org.tofro.connect.warehouse.Guards;
import org.tofro.pipeline.Fields;

/**
 * The guards of a step that replaces rows.
 *
 * @param allowEmpty whether no rows at all may replace some
 * @param maxShrink the most percent of the rows that may be lost, where that is also more than 100 rows
 * @param allowDuplicates whether several rows may have one key
 */
record ReplacementGuards(boolean allowEmpty, int maxShrink, boolean allowDuplicates) {
    /** @param unit what the rows are of: a table, an interval */
    static ReplacementGuards read(Fields fields, String unit) {
        boolean allowEmpty = fields.field("allow_empty", "Whether no rows at all may replace some.")
                .flagOr(false);
        int maxShrink = fields.field(
                        "max_shrink",
                        "The most percent of its rows that the " + unit
                                + " may lose; a loss of up to 100 rows is let through.")
                .integerOr(20, 0, 100);
        boolean allowDuplicates = fields.field("allow_duplicates", "Whether several rows may have one key.")
                .flagOr(false);
        return new ReplacementGuards(allowEmpty, maxShrink, allowDuplicates);
    }

    Guards guards() {
        return new Guards(allowEmpty, maxShrink, allowDuplicates);
    }

    List<String> details(String unit, Route route) {
        List<String> guards = new ArrayList<>();
        guards.add(
                allowEmpty
                        ? "no guard: an empty source may replace rows"
                        : "guard: an empty source never replaces rows");
        guards.add(
                maxShrink == 100
                        ? "no guard: the " + unit + " may shrink"
                        : "guard: the " + unit + " never loses more than " + maxShrink + " % of its rows and 100 rows");
        if (route.primaryKey().isEmpty()) {
            guards.add("duplicates: not checked, no primary key is known");
        } else {
            guards.add(
                    allowDuplicates
                            ? "no guard: several rows may have one key " + route.key()
                            : "guard: no two rows have one key " + route.key());
        }
        return guards;
    }
}
