package org.tofro.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;
import org.tofro.problem.Span;
import org.tofro.problem.Spelling;

/**
 * Reads a mapping field by field. Asking for a field declares it, so that {@link #finish} knows which keys nobody asked
 * for. A bad field becomes a problem and reads as missing.
 */
public final class FieldReader {
    private static final Set<String> TRUE = Set.of("true", "yes", "on");
    private static final Set<String> FALSE = Set.of("false", "no", "off");

    private final String subject;
    private final Node.Entries entries;
    private final Problems problems;
    private final Function<Node.Scalar, Node.@Nullable Scalar> expand;
    private final Set<String> offered = new LinkedHashSet<>();
    private final Set<String> declared = new LinkedHashSet<>();
    private final Map<String, Problem> missing = new LinkedHashMap<>();
    private final Set<String> bad = new LinkedHashSet<>();

    /**
     * A reader of one mapping.
     *
     * @param subject what the mapping is, as messages say it: {@code extract-from-rds}
     * @param expand resolves the expressions in a value; null, with a problem, where one cannot be resolved
     */
    public FieldReader(
            String subject,
            Node.Entries entries,
            Problems problems,
            Function<Node.Scalar, Node.@Nullable Scalar> expand) {
        this.subject = subject;
        this.entries = entries;
        this.problems = problems;
        this.expand = expand;
    }

    public String subject() {
        return subject;
    }

    public Span span() {
        return entries.span();
    }

    /** The field by any of its names; null where it is missing or has no value. */
    public @Nullable Entry find(String name, String... aliases) {
        List<String> names = new ArrayList<>(List.of(name));
        names.addAll(List.of(aliases));
        offered.add(name);
        declared.addAll(names);
        return entry(names);
    }

    /** A field that is known and yet has no place here, so that its own message can say why; null where it is missing. */
    public @Nullable Entry unwanted(String name) {
        declared.add(name);
        return entry(List.of(name));
    }

    private @Nullable Entry entry(List<String> names) {
        Node.@Nullable Entry found = null;
        for (Node.Entry entry : entries.entries()) {
            if (!names.contains(entry.key())) {
                continue;
            }
            if (found != null) {
                problems.add(
                        entry.keySpan(),
                        "'" + entry.key() + "' means the same as '" + found.key() + "' in line "
                                + found.keySpan().line() + "; give one of them");
            } else {
                found = entry;
            }
        }
        boolean empty = found != null && found.value() instanceof Node.Scalar scalar && scalar.isNull();
        return found == null || empty ? null : new Entry(found.key(), found.keySpan(), found.value());
    }

    /** A field that was found: the name that the file gives it, and its value. */
    public record Entry(String key, Span keySpan, Node value) {}

    /** Reports that a field is missing which must be there, unless it was bad and is reported already. */
    public void missing(String name) {
        if (bad.contains(name)) {
            return;
        }
        for (Node.Entry entry : entries.entries()) {
            if (entry.key().equals(name)) {
                problems.add(entry.keySpan(), subject + " needs a value for '" + name + "'");
                return;
            }
        }
        missing.put(name, new Problem(entries.span(), subject + " needs the field '" + name + "'"));
    }

    /** Whether the field was there but could not be read. */
    public boolean wasBad(String name) {
        return bad.contains(name);
    }

    /** A single value with its expressions resolved, or null. */
    public Node.@Nullable Scalar scalar(String name, String... aliases) {
        Node.Scalar raw = raw(name, aliases);
        return raw == null ? null : expanded(name, raw);
    }

    private Node.@Nullable Scalar expanded(String name, Node.Scalar raw) {
        Node.Scalar expanded = expand.apply(raw);
        if (expanded == null) {
            bad.add(name);
        }
        return expanded;
    }

    /** A single value as written, or null. */
    public Node.@Nullable Scalar raw(String name, String... aliases) {
        Entry entry = find(name, aliases);
        if (entry == null) {
            return null;
        }
        if (entry.value() instanceof Node.Scalar scalar) {
            return scalar;
        }
        reject(
                name,
                entry.value().span(),
                "'" + entry.key() + "' takes a single value, and this is "
                        + entry.value().kind());
        return null;
    }

    /** A whole number within bounds, or null. */
    public @Nullable Integer integer(String name, int least, int most, String... aliases) {
        Node.Scalar scalar = scalar(name, aliases);
        if (scalar == null) {
            return null;
        }
        String digits = scalar.text();
        if (digits.matches("[+-]?[0-9]{1,10}")) {
            long value = Long.parseLong(digits);
            if (value >= least && value <= most) {
                return (int) value;
            }
        }
        String bounds = most == Integer.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
        reject(name, scalar.span(), "'" + name + "' takes a whole number " + bounds + ", not " + quoted(digits));
        return null;
    }

