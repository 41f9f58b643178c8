package org.tofro.connect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tofro.data.StepLine;

/** The last lines of each step at work in this JVM. Safe for many threads. */
final class StepLines {
    /** Whoever hears of them looks every other second. */
    private static final int KEPT = 200;

    private static final int LONGEST = 2_000;

    private final Map<String, Deque<StepLine>> steps = new HashMap<>();
    private long added;

    /** Adds a line of this moment; one that only repeats the step's last one is passed over. */
    synchronized void add(String step, boolean warning, String text) {
        String words = text.length() > LONGEST ? text.substring(0, LONGEST) + " ..." : text;
        Deque<StepLine> lines = steps.computeIfAbsent(step, name -> new ArrayDeque<>());
        @Nullable StepLine last = lines.peekLast();
        if (last != null && last.warning() == warning && last.text().equals(words)) {
            return;
        }
        lines.add(new StepLine(step, last == null ? 1 : last.number() + 1, System.currentTimeMillis(), warning, words));
        if (lines.size() > KEPT) {
            lines.remove();
        }
        added++;
    }

    /** How many were added: it tells whether there are new ones. */
    synchronized long added() {
        return added;
    }

    /** Those that are kept, in the order in which they were said. */
    synchronized List<StepLine> kept() {
        List<StepLine> all = new ArrayList<>();
        steps.values().forEach(all::addAll);
        all.sort(Comparator.comparingLong(StepLine::at));
        return all;
    }
}
