package org.tofro.connect;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.jspecify.annotations.Nullable;
import org.tofro.data.AreaLocation;
import org.tofro.data.RunContext;
import org.tofro.data.StepLine;

/**
 * Notes in the state area by which a launcher and workers in other JVMs know of each other: each worker's figures and words, and
 * the launcher's word that the work is to end.
 *
 * @param folder of one launch: {@code .../runs/<run>/launches/<token>/}
 */
record WorkNotes(String folder) {
    private static final String END = "end.json";
    private static final String WORKER = "worker-";
    private static final String JSON_FILE = ".json";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Those of a launch; null where launcher and workers share a JVM. */
    static @Nullable WorkNotes of(RunContext run) {
        String area = run.rules().area();
        return area == null
                ? null
                : new WorkNotes(AreaLocation.of(area, "runs/" + run.run() + "/launches/" + run.token()) + "/");
    }

    private record End(String reason) {}

    private record Lines(List<StepLine> lines) {}

    /** Says to all workers that the work is to end. */
    void end(String reason) throws IOException {
        put(END, new End(reason));
    }

    /** Why the work is to end; null where it is not. */
    @Nullable
    String ended() throws IOException {
        End end = read(folder + END, End.class);
        return end == null ? null : end.reason();
    }

    /** Notes how far a worker's steps are, in place of what it noted before. */
    void write(String worker, WorkerNote note) throws IOException {
        put(WORKER + worker + JSON_FILE, note);
    }

    /** Notes the last lines of a worker's steps, in place of those that it noted before. */
    void writeLines(String worker, List<StepLine> lines) throws IOException {
        put("lines-" + worker + JSON_FILE, new Lines(lines));
    }

    /** What each worker has noted last. */
    Map<String, WorkerNote> read() throws IOException {
        Map<String, WorkerNote> workers = new LinkedHashMap<>();
        for (MatchResult.Metadata file :
                FileSystems.match(folder + WORKER + "*" + JSON_FILE).metadata()) {
            String name = String.valueOf(file.resourceId().getFilename());
            WorkerNote note = read(file.resourceId().toString(), WorkerNote.class);
            if (note != null) {
                workers.put(name.substring(WORKER.length(), name.length() - JSON_FILE.length()), note);
            }
        }
        return workers;
    }

    /** The last lines of a worker's steps. */
    List<StepLine> readLines(String worker) throws IOException {
        Lines lines = read(folder + "lines-" + worker + JSON_FILE, Lines.class);
        return lines == null ? List.of() : lines.lines();
    }

    private void put(String name, Object value) throws IOException {
        ResourceId file = FileSystems.matchNewResource(folder + name, false);
        try (OutputStream out = Channels.newOutputStream(FileSystems.create(file, "application/json"))) {
            out.write(JSON.writeValueAsBytes(value));
        } catch (RuntimeException e) {
            throw new IOException("cannot write to " + folder, e);
        }
    }

    private static <T> @Nullable T read(String file, Class<T> type) throws IOException {
        try (InputStream in = Channels.newInputStream(FileSystems.open(FileSystems.matchNewResource(file, false)))) {
            return JSON.readValue(in, type);
        } catch (FileNotFoundException | java.nio.file.NoSuchFileException none) {
            return null;
        } catch (RuntimeException e) {
            throw new IOException("cannot read " + file, e);
        }
    }
}
