package org.tofro.steps;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Fields;
import org.tofro.problem.Spelling;
import org.tofro.settings.CassandraConnection.Consistency;

/** The field by which a step says how many replicas of Cassandra must answer. */
final class ConsistencyField {
    private static final String NAME = "consistency";

    private ConsistencyField() {}

    /** The level, or null where the field is missing or wrong. */
    static @Nullable Consistency read(Fields fields, String meaning) {
        String level = fields.field(NAME, meaning).optionalText();
        if (level == null) {
            return null;
        }
        List<String> levels =
                Stream.of(Consistency.values()).map(Consistency::name).toList();
        String word = level.toUpperCase(Locale.ROOT);
        if (!levels.contains(word)) {
            fields.problem(
                    NAME,
                    "'" + NAME + "' takes " + String.join(", ", levels) + ", not '" + level + "'"
                            + Spelling.hint(word, levels));
            return null;
        }
        return Consistency.valueOf(word);
    }
}
