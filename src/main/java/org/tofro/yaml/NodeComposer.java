package org.tofro.yaml;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;
import org.tofro.problem.Span;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Turns SnakeYAML's nodes into ours: resolves merges, finds duplicate keys, and keeps aliases from growing the tree
 * without bound. An alias yields the value where its anchor stands, so that a message points at the text to change.
 */
final class NodeComposer {
    /** The most values that a file may hold once its aliases are resolved. */
    static final long MOST_NODES = 100_000;

    private static final String STANDARD = "tag:yaml.org,2002:";
    private static final Set<String> TAGS =
            Set.of("str", "int", "float", "bool", "null", "timestamp", "seq", "map", "merge", "value");

    private final SourceText source;
    private final Problems problems;
    private final int @Nullable [] charOffsets;
    private final IdentityHashMap<org.yaml.snakeyaml.nodes.Node, Node> done = new IdentityHashMap<>();
    private final IdentityHashMap<Node, Long> sizes = new IdentityHashMap<>();
    private final Set<org.yaml.snakeyaml.nodes.Node> open =
            java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean tooLarge;

    NodeComposer(SourceText source, Problems problems) {
        this.source = source;
        this.problems = problems;
        this.charOffsets = charOffsets(source.text());
    }

    /** The char at which each code point begins; null where every code point is one char. */
    private static int @Nullable [] charOffsets(String text) {
        int count = text.codePointCount(0, text.length());
        if (count == text.length()) {
            return null;
        }
        int[] offsets = new int[count + 1];
        for (int point = 0, at = 0; point < count; point++) {
            offsets[point] = at;
            at += Character.charCount(text.codePointAt(at));
        }
        offsets[count] = text.length();
        return offsets;
    }

    /** The tree below a node, or null where it is too large. */
    @Nullable
    Node convert(org.yaml.snakeyaml.nodes.Node root) {
        Node node = node(root);
        return tooLarge ? null : node;
    }

    Span span(Mark mark) {
        return spanAtCodePoint(mark.getIndex());
    }

    Span spanAtCodePoint(int codePoint) {
        int at = offset(codePoint);
        return source.span(at, at + 1);
    }

    private int offset(int codePoint) {
        if (charOffsets == null) {
            return Math.min(codePoint, source.text().length());
        }
        return charOffsets[Math.min(codePoint, charOffsets.length - 1)];
    }

    private Node node(org.yaml.snakeyaml.nodes.Node node) {
        Node known = done.get(node);
        if (known != null) {
            return known;
        }
        if (!open.add(node)) {
            problems.add(span(node), "an alias inside its own anchor would never end");
            return new Node.Items(List.of(), span(node));
        }
        checkTag(node);
        Node converted = node instanceof MappingNode mapping
                ? entries(mapping)
                : node instanceof SequenceNode sequence ? items(sequence) : scalar((ScalarNode) node);
        open.remove(node);
        done.put(node, converted);
        measure(converted);
        return converted;
    }

    private void checkTag(org.yaml.snakeyaml.nodes.Node node) {
        String tag = node.getTag().getValue();
        if (!tag.startsWith(STANDARD) || !TAGS.contains(tag.substring(STANDARD.length()))) {
            String shown = tag.startsWith(STANDARD) ? "!!" + tag.substring(STANDARD.length()) : tag;
            problems.add(span(node), "the tag '" + shown + "' is not understood; leave it out");
        }
    }

    private Node scalar(ScalarNode node) {
        int start = start(node);
        int end = Math.max(start, offset(node.getEndMark().getIndex()));
        String text = source.text().substring(start, end);
        return new Node.Scalar(
                node.getValue(), node.getScalarStyle() == ScalarStyle.PLAIN, source.span(start, end), text);
    }

    private Node items(SequenceNode node) {
        List<Node> items = new ArrayList<>();
        for (org.yaml.snakeyaml.nodes.Node item : node.getValue()) {
            items.add(node(item));
        }
        return new Node.Items(items, span(node));
    }

    private Node entries(MappingNode node) {
        Map<String, Node.Entry> own = new LinkedHashMap<>();
        List<Node.Entries> merged = new ArrayList<>();
        for (NodeTuple tuple : node.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(span(tuple.getKeyNode()), "a key must be a single value");
                continue;
            }
            Span keySpan = ((Node.Scalar) node(key)).span();
            if (key.getValue().equals("<<") && key.getScalarStyle() == ScalarStyle.PLAIN) {
                merged.addAll(mergedMappings(tuple.getValueNode()));
                continue;
            }
            Node.Entry entry = new Node.Entry(key.getValue(), keySpan, node(tuple.getValueNode()));
            Node.Entry first = own.putIfAbsent(entry.key(), entry);
            if (first != null) {
                problems.add(
                        keySpan,
                        "the key '" + entry.key() + "' stands here a second time; the first is in line "
                                + first.keySpan().line());
            }
        }
        // An own key wins over a merged one, an earlier merged mapping over a later one: YAML's merge key type.
        for (Node.Entries mapping : merged) {
            mapping.entries().forEach(entry -> own.putIfAbsent(entry.key(), entry));
        }
        return new Node.Entries(List.copyOf(own.values()), span(node));
    }

    private List<Node.Entries> mergedMappings(org.yaml.snakeyaml.nodes.Node value) {
        Node node = node(value);
        List<Node> merged = node instanceof Node.Items items ? items.items() : List.of(node);
        List<Node.Entries> mappings = new ArrayList<>();
        for (Node one : merged) {
            if (one instanceof Node.Entries mapping) {
                mappings.add(mapping);
            } else {
                problems.add(one.span(), "'<<' merges mappings, and this is " + one.kind());
            }
        }
        return mappings;
    }

    private void measure(Node node) {
        long size = 1;
        if (node instanceof Node.Items items) {
            size += items.items().stream().mapToLong(this::size).sum();
        } else if (node instanceof Node.Entries entries) {
            size += entries.entries().stream()
                    .mapToLong(entry -> size(entry.value()))
                    .sum();
        }
        sizes.put(node, Math.min(size, MOST_NODES + 1));
        if (size > MOST_NODES && !tooLarge) {
            tooLarge = true;
            problems.add(
                    node.span(),
                    "with its aliases resolved the file holds more than " + MOST_NODES + " values from here on");
        }
    }

    private long size(Node node) {
        return sizes.getOrDefault(node, 1L);
    }

    private Span span(org.yaml.snakeyaml.nodes.Node node) {
        int start = start(node);
        return source.span(start, Math.max(start, offset(node.getEndMark().getIndex())));
    }

    /** Where the value itself begins, behind an anchor or a tag in front of it. */
    private int start(org.yaml.snakeyaml.nodes.Node node) {
        int start = offset(node.getStartMark().getIndex());
        int end = offset(node.getEndMark().getIndex());
        String text = source.text();
        while (start < end && (text.charAt(start) == '&' || text.charAt(start) == '!')) {
            int at = start;
            while (at < end && !Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            while (at < end && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            start = at;
        }
        return start;
    }
}
