package org.tofro.connect.cassandra;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Parts CQL into words, names, strings, numbers and signs; comments and blanks are no parts. */
final class CqlTokens {
    private CqlTokens() {}

    /**
     * A part of CQL.
     *
     * @param text as it stands there
     * @param from where it begins
     * @param to where it ends
     */
    record Token(String text, int from, int to) {
        /** Whether it is that word, in letters of any case. */
        boolean is(String word) {
            return text.equalsIgnoreCase(word);
        }

        /** Whether it names something: a word, or anything in double quotes. */
        boolean isName() {
            char first = text.charAt(0);
            return Character.isLetter(first) || first == '"';
        }

        /** The name as the server keeps it. */
        String name() {
            return text.charAt(0) == '"'
                    ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
                    : text.toLowerCase(Locale.ROOT);
        }
    }

    static List<Token> of(String cql) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < cql.length()) {
            int end = end(cql, at);
            char first = cql.charAt(at);
            boolean comment = cql.startsWith("--", at) || cql.startsWith("//", at) || cql.startsWith("/*", at);
            if (!Character.isWhitespace(first) && !comment) {
                tokens.add(new Token(cql.substring(at, end), at, end));
            }
            at = end;
        }
        return tokens;
    }

    private static int end(String cql, int at) {
        char first = cql.charAt(at);
        if (first == '\'' || first == '"') {
            return quotedEnd(cql, at, first);
        }
        if (cql.startsWith("$$", at)) {
            return after(cql, "$$", at + 2);
        }
        if (cql.startsWith("/*", at)) {
            return after(cql, "*/", at + 2);
        }
        if (cql.startsWith("--", at) || cql.startsWith("//", at)) {
            return after(cql, "\n", at + 2);
        }
        int end = at + 1;
        while (isWord(first) && end < cql.length() && isWord(cql.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int quotedEnd(String cql, int at, char quote) {
        int end = at + 1;
        while (end < cql.length()) {
            if (cql.charAt(end) != quote) {
                end++;
            } else if (end + 1 < cql.length() && cql.charAt(end + 1) == quote) {
                end += 2;
            } else {
                return end + 1;
            }
        }
        return end;
    }

    private static int after(String cql, String closing, int from) {
        int end = cql.indexOf(closing, from);
        return end < 0 ? cql.length() : end + closing.length();
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
