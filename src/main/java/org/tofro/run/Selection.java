package org.tofro.run;

import java.util.Map;
import org.tofro.data.Outcome;

/**
 * The steps that a launch leaves out because somebody wants it so. What waits for one of them does not wait any more.
 *
 * @param leftOut why each of them is left out, by its name
 * @param done how those of them ended that an earlier launch of the run has done
 */
public record Selection(Map<String, String> leftOut, Map<String, Outcome> done) {
    /** Nothing is left out. */
    public static final Selection ALL = new Selection(Map.of(), Map.of());

    public Selection {
        leftOut = Map.copyOf(leftOut);
        done = Map.copyOf(done);
    }
}
