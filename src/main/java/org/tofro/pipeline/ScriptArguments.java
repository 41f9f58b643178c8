package org.tofro.pipeline;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problems;
import org.tofro.problem.Span;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/**
 * The values that a pipeline gives to a script's places, {@code %s}: texts, numbers, true, false and null.
 *
 * @param values in order; empty for NULL
 * @param span where they stand
 */
record ScriptArguments(List<Optional<Serializable>> values, Span span) {
    /** A number as JSON has it; what begins with more zeros is a text, such as a postcode. */
    private static final Pattern NUMBER = Pattern.compile("[-+]?(?:0|[1-9][0-9]{0,37})(?:\\.[0-9]{1,38})?");

    ScriptArguments {
        values = List.copyOf(values);
    }

    /** Reads the field; null where it is missing. */
    static @Nullable ScriptArguments read(
            FieldReader.@Nullable Entry entry, Function<Node.Scalar, Node.@Nullable Scalar> expand, Problems problems) {
        if (entry == null) {
            return null;
        }
        List<Node> nodes = entry.value() instanceof Node.Items items ? items.items() : List.of(entry.value());
        List<Optional<Serializable>> values = new ArrayList<>();
        for (Node node : nodes) {
            if (node instanceof Node.Scalar scalar) {
                values.add(Optional.ofNullable(value(scalar, expand)));
            } else {
                values.add(Optional.empty());
                problems.add(
                        node.span(),
                        "'" + entry.key() + "' takes a list of texts, numbers, true, false and null, and this is "
                                + node.kind());
            }
        }
        return new ScriptArguments(values, entry.keySpan());
    }

    private static @Nullable Serializable value(
            Node.Scalar scalar, Function<Node.Scalar, Node.@Nullable Scalar> expand) {
        if (scalar.isNull()) {
            return null;
        }
        Node.Scalar expanded = expand.apply(scalar);
        String text = expanded == null ? "" : expanded.text();
        if (expanded == null || !expanded.plain()) {
            return text;
        }
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return Boolean.valueOf(text);
        }
        return NUMBER.matcher(text).matches() ? new BigDecimal(text) : text;
    }
}
