package org.tofro.connect.transform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.program.ProgramEnvironment;
import org.tofro.connect.program.WorkFolder;
import org.tofro.connect.transform.Transformation.Given;

/** What a script finds in its environment, and nothing else: no credentials of Tofro's, no options of its JVM. */
final class ScriptEnvironment {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private ScriptEnvironment() {}

    /**
     * @param folders the staging folder of each input
     * @param output the staging folder of the outputs; null where nothing is staged
     * @param users what the pipeline gives
     */
    static Map<String, String> of(
            Given given, WorkFolder work, List<Path> folders, @Nullable Path output, Map<String, String> users)
            throws IOException {
        Map<String, String> all = ProgramEnvironment.inherited();
        all.put("JAVA_HOME", System.getProperty("java.home"));
        all.put("TMPDIR", work.make("tmp").toString());
        all.put("TOFRO_PIPELINE", given.run().pipeline());
        all.put("TOFRO_RUN", given.run().run());
        all.put("TOFRO_STEP", given.path().step());
        all.put("TOFRO_INTERVAL_START", given.run().intervalStart().toString());
        all.put("TOFRO_INTERVAL_END", given.run().intervalEnd().toString());
        all.put("TOFRO_COMBINATION", json(given.combination()));
        for (int i = 0; i < folders.size(); i++) {
            TransformInput input = given.inputs().get(i).input();
            if (input.folder() == null) {
                all.put(
                        "INPUT" + input.number() + "_STAGING_DIR",
                        folders.get(i).toString());
                all.put("INPUT" + input.number() + "_NODE", input.node());
                all.put("INPUT" + input.number() + "_COMBINATION", json(input.combination()));
            } else {
                all.put(
                        "INPUT" + input.number() + "_STAGING_DIR",
                        work.path().resolve("input" + input.number()).toString());
            }
        }
        all.put("INPUTS_FILE", writeInputs(given, work, folders).toString());
        if (output != null) {
            all.put("OUTPUT1_STAGING_DIR", output.toString());
        }
        all.putAll(users);
        return all;
    }

    /** What the inputs are, in one file, for scripts that take many. */
    private static Path writeInputs(Given given, WorkFolder work, List<Path> folders) throws IOException {
        List<Map<String, Object>> inputs = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            InputFiles input = given.inputs().get(i);
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("node", input.input().node());
            entry.put("folder", folders.get(i).toString());
            entry.put("combination", input.input().combination());
            entry.put("rows", input.files().rows());
            entry.put(
                    "columns",
                    input.files().schema().columns().stream()
                            .map(column -> Map.of("name", column.name(), "type", column.type()))
                            .toList());
            inputs.add(entry);
        }
        return Files.writeString(
                work.path().resolve("inputs.json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(inputs));
    }

    private static String json(Map<String, String> values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts are plain data", e);
        }
    }
}
