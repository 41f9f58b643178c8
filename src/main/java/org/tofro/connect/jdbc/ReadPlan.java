package org.tofro.connect.jdbc;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.data.CursorRange;
import org.tofro.data.Schema;

/**
 * How an extract reads, known before the first row moves.
 *
 * @param schema the columns of the staged files
 * @param ranges the stretches that readers take one after another; one entry where all is read at once
 * @param readers how many readers work side by side
 * @param reason why it is read so, in one sentence
 * @param fidelity a line per column: how its values travel and what is checked on the way
 * @param range the stretch of an incremental extract's cursor; null for others
 */
public record ReadPlan(
        Schema schema,
        List<ReadRange> ranges,
        int readers,
        String reason,
        List<String> fidelity,
        @Nullable CursorRange range) {
    public ReadPlan {
        ranges = List.copyOf(ranges);
        fidelity = List.copyOf(fidelity);
    }

    /** The same with the stretch of a cursor. */
    public ReadPlan of(@Nullable CursorRange stretch) {
        return new ReadPlan(schema, ranges, readers, reason, fidelity, stretch);
    }

    /** The same for another reason. */
    public ReadPlan because(String other) {
        return new ReadPlan(schema, ranges, readers, other, fidelity, range);
    }
}
