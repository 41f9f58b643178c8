package org.tofro.connect;

import java.util.List;
import org.tofro.data.Progress;

/**
 * What a worker notes of its steps, in place of what it noted before.
 *
 * @param at when, in epoch milliseconds
 * @param where the process, for a person who looks for it
 * @param open the steps that it has in hand
 * @param lines how many lines its steps have said
 * @param steps how far they are, also those that are over
 */
record WorkerNote(long at, String where, List<String> open, long lines, List<Progress> steps) {
    WorkerNote {
        open = List.copyOf(open);
        steps = List.copyOf(steps);
    }
}
