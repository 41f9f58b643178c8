package org.tofro.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/** The fields that every step has, whatever its type. */
final class CommonField {
    static final CommonField TYPE = new CommonField(
            "type", "a step type", "required", "What the step does: one of the types below.", "step_type");
    static final CommonField NAME = new CommonField(
            "name",
            "a text",
            "the type and a number",
            "Unique in the pipeline; where it is missing, the canonical type and the step's number among the file's steps"
                    + " of that type, such as `extract-from-rds-1`.");
    static final CommonField DESCRIPTION = new CommonField("description", "a text", "none", "For readers of the file.");
    static final CommonField DEPENDS_ON = new CommonField(
            "depends_on",
            "a name or a list of names",
            "none",
            "Earlier steps that this one waits for, beside those that it waits for anyway.");
    static final CommonField INPUT_NODE = new CommonField(
            "input_node",
            "a name; for steps that take several, a list of names or a mapping of names to folders",
            "the one earlier step whose files no other step has taken",
            "The earlier step whose files this one takes; only for steps that take files. The name of a step with"
                    + " `for_each` means all of its combinations.");
    static final CommonField FOR_EACH = new CommonField(
            "for_each",
            "a mapping of names to lists of values",
            "none",
            "Does the step once for each combination of the values, at most 1,000, side by side: `{depth: [4, 8]}` makes"
                    + " `train[depth=4]` and `train[depth=8]`, in whose texts `${each:depth}` stands for the value.");

    static final CommonField MAX_RETRIES = new CommonField(
            "max_retries",
            "a whole number from 0 to 100",
            "that of the pipeline, else `0`",
            "How often the step is tried again after it has failed; a refusal by a guard or a check is not tried again.");
    static final CommonField RETRY_DELAY = new CommonField(
            "retry_delay",
            "a time such as `30 s` or `5 minutes`",
            "that of the pipeline, else `5 minutes`",
            "How long after a failure the next try begins.");
    static final CommonField TIMEOUT = new CommonField(
            "timeout",
            "a time such as `30 s` or `5 minutes`",
            "none",
            "How long one try may take; then its statements are cancelled and it has failed. For `pipeline-dependencies`"
                    + " and `wait-for-file`, how long they wait, `6 hours` where it is missing.");

    static final List<CommonField> ALL =
            List.of(TYPE, NAME, DESCRIPTION, DEPENDS_ON, INPUT_NODE, FOR_EACH, MAX_RETRIES, RETRY_DELAY, TIMEOUT);

    private final FieldReference reference;
    private final String[] aliases;

    private CommonField(String name, String kind, String missing, String meaning, String... aliases) {
        this.reference = new FieldReference(name, List.of(aliases), kind, missing, meaning, List.of());
        this.aliases = aliases;
    }

    String name() {
        return reference.name();
    }

    FieldReference reference() {
        return reference;
    }

    Node.@Nullable Scalar scalar(FieldReader reader) {
        return reader.scalar(reference.name(), aliases);
    }

    @Nullable
    List<Node.Scalar> scalars(FieldReader reader) {
        return reader.scalars(reference.name(), aliases);
    }
}
