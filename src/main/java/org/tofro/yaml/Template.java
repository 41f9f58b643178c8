package org.tofro.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tofro.problem.Problems;
import org.tofro.problem.Span;

/**
 * A text with expressions in it, the one expression language of all files: <code>${kind:argument}</code>,
 * <code>${kind.argument}</code>, <code>$${</code> for a literal <code>${</code>, and the ancestor's
 * <code>#{format(@scheduledStartTime,'YYYY-MM-dd')}</code> and <code>{S3_BASE_PATH}</code>.
 *
 * @param parts in order
 */
public record Template(List<Part> parts) {
    private static final Pattern TOKEN = Pattern.compile(
            "\\$\\$\\{|\\$\\{(?<inner>[^}\\n]*)(?<close>}?)|#\\{\\s*(?<old>(?:@|\\w+\\s*\\()[^}\\n]*)(?<oldclose>}?)|\\{S3_BASE_PATH}");
    private static final Pattern REFERENCE =
            Pattern.compile("(?<kind>[A-Za-z][A-Za-z0-9-]*)(?<sep>[:.])(?<argument>.+)");
    private static final Pattern ANCESTORS_DATE = Pattern.compile(
            "format\\(\\s*@scheduledStartTime\\s*,\\s*(?:'(?<single>[^']*)'|\"(?<double>[^\"]*)\")\\s*\\)\\s*");

    public Template {
        parts = List.copyOf(parts);
    }

    /** A stretch of a template. */
    public sealed interface Part {}

    /** Text that stands for itself. */
    public record Literal(String text) implements Part {}

    /**
     * An expression.
     *
     * @param kind what stands before the colon or the dot
     * @param argument what stands behind it
     * @param text the expression as written
     * @param span where it stands
     */
    public record Expression(String kind, String argument, String text, Span span) implements Part {}

    /** Takes a value apart. An expression that is none becomes a problem and the empty text. */
    public static Template parse(Node.Scalar scalar, Problems problems) {
        List<Part> parts = new ArrayList<>();
        Map<String, Integer> occurrences = new HashMap<>();
        Matcher token = TOKEN.matcher(scalar.text());
        int last = 0;
        while (token.find()) {
            parts.add(new Literal(scalar.text().substring(last, token.start())));
            last = token.end();
            if (token.group().equals("$${")) {
                parts.add(new Literal("${"));
                continue;
            }
            String text = token.group();
            Span span = scalar.within(text, occurrences.merge(text, 1, Integer::sum) - 1);
            if (text.equals("{S3_BASE_PATH}")) {
                parts.add(new Expression("var", "S3_BASE_PATH", text, span));
            } else if (token.group("old") != null) {
                ancestors(token, span, parts, problems);
            } else {
                own(token, span, parts, problems);
            }
        }
        parts.add(new Literal(scalar.text().substring(last)));
        parts.removeIf(part -> part instanceof Literal literal && literal.text().isEmpty());
        return new Template(parts);
    }

    private static void own(Matcher token, Span span, List<Part> parts, Problems problems) {
        Matcher reference = REFERENCE.matcher(token.group("inner"));
        if (token.group("close").isEmpty()) {
            problems.add(span, "the expression that begins with '${' has no '}'; a literal '${' is written '$${'");
        } else if (!reference.matches()) {
            problems.add(
                    span,
                    "'" + token.group()
                            + "' is no expression; one looks like ${var:name}, and a literal '${' is written '$${'");
        } else {
            parts.add(new Expression(reference.group("kind"), reference.group("argument"), token.group(), span));
        }
    }

    private static void ancestors(Matcher token, Span span, List<Part> parts, Problems problems) {
        Matcher date = ANCESTORS_DATE.matcher(token.group("old"));
        if (!date.matches() || token.group("oldclose").isEmpty()) {
            problems.add(
                    span,
                    "'" + token.group()
                            + "' is not understood; of AWS Data Pipeline's expressions only #{format(@scheduledStartTime,'YYYY-MM-dd')} is");
            return;
        }
        String pattern = date.group("single") != null ? date.group("single") : date.group("double");
        // Joda-Time's Y is the year of the era, which java.time spells y; its Y is the year of the week.
        parts.add(new Expression("date", pattern.replace('Y', 'y'), token.group(), span));
    }

    /** The text with every expression replaced by what the function makes of it. */
    public String fill(Function<Expression, String> value) {
        StringBuilder filled = new StringBuilder();
        for (Part part : parts) {
            filled.append(part instanceof Expression expression ? value.apply(expression) : ((Literal) part).text());
        }
        return filled.toString();
    }
}
