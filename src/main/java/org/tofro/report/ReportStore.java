package org.tofro.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.tofro.data.Outcome;

/**
 * The state area: for each run its request, the outcomes of its launches, and its report.
 *
 * <pre>
 *   runs/&lt;run&gt;/request.json                    what was asked for; enough to resume
 *   runs/&lt;run&gt;/outcomes/&lt;token&gt;/&lt;step&gt;.json   how each step of a launch ended
 *   runs/&lt;run&gt;/launches/&lt;token&gt;/...         what a cluster's workers do and say, and whether they are to end
 *   runs/&lt;run&gt;/report.json                     the last launch's report
 *   runs/&lt;run&gt;/cancel.json                     who wants a launch of it to end
 *   runs/&lt;run&gt;/cleaned.json                    that its staged files were removed, so that it cannot be resumed
 *   runs/&lt;run&gt;/logs/&lt;launch&gt;.log              see {@link RunLogs}
 *   waiting/&lt;run&gt;.json                         who waits to begin it, or for a cluster that does
 *   index/..., latest/...                        see {@link RunIndex} and {@link LatestRuns}
 *   paused/&lt;pipeline&gt;.json                     why a pipeline is not to start
 *   cleaned/&lt;pipeline&gt;.json                    when its old runs were last removed by a run of it; of -submissions by any
 * </pre>
 *
 * <p>Uses Beam's file systems, which must have been given their options in this JVM; on workers Beam does that.
 *
 * @param area {@code s3://bucket/prefix/} or {@code file:/folder/}, with a slash at its end
 */
public record ReportStore(String area) implements Serializable {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    public void writeRequest(RunRequest request) throws IOException {
        write("runs/" + request.run() + "/request.json", request);
    }

    /** What was asked for in that run; empty where the state area knows no such run. */
    public Optional<RunRequest> readRequest(String run) throws IOException {
        return read("runs/" + run + "/request.json", RunRequest.class);
    }

    public void writeReport(RunReport report) throws IOException {
        write("runs/" + report.run() + "/report.json", report);
    }

    /** Where a run's report stands. */
    public String reportUri(String run) {
        return area + "runs/" + run + "/report.json";
    }

    public Optional<RunReport> readReport(String run) throws IOException {
        return read("runs/" + run + "/report.json", RunReport.class);
    }

    public void writeCancelRequest(CancelRequest request) throws IOException {
        write("runs/" + request.run() + "/cancel.json", request);
    }

    /** Who last wanted a launch of that run to end; empty where nobody has. */
    public Optional<CancelRequest> readCancelRequest(String run) throws IOException {
        return read("runs/" + run + "/cancel.json", CancelRequest.class);
    }

    public void writeWaiting(Waiting waiting) throws IOException {
        write(waitingPath(waiting.run()), waiting);
    }

    /** Who waits to begin that run; empty where nobody does. */
    public Optional<Waiting> readWaiting(String run) throws IOException {
        return read(waitingPath(run), Waiting.class);
    }

    /** Who waits to begin a run, in the order in which they began to; a process that was killed meanwhile is still among them. */
    public List<Waiting> readAllWaiting() throws IOException {
        List<Waiting> all = new ArrayList<>();
        for (String path : files().list(waitingPath("*"))) {
            read(path, Waiting.class).ifPresent(all::add);
        }
        all.sort(Comparator.comparing(Waiting::since));
        return all;
    }

    /** Notes that nobody waits to begin that run any more. */
    public void forgetWaiting(String run) throws IOException {
        delete(waitingPath(run));
    }

    private static String waitingPath(String run) {
        return "waiting/" + run + ".json";
    }

    public void writeCleaned(Cleaned cleaned) throws IOException {
        write("runs/" + cleaned.run() + "/cleaned.json", cleaned);
    }

    /** Since when the run has no staged files any more; empty where they are kept still. */
    public Optional<Cleaned> readCleaned(String run) throws IOException {
        return read("runs/" + run + "/cleaned.json", Cleaned.class);
    }

