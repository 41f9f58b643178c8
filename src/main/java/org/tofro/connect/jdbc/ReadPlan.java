package org.tofro.connect.jdbc;

import java.util.List;
import org.tofro.data.Schema;

/**
 * How an extract reads, known before the first row moves.
 *
 * @param schema the columns of the staged files
 * @param ranges the stretches of the table that readers take one after another; one entry where it is read as a whole
 * @param readers how many readers work side by side
 * @param reason why it is read so, in one sentence
 * @param fidelity a line per column: how its values travel and what is checked on the way
 */
public record ReadPlan(Schema schema, List<PageRange> ranges, int readers, String reason, List<String> fidelity) {
    public ReadPlan {
        ranges = List.copyOf(ranges);
        fidelity = List.copyOf(fidelity);
    }

    /**
     * Pages of a table's heap.
     *
     * @param from the first page
     * @param to the page after the last one; -1 for no end, so that a page that was added since is not lost
     */
    public record PageRange(long from, long to) {
        static final PageRange WHOLE = new PageRange(0, -1);

        @Override
        public String toString() {
            if (to >= 0) {
                return "pages %d to %d".formatted(from, to - 1);
            }
            return from == 0 ? "everything" : "pages from %d on".formatted(from);
        }
    }
}
