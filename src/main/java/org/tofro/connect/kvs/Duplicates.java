package org.tofro.connect.kvs;

import java.util.List;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.warehouse.Guards;

/** What becomes of keys that have more rows than a field takes. */
final class Duplicates {
    private Duplicates() {}

    /**
     * Refuses them, or notes which row was taken.
     *
     * @param source the place of the source
     * @param keys how many keys there are
     */
    static void check(KvsLoad load, int source, long keys, List<String> notes) throws StepRefusal {
        FieldSource from = load.sources().get(source);
        if (keys == 0 || (from.collect() != Collect.ONE && from.collect() != Collect.MAP)) {
            return;
        }
        String counted = from.origin() + ": " + (keys == 1 ? "1 key has" : keys + " keys have")
                + (from.collect() == Collect.ONE
                        ? " more than one row"
                        : " more than one row for an entry of their map");
        switch (from.onDuplicate()) {
            case FAIL ->
                Guards.refuse(
                        load.run(),
                        "duplicates",
                        notes,
                        counted
                                + (from.collect() == Collect.ONE
                                        ? ". `collect: set` takes all values of a key, `on_duplicate: first` with an"
                                                + " `order_by` takes one"
                                        : ". `on_duplicate: first` with an `order_by` takes one"));
            case FIRST -> notes.add(counted + "; the first was taken");
            case LAST -> notes.add(counted + "; the last was taken");
            case SMALLEST -> notes.add("warning: " + counted + "; the smallest value was taken");
        }
    }
}