    /** When the runs of a pipeline were last cleaned up by a run of it; empty where that has not been. */
    public Optional<Instant> readLastCleaning(String pipeline) throws IOException {
        return read("cleaned/" + pipeline + ".json", Cleaned.class).map(Cleaned::at);
    }

    public void writeLastCleaning(String pipeline, Instant at) throws IOException {
        write("cleaned/" + pipeline + ".json", new Cleaned(pipeline, at));
    }

    /** Ids of the runs that the state area still knows, of this pipeline and of those whose names begin like its. */
    public List<String> runsLike(String pipeline) throws IOException {
        return files().list("runs/" + pipeline + "-*/request.json").stream()
                .map(path -> path.substring("runs/".length(), path.length() - "/request.json".length()))
                .toList();
    }

    /** Removes all that is known of a run, but its entry in the index; what makes it known goes last. */
    public void deleteRun(String run) throws IOException {
        String folder = "runs/" + run + "/";
        List<String> all = new ArrayList<>(files().list(folder + "**"));
        List<String> last = List.of(folder + "request.json", folder + "cleaned.json");
        all.removeAll(last);
        all.add(waitingPath(run));
        files().delete(all);
        files().delete(last);
    }

    /** The reports of these runs, as far as there are any, by several readers at a time. */
    public List<RunReport> readReports(List<String> runs) throws IOException {
        return SideBySide.read(runs, this::readReport);
    }

    public void writePause(Pause pause) throws IOException {
        write(pausePath(pause.pipeline()), pause);
    }

    /** Why the pipeline is paused; empty where it is not. */
    public Optional<Pause> readPause(String pipeline) throws IOException {
        return read(pausePath(pipeline), Pause.class);
    }

    /** Every pipeline that is paused. */
    public List<Pause> readPauses() throws IOException {
        List<Pause> all = new ArrayList<>();
        for (String path : files().list(pausePath("*"))) {
            read(path, Pause.class).ifPresent(all::add);
        }
        return all;
    }

    /** Ends a pause, if there is one. */
    public void deletePause(String pipeline) throws IOException {
        delete(pausePath(pipeline));
    }

    private void delete(String path) throws IOException {
        files().delete(List.of(path));
    }

    private static String pausePath(String pipeline) {
        return "paused/" + pipeline + ".json";
    }

    /** Notes how a step of a launch ended. Writing it again replaces it. */
    public void writeOutcome(String run, long token, Outcome outcome) throws IOException {
        write(outcomePath(run, token, outcome.step()), outcome);
    }

    /** Takes back how a step of a launch ended, because it is tried again. */
    public void forgetOutcome(String run, long token, String step) throws IOException {
        delete(outcomePath(run, token, step));
    }

    /** How the step ended in that launch; empty where it has not. */
    public Optional<Outcome> readOutcome(String run, long token, String step) throws IOException {
        return read(outcomePath(run, token, step), Outcome.class);
    }

    private static String outcomePath(String run, long token, String step) {
        String safe = java.net.URLEncoder.encode(step, StandardCharsets.UTF_8).replace("*", "%2A");
        return "runs/" + run + "/outcomes/" + token + "/" + safe + ".json";
    }

    /** The value as the JSON that reports are written in. */
    public static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException e) {
            throw new IllegalStateException("a report is plain data", e);
        }
    }

    void write(String path, Object value) throws IOException {
        files().write(path, json(value).getBytes(StandardCharsets.UTF_8), "application/json");
    }

    <T> Optional<T> read(String path, Class<T> type) throws IOException {
        return files().read(path, content -> JSON.readValue(content, type));
    }

    <T> Optional<T> readLikely(String path, Class<T> type) throws IOException {
        return files().readLikely(path, content -> JSON.readValue(content, type));
    }

    StateFiles files() {
        return new StateFiles(area);
    }
}
