package org.tofro.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;
import org.tofro.problem.Span;
import org.tofro.yaml.Node;

/**
 * The text of a script and where its stretches stand: in a file of its own, or in a field of the pipeline's file, whose
 * lines YAML has shifted.
 *
 * @param scalar the text
 * @param text the same, with lines and columns of its own
 * @param isFile whether it is a file of its own
 */
record ScriptText(Node.Scalar scalar, SourceText text, boolean isFile) {
    private static final Pattern LINE_END = Pattern.compile("\\r\\n|\\r|\\n");

    /** A file of SQL. */
    static ScriptText of(SourceText file) {
        Span start = Span.startOf(file.file());
        return new ScriptText(new Node.Scalar(file.text(), false, start, file.text()), file, true);
    }

    /** SQL in a field. */
    static ScriptText of(Node.Scalar field) {
        return new ScriptText(field, new SourceText(field.span().file(), field.text()), false);
    }

    /** The script as a whole, for messages: its file, or the line of the field. */
    String origin() {
        return isFile ? text.file() : scalar.span().file() + ":" + scalar.span().line();
    }

    /** Where a stretch of the text stands. */
    Span span(int start, int end) {
        if (isFile) {
            return text.span(start, end);
        }
        String all = scalar.text();
        if (start >= all.length()) {
            return scalar.span();
        }
        int lineEnd = all.indexOf('\n', start);
        String part = all.substring(
                start, Math.max(start + 1, lineEnd < 0 ? Math.min(end, all.length()) : Math.min(end, lineEnd)));
        int before = 0;
        for (int at = all.indexOf(part); at >= 0 && at < start; at = all.indexOf(part, at + 1)) {
            before++;
        }
        return scalar.within(part, before);
    }

    /** Hands on what was found in the text with the text's own lines and columns. */
    void report(Problems found, Problems problems) {
        for (Problem problem : found.all()) {
            Span span = problem.span();
            int start = offset(span.line(), span.column());
            problems.add(isFile ? span : span(start, start + span.length()), problem.message());
        }
    }

    private int offset(int line, int column) {
        int at = 0;
        Matcher end = LINE_END.matcher(scalar.text());
        for (int i = 1; i < line && end.find(); i++) {
            at = end.end();
        }
        return at + text.line(line).offsetByCodePoints(0, column - 1);
    }
}
