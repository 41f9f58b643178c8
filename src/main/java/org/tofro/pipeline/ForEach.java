package org.tofro.pipeline;

import static org.tofro.yaml.FieldReader.quoted;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problems;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/** Reads {@code for_each}: lists of values, of which every combination makes the step once. */
final class ForEach {
    private static final int MOST = 1000;

    private final PipelineText text;
    private final Problems problems;

    ForEach(PipelineText text, Problems problems) {
        this.text = text;
        this.problems = problems;
    }

    /**
     * The combinations, the last name's values changing fastest; one of no values where the field is bad, so that the rest
     * of the step is still looked at, and null where it is missing.
     */
    @Nullable
    List<Map<String, String>> read(FieldReader reader) {
        FieldReader.Entry entry = reader.find(CommonField.FOR_EACH.name());
        if (entry == null) {
            return null;
        }
        if (!(entry.value() instanceof Node.Entries entries)
                || entries.entries().isEmpty()) {
            problems.add(
                    entry.value().span(),
                    "'for_each' takes a mapping of names to lists of values, such as {depth: [4, 8]}, and this is "
                            + (entry.value() instanceof Node.Entries
                                    ? "an empty one"
                                    : entry.value().kind()));
            return List.of(Map.of());
        }
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (Node.Entry each : entries.entries()) {
            if (!each.key().matches("[A-Za-z_][A-Za-z0-9_-]{0,39}")) {
                problems.add(
                        each.keySpan(),
                        quoted(each.key()) + " cannot be a name of 'for_each': up to 40 letters, digits, '_' and '-'");
            }
            lists.put(each.key(), values(each));
        }
        long count = lists.values().stream().mapToLong(List::size).reduce(1, (a, b) -> Math.min(a * b, 1L << 32));
        if (count > MOST) {
            String sizes = lists.values().stream()
                    .map(list -> String.valueOf(list.size()))
                    .collect(Collectors.joining(" x "));
            problems.add(
                    entry.keySpan(),
                    "'for_each' makes " + sizes + " combinations, and at most 1,000 are allowed; give shorter lists, or"
                            + " split the step");
            lists.replaceAll((name, values) -> values.subList(0, 1));
        }
        return combinations(lists);
    }

    private List<String> values(Node.Entry each) {
        List<Node> nodes = each.value() instanceof Node.Items items ? items.items() : List.of(each.value());
        Set<String> values = new LinkedHashSet<>();
        for (Node node : nodes) {
            if (!(node instanceof Node.Scalar scalar) || scalar.isNull()) {
                problems.add(
                        node.span(), "'" + each.key() + "' takes a list of single values, and this is " + node.kind());
                continue;
            }
            Node.Scalar expanded = text.expand(scalar, problems);
            if (expanded != null && !values.add(expanded.text())) {
                problems.add(scalar.span(), "'" + each.key() + "' has " + quoted(expanded.text()) + " twice");
            }
        }
        if (nodes.isEmpty()) {
            problems.add(each.keySpan(), "'" + each.key() + "' has no values; give at least one");
        }
        return values.isEmpty() ? List.of("?") : List.copyOf(values);
    }

    private static List<Map<String, String>> combinations(Map<String, List<String>> lists) {
        List<Map<String, String>> combinations = List.of(Map.of());
        for (Map.Entry<String, List<String>> list : lists.entrySet()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> begun : combinations) {
                for (String value : list.getValue()) {
                    Map<String, String> next = new LinkedHashMap<>(begun);
                    next.put(list.getKey(), value);
                    longer.add(next);
                }
            }
            combinations = longer;
        }
        return combinations;
    }
}
