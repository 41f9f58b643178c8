package org.tofro.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions.StandardMoveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.tofro.data.Outcome;

/**
 * The state area: for each run its request, the outcomes of its launches, and its report.
 *
 * <pre>
 *   runs/&lt;run&gt;/request.json                    what was asked for; enough to resume
 *   runs/&lt;run&gt;/outcomes/&lt;token&gt;/&lt;step&gt;.json   how each step of a launch ended
 *   runs/&lt;run&gt;/launches/&lt;token&gt;/...         how far a cluster's workers are, and whether they are to end
 *   runs/&lt;run&gt;/report.json                     the last launch's report
 *   runs/&lt;run&gt;/cancel.json                     who wants a launch of it to end
 *   runs/&lt;run&gt;/waiting.json                    who waits for other pipelines to begin it
 *   index/...                                    see {@link RunIndex}
 *   paused/&lt;pipeline&gt;.json                     why a pipeline is not to start
 * </pre>
 *
 * <p>Uses Beam's file systems, which must have been given their options in this JVM; on workers Beam does that.
 *
 * @param area {@code s3://bucket/prefix/} or {@code file:/folder/}, with a slash at its end
 */
public record ReportStore(String area) implements Serializable {
    private static final int ATTEMPTS = 3;
    private static final long PAUSE_MILLIS = 200;
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

    /** Takes back who wanted a launch of that run to end, before one that cannot be meant. */
    public void forgetCancelRequest(String run) throws IOException {
        delete("runs/" + run + "/cancel.json");
    }

    public void writeWaiting(Waiting waiting) throws IOException {
        write("runs/" + waiting.run() + "/waiting.json", waiting);
    }

    /** Who waits to begin that run; empty where nobody does. */
    public Optional<Waiting> readWaiting(String run) throws IOException {
        return read("runs/" + run + "/waiting.json", Waiting.class);
    }

    /** Notes that nobody waits to begin that run any more. */
    public void forgetWaiting(String run) throws IOException {
        delete("runs/" + run + "/waiting.json");
    }

    public void writePause(Pause pause) throws IOException {
        write(pausePath(pause.pipeline()), pause);
    }

    /** Why the pipeline is paused; empty where it is not. */
    public Optional<Pause> readPause(String pipeline) throws IOException {
        return read(pausePath(pipeline), Pause.class);
    }

    /** Ends a pause, if there is one. */
    public void deletePause(String pipeline) throws IOException {
        delete(pausePath(pipeline));
    }

    private void delete(String path) throws IOException {
        try {
            FileSystems.delete(
                    List.of(FileSystems.matchNewResource(location(path), false)),
                    StandardMoveOptions.IGNORE_MISSING_FILES);
        } catch (RuntimeException e) {
            throw failure(e);
        }
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
        try {
            List<ResourceId> found =
                    FileSystems.match(location(outcomePath(run, token, step)), EmptyMatchTreatment.ALLOW)
                            .metadata()
                            .stream()
                            .map(MatchResult.Metadata::resourceId)
                            .toList();
            FileSystems.delete(found, StandardMoveOptions.IGNORE_MISSING_FILES);
        } catch (RuntimeException e) {
            throw failure(e);
        }
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
        byte[] content = json(value).getBytes(StandardCharsets.UTF_8);
        patiently(() -> {
            writeOnce(path, content);
            return path;
        });
    }

    <T> Optional<T> read(String path, Class<T> type) throws IOException {
        return patiently(() -> readOnce(path, type));
    }

    /** Reads or writes one file as a whole. */
    @FunctionalInterface
    private interface Attempt<T> {
        T make() throws IOException;
    }

    /**
     * A file is read or written as a whole, so it can be done again as a whole; that helps where the store's client cannot
     * try again by itself, such as when a body breaks off, or the answer that ends an upload is lost.
     */
    private static <T> T patiently(Attempt<T> attempt) throws IOException {
        for (int failed = 1; ; failed++) {
            try {
                return attempt.make();
            } catch (IOException e) {
                if (failed == ATTEMPTS) {
                    throw e;
                }
                pause(failed);
            }
        }
    }

    private static void pause(int failed) throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS * failed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the state area was tried again");
        }
    }

    private void writeOnce(String path, byte[] content) throws IOException {
        ResourceId resource = FileSystems.matchNewResource(location(path), false);
        try (OutputStream out = Channels.newOutputStream(FileSystems.create(resource, "application/json"))) {
            out.write(content);
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    /** Looks before it opens: what opening an object that is not there throws, each of Beam's file systems decides. */
    private <T> Optional<T> readOnce(String path, Class<T> type) throws IOException {
        try {
            ResourceId resource =
                    FileSystems.matchSingleFileSpec(location(path)).resourceId();
            try (InputStream in = Channels.newInputStream(FileSystems.open(resource))) {
                return Optional.of(JSON.readValue(in, type));
            }
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    /** As Beam's file systems want it: the one of local files takes a plain path for something new, not its address. */
    String location(String path) {
        return area.startsWith("file:")
                ? Path.of(URI.create(area)).resolve(path).toString()
                : area + path;
    }

    /** A store's client may throw what is no IOException; its first line says what was wrong. */
    static IOException failure(RuntimeException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        // The client adds the service and the request to what it says.
        String plain = message.lines()
                .findFirst()
                .orElse("")
                .replaceFirst(" \\(Service: .*", "")
                .replaceFirst("\\.$", "");
        return new IOException(plain, e);
    }
}
