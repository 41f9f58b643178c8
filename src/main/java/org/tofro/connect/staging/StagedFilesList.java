package org.tofro.connect.staging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;

/**
 * The JSON files that stand beside staged parts: the list of an attempt's files, which a commit record points to, and the
 * manifest that COPY reads, which is derived from it.
 */
public final class StagedFilesList {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private StagedFilesList() {}

    /**
     * Writes the list of an attempt's files beside them, and returns its name in the area.
     *
     * @param outputs the files of each output of the step
     */
    public static String write(StagingArea area, AttemptPath attempt, List<StagedFiles> outputs) {
        String name = attempt.folder() + "files.json";
        area.put(name, json(outputs.size() == 1 ? Map.of("files", outputs.get(0)) : Map.of("outputs", outputs)));
        return name;
    }

    /** Reads a list back: the files of each output of the step. */
    public static List<StagedFiles> read(StagingArea area, String name) {
        byte[] content = area.read(name)
                .orElseThrow(() -> new StagingException(
                        area.uri(name) + " is missing, though a commit record names it: the staging area was cleaned;"
                                + " start a new run",
                        false,
                        null));
        try {
            JsonNode list = JSON.readTree(content);
            JsonNode outputs = list.get("outputs");
            return outputs == null
                    ? List.of(JSON.convertValue(list.required("files"), StagedFiles.class))
                    : List.of(JSON.convertValue(outputs, StagedFiles[].class));
        } catch (IOException | IllegalArgumentException e) {
            throw new StagingException(area.uri(name) + " is not a list of staged files", false, e);
        }
    }

    /**
     * Writes the manifest of files for COPY and returns its address. See "Using a manifest to specify data files" in the
     * Amazon Redshift Database Developer Guide.
     *
     * @param step the step that loads them
     */
    public static String writeManifest(StagingArea area, RunContext run, String step, StagedFiles files) {
        String name =
                new AttemptPath(run.pipeline(), run.run(), step, "of-" + files.attempt()).folder() + "manifest.json";
        List<Map<String, Object>> entries = files.files().stream()
                .map(file -> Map.<String, Object>of(
                        "url", file.uri(), "mandatory", true, "meta", Map.of("content_length", file.bytes())))
                .toList();
        area.put(name, json(Map.of("entries", entries)));
        return area.uri(name);
    }

    private static byte[] json(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a list of files is plain data", e);
        }
    }
}
