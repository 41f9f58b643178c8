package org.tofro.yaml;

import java.util.List;
import java.util.Set;
import org.tofro.problem.SourceText;
import org.tofro.problem.Span;

/** A value of a YAML file and where it stands. */
public sealed interface Node {
    Span span();

    /** What it is, as messages say it. */
    String kind();

    /**
     * A single value, its text as written and not yet of any type.
     *
     * @param text the text, without quotes, escapes resolved
     * @param plain whether it was written without quotes
     * @param span where it stands, its quotes included
     * @param source the stretch of the file that it was read from
     */
    record Scalar(String text, boolean plain, Span span, String source) implements Node {
        private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

        @Override
        public String kind() {
            return isNull() ? "nothing" : "a single value";
        }

        /** Whether it is YAML's null: nothing at all, {@code ~} or {@code null}. */
        public boolean isNull() {
            return plain && NULLS.contains(text);
        }

        /** The same place with another text. */
        public Scalar withText(String replaced) {
            return new Scalar(replaced, false, span, source);
        }

        /** Where a part of the text stands in the file; the whole value where it is not found as it is. */
        public Span within(String part, int occurrence) {
            int at = -1;
            for (int i = 0; i <= occurrence; i++) {
                at = source.indexOf(part, at + 1);
                if (at < 0) {
                    return span;
                }
            }
            Span inner = new SourceText(span.file(), source).span(at, at + part.length());
            int column = inner.line() == 1 ? span.column() + inner.column() - 1 : inner.column();
            return new Span(span.file(), span.line() + inner.line() - 1, column, inner.length());
        }
    }

    /** A list. */
    record Items(List<Node> items, Span span) implements Node {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    /** A mapping, in the order of the file; every key once. */
    record Entries(List<Entry> entries, Span span) implements Node {
        public Entries {
            entries = List.copyOf(entries);
        }

        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /** One key of a mapping and its value. */
    record Entry(String key, Span keySpan, Node value) {}
}
