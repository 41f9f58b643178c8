package org.tofro.connect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tofro.data.StepLine;

/** Tells which lines of one JVM's steps were not there before. */
final class NewLines {
    private final Map<String, Long> last = new HashMap<>();

    /** Those that are new among these; where some came and went unseen, a line says how many. */
    synchronized List<StepLine> of(List<StepLine> kept) {
        List<StepLine> fresh = new ArrayList<>();
        for (StepLine line : kept) {
            long before = last.getOrDefault(line.step(), 0L);
            if (line.number() <= before) {
                continue;
            }
            long missing = line.number() - before - 1;
            if (missing > 0) {
                fresh.add(new StepLine(
                        line.step(),
                        line.number() - 1,
                        line.at(),
                        false,
                        "... " + missing + (missing == 1 ? " line was" : " lines were") + " not kept"));
            }
            fresh.add(line);
            last.put(line.step(), line.number());
        }
        return fresh;
    }
}
