package org.tofro.connect.eventlog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.files.FileSource;
import org.tofro.connect.files.PathPattern;
import org.tofro.connect.files.Settled;
import org.tofro.connect.files.SourceFile;

/**
 * The files of a log at one moment.
 *
 * @param own the interval's
 * @param late earlier ones, which are read again
 */
record Listing(List<SourceFile> own, List<SourceFile> late) {
    private static final int SHOWN = 3;

    static Listing of(FileSource source, EventLog log) {
        List<SourceFile> own = list(source, log.paths());
        List<SourceFile> late = new ArrayList<>(list(source, log.latePaths()));
        late.removeAll(own);
        return new Listing(own, late);
    }

    private static List<SourceFile> list(FileSource source, List<String> paths) {
        Map<String, SourceFile> files = new TreeMap<>();
        for (String path : paths) {
            source.list(PathPattern.of(path)).forEach(file -> files.put(file.uri(), file));
        }
        return List.copyOf(files.values());
    }

    /** All of them, in the order of their addresses. */
    List<SourceFile> all() {
        Map<String, SourceFile> files = new TreeMap<>();
        own.forEach(file -> files.put(file.uri(), file));
        late.forEach(file -> files.put(file.uri(), file));
        return List.copyOf(files.values());
    }

    /** Demands, before they are read, that there are files and that their writers are done. */
    void demandReadable(EventLog log) {
        if (own.isEmpty() && !log.tolerance().allowEmpty()) {
            List<String> paths = log.paths();
            throw ExtractException.permanent("no file matches "
                    + String.join(", ", paths.subList(0, Math.min(SHOWN, paths.size())))
                    + (paths.size() > SHOWN ? " and " + (paths.size() - SHOWN) + " more patterns" : "")
                    + "; where an interval may have none, say `allow_empty: true`");
        }
        Settled.demand(all(), log.tolerance().settle(), Instant.now());
    }

    /** Demands, after they were read, that they are as they were; what came late meanwhile is for the next run. */
    void demandSame(Listing after) {
        Settled.demandSame(own, after.own);
        Set<String> before = late.stream().map(SourceFile::uri).collect(Collectors.toSet());
        Settled.demandSame(
                late,
                after.late.stream().filter(file -> before.contains(file.uri())).toList());
    }
}
