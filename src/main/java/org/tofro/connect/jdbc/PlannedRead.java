package org.tofro.connect.jdbc;

import java.util.List;
import org.tofro.connect.types.TypedColumn;

/**
 * What a plan comes down to.
 *
 * @param plan what a user sees of it
 * @param columns the columns in the order of the queries' results
 * @param queries the queries that together read every row once
 */
public record PlannedRead(ReadPlan plan, List<TypedColumn> columns, List<String> queries) {
    /** The same as what is new: how far it comes, and why. A trial run reads some of the rows only, so it comes nowhere. */
    public PlannedRead stretch(CursorRead.Stretch stretch, ExtractRequest request) {
        ReadPlan reading = plan.because(stretch.reason() + "; " + plan.reason());
        return new PlannedRead(reading.of(request.limit().isPresent() ? null : stretch.range()), columns, queries);
    }
}
