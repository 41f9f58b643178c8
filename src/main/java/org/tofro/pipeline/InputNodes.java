package org.tofro.pipeline;

import static org.tofro.yaml.FieldReader.quoted;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.StepSpec.InputNode;
import org.tofro.pipeline.StepSpec.Reference;
import org.tofro.problem.Problems;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/** Reads {@code input_node}: a name, a list of names, or names with the folders into which their files go. */
final class InputNodes {
    private final PipelineText text;
    private final Problems problems;
    private final Set<String> seen = new HashSet<>();

    InputNodes(PipelineText text, Problems problems) {
        this.text = text;
        this.problems = problems;
    }

    /** The nodes; empty for an empty list, and null where the field is missing. */
    @Nullable
    List<InputNode> read(FieldReader reader, FileInputs wanted) {
        if (!wanted.several()) {
            Node.Scalar one = CommonField.INPUT_NODE.scalar(reader);
            return one == null ? null : List.of(new InputNode(new Reference(one.text(), one.span()), null));
        }
        FieldReader.Entry entry = reader.find(CommonField.INPUT_NODE.name());
        if (entry == null) {
            return null;
        }
        List<InputNode> nodes = new ArrayList<>();
        if (entry.value() instanceof Node.Entries entries) {
            for (Node.Entry each : entries.entries()) {
                Reference reference = new Reference(each.key(), each.keySpan());
                add(nodes, reference, folder(each.value()));
            }
            return nodes;
        }
        for (Node node : entry.value() instanceof Node.Items items ? items.items() : List.of(entry.value())) {
            Node.Scalar name =
                    node instanceof Node.Scalar scalar && !scalar.isNull() ? text.expand(scalar, problems) : null;
            if (name != null) {
                add(nodes, new Reference(name.text(), name.span()), null);
            } else if (!(node instanceof Node.Scalar scalar) || scalar.isNull()) {
                problems.add(
                        node.span(),
                        "'input_node' takes a name, a list of names, or a mapping of names to folders, and this is "
                                + node.kind());
            }
        }
        return nodes;
    }

    private void add(List<InputNode> nodes, Reference reference, @Nullable String folder) {
        if (!seen.add(reference.step())) {
            problems.add(reference.span(), "'input_node' names " + quoted(reference.step()) + " twice");
            return;
        }
        nodes.add(new InputNode(reference, folder));
    }

    private String folder(Node node) {
        Node.Scalar name =
                node instanceof Node.Scalar scalar && !scalar.isNull() ? text.expand(scalar, problems) : null;
        if (name == null || !name.text().matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")) {
            problems.add(
                    node.span(),
                    "'input_node' takes for each name a folder's name of letters, digits, '_', '-' and '.'");
            return "?";
        }
        return name.text();
    }
}
