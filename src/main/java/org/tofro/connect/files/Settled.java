package org.tofro.connect.files;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tofro.connect.extract.ExtractException;
import org.tofro.data.Durations;

/** Refuses files that somebody still writes: what was read of them would be a part of what they will be. */
public final class Settled {
    private static final int SHOWN = 3;

    private Settled() {}

    /**
     * Demands, before files are read, that nobody has written to them for a while.
     *
     * @param now the time by this machine's clock
     */
    public static void demand(List<SourceFile> files, Duration settle, Instant now) {
        List<String> fresh = new ArrayList<>();
        for (SourceFile file : files) {
            if (file.changed().isAfter(now.minus(settle))) {
                fresh.add(file.uri());
            }
        }
        if (!settle.isZero() && !fresh.isEmpty()) {
            throw ExtractException.permanent(
                    "%s written to less than %s ago, so %s may not be finished: %s. Run it later, or"
                                    .formatted(
                                            count(fresh.size()) + " " + were(fresh.size()),
                                            Durations.words(settle),
                                            they(fresh.size()),
                                            shown(fresh))
                            + " say by `settle` how long a file is left alone once it is finished");
        }
    }

    /**
     * Demands, after files were read, that they are what they were before.
     *
     * @param before as they were listed before
     * @param after as they are listed now
     */
    public static void demandSame(List<SourceFile> before, List<SourceFile> after) {
        Map<String, SourceFile> now = new HashMap<>();
        after.forEach(file -> now.put(file.uri(), file));
        for (SourceFile file : before) {
            SourceFile same = now.remove(file.uri());
            if (same == null) {
                throw ExtractException.permanent(changed(file.uri(), true));
            }
            if (same.bytes() != file.bytes() || !same.version().equals(file.version())) {
                throw ExtractException.permanent(changed(file.uri(), false));
            }
        }
        if (!now.isEmpty()) {
            List<String> more = now.keySet().stream().sorted().toList();
            throw ExtractException.permanent(
                    "%s came while the others were read: %s. Nothing was staged; run it again when all are there"
                            .formatted(count(more.size()), shown(more)));
        }
    }

    static String changed(String uri, boolean gone) {
        return uri + (gone ? " was removed" : " was written to")
                + " while it was read. Nothing was staged; run it again when" + " its writer is done";
    }

    private static String count(int files) {
        return files == 1 ? "1 file" : files + " files";
    }

    private static String were(int files) {
        return files == 1 ? "was" : "were";
    }

    private static String they(int files) {
        return files == 1 ? "it" : "they";
    }

    private static String shown(List<String> uris) {
        String some = String.join(", ", uris.subList(0, Math.min(SHOWN, uris.size())));
        return uris.size() > SHOWN ? some + " and " + (uris.size() - SHOWN) + " more" : some;
    }
}
