package org.tofro.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A file for each pipeline with its latest runs, beside the index that they are made from:
 *
 * <pre>
 *   latest/&lt;pipeline&gt;.json    {@link PipelineRuns}
 *   latest-of-all             that there is one for each pipeline of the index
 * </pre>
 *
 * <p>Who writes an entry of the index notes it here. Most hold the pipeline's lease; two that do not may write at once, so
 * each looks whether its entry stands there afterwards. What is missing is made again from the index.
 *
 * @param store the state area
 */
public record LatestRuns(ReportStore store) {
    private static final Logger LOG = Logger.getLogger(LatestRuns.class.getName());
    private static final int TRIES = 3;
    private static final int ENTRIES = 100;
    private static final String FOLDER = "latest/";
    private static final String ENDING = ".json";
    private static final String WHOLE = "latest-of-all";

    /** Notes a run that begins or has ended. */
    void note(RunEntry entry) throws IOException {
        if (entry.trial()) {
            return;
        }
        for (int i = 0; i < TRIES; i++) {
            Optional<PipelineRuns> before = find(entry.pipeline());
            PipelineRuns runs = before.isPresent() ? before.get() : ofIndex(entry.pipeline());
            write(runs.with(entry));
            if (entry.result() == RunEntry.Result.RUNNING
                    || find(entry.pipeline()).filter(after -> after.has(entry)).isPresent()) {
                return;
            }
        }
    }

    /** The latest runs of a pipeline; none where it has never run. */
    public PipelineRuns of(String pipeline) throws IOException {
        Optional<PipelineRuns> found = find(pipeline);
        return found.isPresent() ? found.get() : ofIndex(pipeline);
    }

    /** Those of every pipeline that has run, in the order of their names. */
    public List<PipelineRuns> all() throws IOException {
        return SideBySide.read(pipelines(), pipeline -> Optional.of(of(pipeline)));
    }

    /** Names of the pipelines that have run, trial runs aside. */
    public List<String> pipelines() throws IOException {
        List<String> paths = store.files().list(FOLDER + "*" + ENDING);
        if (store.files().list(WHOLE).isEmpty()) {
            paths = complete(paths);
        }
        return paths.stream().map(LatestRuns::pipeline).toList();
    }

    /** Makes a pipeline's file again from the index. */
    public void renew(String pipeline) throws IOException {
        write(ofIndex(pipeline));
    }

    /** The state area is of an older version, or new: makes the files that it lacks, and remembers that there are all. */
    private List<String> complete(List<String> paths) throws IOException {
        List<String> all = new ArrayList<>(paths);
        List<String> lacking = new RunIndex(store)
                .pipelines().stream()
                        .filter(name -> !paths.contains(path(name)))
                        .toList();
        lacking.forEach(name -> all.add(path(name)));
        try {
            for (String pipeline : lacking) {
                renew(pipeline);
            }
            store.files().write(WHOLE, new byte[0], "text/plain");
        } catch (IOException e) {
            // Who looks may be allowed to read only; it then takes as long the next time.
            LOG.log(Level.FINE, "the latest runs cannot be noted", e);
        }
        all.sort(null);
        return all;
    }

    private PipelineRuns ofIndex(String pipeline) throws IOException {
        return PipelineRuns.of(pipeline, new RunIndex(store).latestRuns(pipeline, ENTRIES));
    }

    private Optional<PipelineRuns> find(String pipeline) throws IOException {
        try {
            return store.readLikely(path(pipeline), PipelineRuns.class)
                    .filter(found -> pipeline.equals(found.pipeline()));
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            LOG.log(Level.FINE, path(pipeline) + " cannot be read, and is made again", e);
            return Optional.empty();
        }
    }

    private void write(PipelineRuns runs) throws IOException {
        store.write(path(runs.pipeline()), runs);
    }

    private static String path(String pipeline) {
        return FOLDER + pipeline + ENDING;
    }

    private static String pipeline(String path) {
        return path.substring(FOLDER.length(), path.length() - ENDING.length());
    }
}
