package org.tofro.pipeline;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** The step reference, in Markdown: written from what the readers of the steps ask for, so it cannot fall behind. */
public final class StepReference {
    private StepReference() {}

    /** The whole reference: the fields of every step, then each type. */
    public static String of(List<StepType> types) {
        List<FieldReference> common =
                CommonField.ALL.stream().map(CommonField::reference).toList();
        return "### Every step\n\n" + table(common)
                + types.stream().map(type -> "\n" + of(type)).collect(joining());
    }

    /** One type's part of the reference. */
    public static String of(StepType type) {
        RecordedFields fields = new RecordedFields();
        Step step = type.read().apply(fields);
        String aliases = type.aliases().isEmpty() ? "" : "Also called " + names(type.aliases()) + ".\n";
        String files = (switch (step.fileInputs().most()) {
                    case 0 -> "";
                    case 1 -> "Takes the files of an earlier step.\n";
                    default -> "Takes the files of any number of earlier steps.\n";
                })
                + (step.producesFiles() ? "Stages files for a later step.\n" : "");
        return "### " + type.name() + "\n\n" + type.summary() + "\n" + aliases + files + "\n"
                + table(fields.references());
    }

    private static String table(List<FieldReference> fields) {
        return "| field | takes | default | meaning |\n|---|---|---|---|\n" + rows("", fields);
    }

    private static String rows(String prefix, List<FieldReference> fields) {
        StringBuilder rows = new StringBuilder();
        for (FieldReference field : fields) {
            String aliases = field.aliases().isEmpty() ? "" : ", also " + names(field.aliases());
            rows.append("| `" + prefix + field.name() + "`" + aliases + " | " + field.kind() + " | " + field.missing()
                    + " | " + field.meaning() + " |\n");
            String inner = field.kind().equals("a mapping") ? "." : "[].";
            rows.append(rows(prefix + field.name() + inner, field.fields()));
        }
        return rows.toString();
    }

    private static String names(List<String> names) {
        return names.stream().map(name -> "`" + name + "`").collect(joining(", "));
    }
}
