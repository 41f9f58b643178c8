package org.tofro.connect.kvs;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.warehouse.Guards;
import org.tofro.data.RunContext;
import org.tofro.kvs.JobName;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.VersionFigures;

/**
 * What a new version must not be, compared with the one that readers see.
 *
 * @param allowEmpty whether it may have no keys
 * @param maxShrinkPercent the largest loss of keys that passes, in percent, see {@link Guards#checkShrink}
 * @param maxNullRisePercent by how many percentage points the share of keys without a value for a field may rise
 */
public record KvsGuards(boolean allowEmpty, int maxShrinkPercent, int maxNullRisePercent) implements Serializable {
    /** Refuses, or notes what was accepted. */
    void check(RunContext run, JobName job, Optional<JobVersion> current, VersionFigures now, List<String> notes)
            throws StepRefusal {
        checkKeys(run, job, current, now.keys(), notes);
        if (current.isPresent() && now.keys() > 0) {
            checkNulls(run, current.get(), now, notes);
        }
    }

    /** The guards that need no more than the number of keys. */
    void checkKeys(RunContext run, JobName job, Optional<JobVersion> current, long keys, List<String> notes)
            throws StepRefusal {
        if (keys == 0 && !allowEmpty) {
            Guards.refuse(
                    run,
                    "empty",
                    notes,
                    "job '" + job + "' would have no keys: refused to publish an empty version. `allow_empty: true`"
                            + " allows it for good");
        }
        if (current.isPresent()) {
            Guards.checkShrink(
                    run, "job '" + job + "'", current.get().figures().keys(), keys, "keys", maxShrinkPercent, notes);
        }
    }

    private void checkNulls(RunContext run, JobVersion current, VersionFigures now, List<String> notes)
            throws StepRefusal {
        VersionFigures before = current.figures();
        if (before.keys() == 0) {
            return;
        }
        for (Map.Entry<String, Long> field : new TreeMap<>(now.values()).entrySet()) {
            Long valuesBefore = before.values().get(field.getKey());
            if (valuesBefore == null) {
                continue;
            }
            double then = share(before.keys() - valuesBefore, before.keys());
            double rate = share(now.keys() - field.getValue(), now.keys());
            if (rate - then > maxNullRisePercent) {
                Guards.refuse(
                        run,
                        "nulls",
                        notes,
                        String.format(
                                Locale.ROOT,
                                "job '%s': %.1f %% of the keys would have no value for '%s'; in version %d, which is"
                                        + " current, it is %.1f %% (a rise of %d points is allowed)."
                                        + " `max_null_rise: N` allows more for good",
                                current.job(),
                                rate,
                                field.getKey(),
                                current.number(),
                                then,
                                maxNullRisePercent));
            }
        }
    }

    private static double share(long part, long of) {
        return part * 100.0 / of;
    }
}
