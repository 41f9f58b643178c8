package org.tofro.local.redshift;

import java.util.Locale;

/**
 * A piece of SQL.
 *
 * @param kind what it is
 * @param text the piece as it stands
 * @param start where it starts in the statement
 */
record Token(Kind kind, String text, int start) {
    enum Kind {
        WORD,
        QUOTED_NAME,
        STRING,
        NUMBER,
        PARAMETER,
        SYMBOL
    }

    int end() {
        return start + text.length();
    }

    /** Whether it is this unquoted word or symbol, whatever its case. */
    boolean is(String word) {
        return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equalsIgnoreCase(word);
    }

    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED_NAME;
    }

    /** The name that this identifier stands for: folded where it is not quoted. */
    String name() {
        return kind == Kind.QUOTED_NAME
                ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
                : text.toLowerCase(Locale.ROOT);
    }

    /** The value of a string literal, in which a backslash is an escape. */
    String value() {
        if (kind != Kind.STRING) {
            return text;
        }
        if (text.startsWith("$")) {
            int tag = text.indexOf('$', 1) + 1;
            return text.substring(tag, text.length() - tag);
        }
        StringBuilder value = new StringBuilder();
        for (int i = text.indexOf('\'') + 1; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (c == '\'') {
                i++;
            } else if (c == '\\' && i + 1 < text.length() - 1) {
                c = text.charAt(++i);
                c = switch (c) {
                    case 'n' -> '\n';
                    case 't' -> '\t';
                    case 'r' -> '\r';
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    default -> c;
                };
            }
            value.append(c);
        }
        return value.toString();
    }
}