    /** True or false, or null. */
    public @Nullable Boolean flag(String name, String... aliases) {
        Node.Scalar scalar = scalar(name, aliases);
        if (scalar == null) {
            return null;
        }
        String word = scalar.text().toLowerCase(Locale.ROOT);
        if (TRUE.contains(word) || FALSE.contains(word)) {
            return TRUE.contains(word);
        }
        reject(name, scalar.span(), "'" + name + "' takes true or false, not " + quoted(scalar.text()));
        return null;
    }

    /** One of several words, or null. */
    public @Nullable String choice(String name, List<String> allowed) {
        Node.Scalar scalar = scalar(name);
        if (scalar == null || allowed.contains(scalar.text())) {
            return scalar == null ? null : scalar.text();
        }
        String hint = Spelling.nearest(scalar.text(), allowed)
                .map(meant -> "; did you mean '" + meant + "'?")
                .orElse("");
        reject(
                name,
                scalar.span(),
                "'" + name + "' takes " + String.join(" or ", allowed) + ", not " + quoted(scalar.text()) + hint);
        return null;
    }

    /** A list of single values, or one value that stands for a list of one; null where the field is missing. */
    public @Nullable List<Node.Scalar> scalars(String name, String... aliases) {
        Entry entry = find(name, aliases);
        if (entry == null) {
            return null;
        }
        if (entry.value() instanceof Node.Scalar scalar) {
            Node.Scalar one = expanded(name, scalar);
            return one == null ? null : List.of(one);
        }
        if (entry.value() instanceof Node.Items items) {
            List<Node.Scalar> values = new ArrayList<>();
            for (Node item : items.items()) {
                if (item instanceof Node.Scalar scalar && !scalar.isNull()) {
                    Node.Scalar one = expanded(name, scalar);
                    if (one != null) {
                        values.add(one);
                    }
                } else {
                    reject(
                            name,
                            item.span(),
                            "'" + entry.key() + "' takes a list of names, and this is " + item.kind());
                }
            }
            return values;
        }
        reject(
                name,
                entry.value().span(),
                "'" + entry.key() + "' takes a name or a list of names, and this is "
                        + entry.value().kind());
        return null;
    }

    /** A list, or null. */
    public Node.@Nullable Items items(String name, String... aliases) {
        Entry entry = find(name, aliases);
        if (entry == null) {
            return null;
        }
        if (entry.value() instanceof Node.Items items) {
            return items;
        }
        reject(
                name,
                entry.value().span(),
                "'" + entry.key() + "' takes a list, and this is "
                        + entry.value().kind());
        return null;
    }

    /** A mapping, or null. */
    public Node.@Nullable Entries entries(String name, String... aliases) {
        Entry entry = find(name, aliases);
        if (entry == null) {
            return null;
        }
        if (entry.value() instanceof Node.Entries mapping) {
            return mapping;
        }
        reject(
                name,
                entry.value().span(),
                "'" + entry.key() + "' takes a mapping, and this is "
                        + entry.value().kind());
        return null;
    }

    private void reject(String name, Span span, String message) {
        bad.add(name);
        problems.add(span, message);
    }

    /** Reports every key that nobody asked for. */
    public void finish() {
        finish(true);
    }

    /** Reports every key that nobody asked for, without showing its line where a secret may stand in it. */
    public void finish(boolean quotable) {
        for (Node.Entry entry : entries.entries()) {
            if (declared.contains(entry.key())) {
                continue;
            }
            Optional<String> meant = Spelling.nearest(entry.key(), declared);
            String hint = meant.map(name -> "; did you mean '" + name + "'?")
                    .orElseGet(() -> "; known are " + String.join(", ", offered));
            problems.add(
                    new Problem(entry.keySpan(), subject + " has no field " + quoted(entry.key()) + hint, quotable));
            // One slip of the pen is one problem.
            meant.ifPresent(missing::remove);
        }
        missing.values().forEach(problems::add);
    }

    /** A user's word in a message: in quotes, shortened where it is long. */
    public static String quoted(String word) {
        String line = word.strip().replaceAll("\\s+", " ");
        return "'" + (line.length() > 60 ? line.substring(0, 57) + "..." : line) + "'";
    }
}
