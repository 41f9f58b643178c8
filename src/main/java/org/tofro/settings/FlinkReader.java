package org.tofro.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problems;
import org.tofro.settings.FlinkSettings.Place;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/** Reads {@code flink} of a runner file. */
final class FlinkReader {
    private static final int MOST_SUBTASKS = 1_000;

    private final References references;
    private final Problems problems;

    FlinkReader(References references, Problems problems) {
        this.references = references;
        this.problems = problems;
    }

    FlinkSettings read(Node.@Nullable Entries entries) {
        FlinkSettings defaults = FlinkSettings.EMBEDDED;
        if (entries == null) {
            return defaults;
        }
        FieldReader reader = new FieldReader("flink", entries, problems, references::expand);
        boolean standIn = Boolean.TRUE.equals(reader.flag("stand_in"));
        boolean application = Boolean.TRUE.equals(reader.flag("application"));
        String rest = rest(reader);
        Integer parallelism = reader.integer("parallelism", 1, MOST_SUBTASKS);
        Node.Scalar jar = reader.scalar("jar");
        Integer restarts = reader.integer("restarts", 0, 1_000_000);
        Integer delay = reader.integer("restart_delay_seconds", 0, 86_400);
        Boolean largeRows = reader.flag("large_rows");
        Map<String, String> options =
                SettingsReader.texts("an option of Flink", reader.entries("options"), references, problems);
        reader.finish();
        List<String> places = new ArrayList<>();
        if (standIn) {
            places.add("stand_in");
        }
        if (application) {
            places.add("application");
        }
        if (rest != null) {
            places.add("rest");
        }
        if (places.size() > 1) {
            problems.add(
                    entries.span(),
                    "'flink' is in one place: give one of 'rest', 'stand_in' and 'application', not "
                            + String.join(" and ", places));
        }
        Place place = application ? Place.APPLICATION : rest != null || standIn ? Place.CLUSTER : Place.EMBEDDED;
        return new FlinkSettings(
                place,
                standIn,
                rest,
                parallelism,
                jar == null ? null : jar.text(),
                restarts == null ? defaults.restarts() : restarts,
                delay == null ? defaults.restartDelay() : Duration.ofSeconds(delay),
                !Boolean.FALSE.equals(largeRows),
                options);
    }

    private @Nullable String rest(FieldReader reader) {
        Node.Scalar scalar = reader.scalar("rest");
        if (scalar == null) {
            return null;
        }
        // What a variable that is not set left empty is a problem already.
        if (!scalar.text().isEmpty() && !scalar.text().matches("[^\\s/:]+:[0-9]{1,5}")) {
            problems.add(
                    scalar.span(),
                    "'rest' takes the address of a JobManager's REST interface as host:port, such as"
                            + " jobmanager.example.org:8081, not " + FieldReader.quoted(scalar.text()));
        }
        return scalar.text();
    }
}
