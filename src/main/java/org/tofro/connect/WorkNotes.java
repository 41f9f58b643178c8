package org.tofro.connect;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Progress;
import org.tofro.data.RunContext;

/**
 * Notes in the state area by which a launcher and workers in other JVMs know of each other: each worker's figures, and the
 * launcher's word that the work is to end.
 *
 * @param folder of one launch: {@code .../runs/<run>/launches/<token>/}
 */
record WorkNotes(String folder) {
    /** A worker that is alive writes more often; what is older comes from one that was lost. */
    private static final long STALE_MILLIS = 20_000;

    private static final String END = "end.json";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Those of a launch; null where launcher and workers share a JVM. */
    static @Nullable WorkNotes of(RunContext run) {
        String area = run.rules().area();
        if (area == null) {
            return null;
        }
        // Beam's file system of local files takes a plain path for something new, not its address.
        String place = area.startsWith("file:") ? Path.of(URI.create(area)) + "/" : area;
        return new WorkNotes(place + "runs/" + run.run() + "/launches/" + run.token() + "/");
    }

    private record End(String reason) {}

    private record Worker(long at, List<Progress> steps) {}

    /** Says to all workers that the work is to end. */
    void end(String reason) throws IOException {
        write(END, new End(reason));
    }

    /** Why the work is to end; null where it is not. */
    @Nullable
    String ended() throws IOException {
        End end = read(folder + END, End.class);
        return end == null ? null : end.reason();
    }

    /** Notes how far a worker's steps are, in place of what it noted before. */
    void write(String worker, List<Progress> steps) throws IOException {
        write("worker-" + worker + ".json", new Worker(System.currentTimeMillis(), steps));
    }

    /** How far the steps are, each once, though several workers may have a part in one. */
    List<Progress> read() throws IOException {
        List<Worker> workers = new ArrayList<>();
        long newest = 0;
        for (MatchResult.Metadata file :
                FileSystems.match(folder + "worker-*.json").metadata()) {
            Worker worker = read(file.resourceId().toString(), Worker.class);
            if (worker != null) {
                workers.add(worker);
                newest = Math.max(newest, worker.at());
            }
        }
        Map<String, Progress> steps = new LinkedHashMap<>();
        for (Worker worker : workers) {
            boolean lost = newest - worker.at() > STALE_MILLIS;
            for (Progress step : worker.steps()) {
                if (!lost || step.endedAt() != 0) {
                    steps.merge(step.step(), step, WorkNotes::together);
                }
            }
        }
        return steps.values().stream()
                .sorted((a, b) -> Long.compare(a.startedAt(), b.startedAt()))
                .toList();
    }

    /** The parts of one try count together. */
    private static Progress together(Progress a, Progress b) {
        if (a.startedAt() != b.startedAt()) {
            return a.startedAt() > b.startedAt() ? Progress.shown(b, a) : Progress.shown(a, b);
        }
        Progress last = a.endedAt() >= b.endedAt() ? a : b;
        return new Progress(
                a.step(), last.phase(), a.rows() + b.rows(), a.bytes() + b.bytes(), a.startedAt(), last.endedAt());
    }

    private void write(String name, Object value) throws IOException {
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
