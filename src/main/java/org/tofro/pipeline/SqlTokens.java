package org.tofro.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;
import org.tofro.problem.Span;

/** SQL text as words, quoted names, literals and signs, comments left out. */
final class SqlTokens {
    private static final Pattern TOKEN = Pattern.compile("""
            (?<space>\\s+|--[^\\n]*)\
            |(?<comment>/\\*)\
            |(?<word>[\\p{L}_][\\p{L}\\p{N}_$]*)\
            |(?<quoted>"(?:[^"]++|"")*+")\
            |(?<literal>'(?:[^'\\\\]++|''|\\\\.)*+'|[0-9][0-9.]*)\
            |(?<open>["'])\
            |(?<dollar>\\$(?:[\\p{L}_][\\p{L}\\p{N}_]*)?\\$)\
            |(?<sign>::|.)""", Pattern.DOTALL);

    private final SourceText source;
    private final Problems problems;
    private final List<Token> tokens = new ArrayList<>();
    private int next;

    SqlTokens(SourceText source, Problems problems) {
        this.source = source;
        this.problems = problems;
        split();
    }

    /** What a token is. */
    enum Kind {
        WORD,
        QUOTED,
        LITERAL,
        SIGN,
        END
    }

    /** One token and where it stands, in chars. */
    record Token(Kind kind, String text, int start, int end) {
        /** Whether it is this keyword or sign. */
        boolean is(String expected) {
            return (kind == Kind.WORD || kind == Kind.SIGN) && text.equalsIgnoreCase(expected);
        }

        /** Whether it names something. */
        boolean isName() {
            return kind == Kind.WORD || kind == Kind.QUOTED;
        }

        /** The name that it is, as the database folds it. */
        String name() {
            return kind == Kind.QUOTED
                    ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
                    : text.toLowerCase(Locale.ROOT);
        }
    }

    private void split() {
        String text = source.text();
        Matcher token = TOKEN.matcher(text);
        int at = 0;
        while (at < text.length() && token.find(at)) {
            int end = token.end();
            if (token.group("comment") != null) {
                end = commentEnd(text, at);
            } else if (token.group("open") != null) {
                problems.add(source.span(at, at + 1), "the quote that begins here does not end");
                end = text.length();
            } else if (token.group("dollar") != null) {
                end = dollarEnd(text, token.group("dollar"), at);
                tokens.add(new Token(Kind.LITERAL, text.substring(at, end), at, end));
            } else if (token.group("space") == null) {
                tokens.add(new Token(kind(token), token.group(), at, end));
            }
            at = end;
        }
        tokens.add(new Token(Kind.END, "the end of the file", text.length(), text.length()));
    }

    /** Comments nest, as in PostgreSQL. */
    private int commentEnd(String text, int start) {
        int depth = 0;
        for (int at = start; at < text.length() - 1; at++) {
            if (text.startsWith("/*", at)) {
                depth++;
                at++;
            } else if (text.startsWith("*/", at)) {
                depth--;
                at++;
                if (depth == 0) {
                    return at + 1;
                }
            }
        }
        problems.add(source.span(start, start + 2), "the comment that begins here does not end");
        return text.length();
    }

    /** A string between two equal signs such as {@code $$}, in which nothing else means anything. */
    private int dollarEnd(String text, String sign, int start) {
        int end = text.indexOf(sign, start + sign.length());
        if (end < 0) {
            problems.add(source.span(start, start + sign.length()), "the quote that begins here does not end");
            return text.length();
        }
        return end + sign.length();
    }

    private static Kind kind(Matcher token) {
        if (token.group("word") != null) {
            return Kind.WORD;
        }
        if (token.group("quoted") != null) {
            return Kind.QUOTED;
        }
        return token.group("literal") != null ? Kind.LITERAL : Kind.SIGN;
    }

    /** Every token of the text, the end left out. */
    List<Token> all() {
        return List.copyOf(tokens.subList(0, tokens.size() - 1));
    }

    Token peek() {
        return tokens.get(next);
    }

    Token take() {
        Token token = tokens.get(next);
        next = Math.min(next + 1, tokens.size() - 1);
        return token;
    }

    /** Takes these keywords or signs if they come next, all of them or none. */
    boolean takeIf(String... expected) {
        for (int i = 0; i < expected.length; i++) {
            if (next + i >= tokens.size() || !tokens.get(next + i).is(expected[i])) {
                return false;
            }
        }
        next += expected.length;
        return true;
    }

    boolean atEnd() {
        return peek().kind() == Kind.END;
    }

    Span span(Token token) {
        return source.span(token.start(), token.end());
    }

    /** The text from the beginning of one token to the end of another, spaces and comments between them made one space. */
    String text(int first, int last) {
        StringBuilder text = new StringBuilder();
        for (int i = first; i < last; i++) {
            Token token = tokens.get(i);
            boolean apart = i > first && token.start() > tokens.get(i - 1).end();
            text.append(apart ? " " : "").append(token.text());
        }
        return text.toString();
    }

    int position() {
        return next;
    }
}
