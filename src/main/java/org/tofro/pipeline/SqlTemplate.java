package org.tofro.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tofro.problem.Problems;
import org.tofro.yaml.Template;

/**
 * PostgreSQL text with expressions in it. An expression stands for a value, never for a piece of SQL: by itself it
 * becomes a literal whose type follows from its place, inside a string it becomes a part of that string, and anywhere
 * else it is refused. What a value holds cannot end the literal that it is in.
 */
final class SqlTemplate {
    /** See https://www.postgresql.org/docs/17/sql-syntax-lexical.html#SQL-SYNTAX-DOLLAR-QUOTING. */
    private static final Pattern DOLLAR_QUOTE = Pattern.compile("\\$([\\p{L}_][\\p{L}\\p{N}_]*)?\\$");

    private final Variables variables;
    private final Problems problems;
    private final StringBuilder sql = new StringBuilder();
    private Place place = Place.CODE;
    private int commentDepth;
    private String dollarQuote = "";

    private SqlTemplate(Variables variables, Problems problems) {
        this.variables = variables;
        this.problems = problems;
    }

    /** Where in SQL text a character stands. */
    private enum Place {
        CODE,
        STRING,
        ESCAPE_STRING,
        NAME,
        DOLLAR_STRING,
        LINE_COMMENT,
        COMMENT
    }

    /** The SQL with its expressions resolved. */
    static String fill(Template template, Variables variables, Problems problems) {
        SqlTemplate filled = new SqlTemplate(variables, problems);
        for (int i = 0; i < template.parts().size(); i++) {
            if (template.parts().get(i) instanceof Template.Expression expression) {
                boolean last = i + 1 == template.parts().size();
                String next = last || !(template.parts().get(i + 1) instanceof Template.Literal literal)
                        ? ""
                        : literal.text();
                filled.value(expression, next);
            } else {
                filled.text(((Template.Literal) template.parts().get(i)).text());
            }
        }
        return filled.sql.toString();
    }

    private void value(Template.Expression expression, String next) {
        if (place == Place.LINE_COMMENT || place == Place.COMMENT) {
            sql.append(expression.text());
            return;
        }
        String value = variables.resolve(expression, problems);
        if (value.indexOf('\0') >= 0) {
            problems.add(expression.span(), "the value of '" + expression.text() + "' holds a NUL character");
        }
        switch (place) {
            case CODE -> literal(expression, value, next);
            case ESCAPE_STRING -> sql.append(value.replace("\\", "\\\\").replace("'", "''"));
            case STRING -> {
                if (value.contains("\\")) {
                    problems.add(
                            expression.span(),
                            "the value of '" + expression.text()
                                    + "' holds a backslash, which means one thing or another"
                                    + " inside quotes; take the quotes away, as the value needs none");
                }
                sql.append(value.replace("'", "''"));
            }
            default ->
                problems.add(
                        expression.span(),
                        "'" + expression.text() + "' stands for a value, and here it would be part of a "
                                + (place == Place.NAME ? "name" : "dollar-quoted text"));
        }
    }

    private void literal(Template.Expression expression, String value, String next) {
        boolean joined =
                (!sql.isEmpty() && joins(sql.charAt(sql.length() - 1))) || (!next.isEmpty() && joins(next.charAt(0)));
        if (joined) {
            problems.add(
                    expression.span(),
                    "'" + expression.text() + "' stands for a value by itself, and here it touches a word or a quote;"
                            + " put a space or '||' between them");
        }
        // The E form means the same whatever standard_conforming_strings is set to.
        String escape = value.contains("\\") ? "E" : "";
        sql.append(escape + "'" + value.replace("\\", "\\\\").replace("'", "''") + "'");
    }

    private static boolean joins(char neighbour) {
        return Character.isLetterOrDigit(neighbour) || "_$'\"&".indexOf(neighbour) >= 0;
    }

    private void text(String text) {
        int at = 0;
        while (at < text.length()) {
            int end = at + step(text, at);
            sql.append(text, at, end);
            at = end;
        }
    }

    /** Moves over one sign, and says how long it is. */
    private int step(String text, int at) {
        char c = text.charAt(at);
        switch (place) {
            case CODE -> {
                return code(text, at, c);
            }
            case STRING -> place = c == '\'' ? Place.CODE : place;
            case NAME -> place = c == '"' ? Place.CODE : place;
            case LINE_COMMENT -> place = c == '\n' ? Place.CODE : place;
            case ESCAPE_STRING -> {
                if (c == '\\') {
                    return Math.min(2, text.length() - at);
                }
                place = c == '\'' ? Place.CODE : place;
            }
            case DOLLAR_STRING -> {
                if (text.startsWith(dollarQuote, at)) {
                    place = Place.CODE;
                    return dollarQuote.length();
                }
            }
            case COMMENT -> {
                boolean opens = text.startsWith("/*", at);
                boolean closes = text.startsWith("*/", at);
                commentDepth += opens ? 1 : closes ? -1 : 0;
                place = commentDepth == 0 ? Place.CODE : place;
                return opens || closes ? 2 : 1;
            }
        }
        return 1;
    }

    private int code(String text, int at, char c) {
        if (text.startsWith("--", at)) {
            place = Place.LINE_COMMENT;
            return 2;
        }
        if (text.startsWith("/*", at)) {
            place = Place.COMMENT;
            commentDepth = 1;
            return 2;
        }
        if (c == '\'') {
            place = escapes() ? Place.ESCAPE_STRING : Place.STRING;
        } else if (c == '"') {
            place = Place.NAME;
        } else if (c == '$') {
            Matcher quote = DOLLAR_QUOTE.matcher(text).region(at, text.length());
            boolean inWord = !sql.isEmpty() && Character.isLetterOrDigit(sql.charAt(sql.length() - 1));
            if (!inWord && quote.lookingAt()) {
                place = Place.DOLLAR_STRING;
                dollarQuote = quote.group();
                return dollarQuote.length();
            }
        }
        return 1;
    }

    /** Whether the quote that begins now has an E in front of it that is a word by itself. */
    private boolean escapes() {
        int length = sql.length();
        boolean marked = length > 0 && "eE".indexOf(sql.charAt(length - 1)) >= 0;
        return marked && (length == 1 || !joins(sql.charAt(length - 2)));
    }
}
