package org.tofro.settings;

import static org.tofro.yaml.FieldReader.quoted;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problems;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/** Reads {@code custom_steps} of a runner file; whether the classes are there is for others to see. */
final class CustomStepReader {
    private final References references;
    private final Problems problems;

    CustomStepReader(References references, Problems problems) {
        this.references = references;
        this.problems = problems;
    }

    List<CustomStep> read(Node.@Nullable Items items) {
        List<CustomStep> steps = new ArrayList<>();
        for (Node item : items == null ? List.<Node>of() : items.items()) {
            if (item instanceof Node.Entries entries) {
                read(entries, steps);
            } else {
                problems.add(
                        item.span(),
                        "a custom step looks like {class_name: com.example.Export, step_type: export}, and this is "
                                + item.kind());
            }
        }
        return steps;
    }

    private void read(Node.Entries entries, List<CustomStep> steps) {
        FieldReader reader = new FieldReader("a custom step", entries, problems, references::expand);
        Node.Scalar className = reader.scalar("class_name");
        Node.Scalar type = reader.scalar("step_type");
        FieldReader.Entry file = reader.unwanted("file_path");
        if (file != null) {
            problems.add(
                    file.keySpan(),
                    "'file_path' names the source of a step of Dataduct's in Python; write the step in Java, put its class on"
                            + " the class path, and name it by 'class_name'");
        }
        if (className == null) {
            reader.missing("class_name");
        } else if (!className.text().matches("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*")) {
            problems.add(
                    className.span(),
                    "'class_name' takes the full name of a class, such as com.example.Export, not "
                            + quoted(className.text()));
            className = null;
        }
        if (type != null && !type.text().matches("[a-z][a-z0-9-]*")) {
            problems.add(
                    type.span(),
                    "'step_type' takes lower-case letters, digits and '-', such as export-to-file, not "
                            + quoted(type.text()));
            type = null;
        }
        reader.finish();
        if (className != null) {
            steps.add(new CustomStep(className.text(), type == null ? null : type.text(), className.span()));
        }
    }
}
