package org.tofro.local.redshift;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One SQL statement cut into its tokens, comments and white space left out.
 *
 * @param text the statement as the client wrote it
 * @param tokens its tokens
 */
record Statement(String text, List<Token> tokens) {
    private static final Token END = new Token(Token.Kind.SYMBOL, "", Integer.MAX_VALUE / 2);
    private static final String OPERATORS = "+-*/<>=~!@#%^&|`?:";

    /** Cuts SQL at its semicolons; empty statements are left out. */
    static List<Statement> split(String sql) throws RedshiftException {
        List<Statement> statements = new ArrayList<>();
        List<Token> tokens = new ArrayList<>();
        int start = 0;
        for (Token token : tokenize(sql)) {
            if (token.is(";")) {
                add(statements, sql.substring(start, token.start()), tokens, start);
                start = token.end();
                tokens = new ArrayList<>();
            } else {
                tokens.add(token);
            }
        }
        add(statements, sql.substring(start), tokens, start);
        return statements;
    }

    private static void add(List<Statement> statements, String text, List<Token> tokens, int offset) {
        if (!tokens.isEmpty()) {
            statements.add(new Statement(
                    text,
                    tokens.stream()
                            .map(token -> new Token(token.kind(), token.text(), token.start() - offset))
                            .toList()));
        }
    }

    private static List<Token> tokenize(String sql) throws RedshiftException {
        List<Token> tokens = new ArrayList<>();
        int length = sql.length();
        for (int i = 0; i < length; ) {
            char c = sql.charAt(i);
            if (Character.isWhitespace(c)) {
                i++;
                continue;
            }
            if (sql.startsWith("--", i)) {
                int end = sql.indexOf('\n', i);
                i = end < 0 ? length : end + 1;
                continue;
            }
            if (sql.startsWith("/*", i)) {
                i = endOfComment(sql, i);
                continue;
            }
            Token.Kind kind;
            int end;
            if (c == '\'' || ((c == 'e' || c == 'E') && sql.startsWith("'", i + 1))) {
                kind = Token.Kind.STRING;
                end = endOfString(sql, c == '\'' ? i : i + 1);
            } else if (c == '"') {
                kind = Token.Kind.QUOTED_NAME;
                end = endOfQuotedName(sql, i);
            } else if (c == '$' && i + 1 < length && Character.isDigit(sql.charAt(i + 1))) {
                kind = Token.Kind.PARAMETER;
                end = i + 1;
                while (end < length && Character.isDigit(sql.charAt(end))) {
                    end++;
                }
            } else if (c == '$') {
                kind = Token.Kind.STRING;
                end = endOfDollarQuote(sql, i);
            } else if (Character.isDigit(c) || (c == '.' && i + 1 < length && Character.isDigit(sql.charAt(i + 1)))) {
                kind = Token.Kind.NUMBER;
                end = endOfNumber(sql, i);
            } else if (isNameStart(c)) {
                kind = Token.Kind.WORD;
                end = i + 1;
                while (end < length && isNamePart(sql.charAt(end))) {
                    end++;
                }
            } else {
                kind = Token.Kind.SYMBOL;
                end = i + 1;
                if (OPERATORS.indexOf(c) >= 0) {
                    while (end < length
                            && OPERATORS.indexOf(sql.charAt(end)) >= 0
                            && !sql.startsWith("--", end)
                            && !sql.startsWith("/*", end)) {
                        end++;
                    }
                }
            }
            tokens.add(new Token(kind, sql.substring(i, end), i));
            i = end;
        }
        return tokens;
    }

    private static boolean isNameStart(char c) {
        return Character.isLetter(c) || c == '_' || c > 127;
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || Character.isDigit(c) || c == '$';
    }

    private static int endOfComment(String sql, int start) throws RedshiftException {
        int depth = 0;
        for (int i = start; i < sql.length() - 1; i++) {
            if (sql.startsWith("/*", i)) {
                depth++;
                i++;
            } else if (sql.startsWith("*/", i)) {
                i++;
                if (--depth == 0) {
                    return i + 1;
                }
            }
        }
        throw RedshiftException.syntax("unterminated /* comment");
    }

    private static int endOfString(String sql, int start) throws RedshiftException {
        for (int i = start + 1; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '\'') {
                if (!sql.startsWith("'", i + 1)) {
                    return i + 1;
                }
                i++;
            }
        }
        throw RedshiftException.syntax("unterminated quoted string");
    }

    private static int endOfQuotedName(String sql, int start) throws RedshiftException {
        for (int i = start + 1; i < sql.length(); i++) {
            if (sql.charAt(i) == '"') {
                if (!sql.startsWith("\"", i + 1)) {
                    return i + 1;
                }
                i++;
            }
        }
        throw RedshiftException.syntax("unterminated quoted identifier");
    }

    private static int endOfDollarQuote(String sql, int start) throws RedshiftException {
        int tagEnd = start + 1;
        while (tagEnd < sql.length() && isNamePart(sql.charAt(tagEnd)) && sql.charAt(tagEnd) != '$') {
            tagEnd++;
        }
        if (!sql.startsWith("$", tagEnd)) {
            throw RedshiftException.syntax("syntax error at or near \"$\"");
        }
        String tag = sql.substring(start, tagEnd + 1);
        int end = sql.indexOf(tag, tagEnd + 1);
        if (end < 0) {
            throw RedshiftException.syntax("unterminated dollar-quoted string");
        }
        return end + tag.length();
    }

    private static int endOfNumber(String sql, int start) {
        int end = start;
        while (end < sql.length() && (Character.isDigit(sql.charAt(end)) || sql.charAt(end) == '.')) {
            end++;
        }
        if (end < sql.length() && Character.toLowerCase(sql.charAt(end)) == 'e') {
            int exponent = end + 1;
            if (exponent < sql.length() && "+-".indexOf(sql.charAt(exponent)) >= 0) {
                exponent++;
            }
            int digits = exponent;
            while (exponent < sql.length() && Character.isDigit(sql.charAt(exponent))) {
                exponent++;
            }
            return exponent > digits ? exponent : end;
        }
        return end;
    }

    /** The token at this place, or an empty one behind the last. */
    Token at(int index) {
        return index >= 0 && index < tokens.size() ? tokens.get(index) : END;
    }

    /** Whether these words or symbols stand here one after the other. */
    boolean has(int index, String... words) {
        for (int i = 0; i < words.length; i++) {
            if (!at(index + i).is(words[i])) {
                return false;
            }
        }
        return true;
    }

    /** Where these words stand first from here on, or -1. */
    int find(int from, String... words) {
        for (int i = from; i < tokens.size(); i++) {
            if (has(i, words)) {
                return i;
            }
        }
        return -1;
    }

    /** Where one of these words stands first outside of all parentheses from here on, or -1. */
    int findOutside(int from, Set<String> words) {
        int depth = 0;
        for (int i = from; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.is("(")) {
                depth++;
            } else if (token.is(")")) {
                depth--;
            } else if (depth == 0
                    && token.kind() == Token.Kind.WORD
                    && words.contains(token.text().toUpperCase(Locale.ROOT))) {
                return i;
            }
        }
        return -1;
    }

    /** The place of the parenthesis that closes the one that opens here. */
    int closing(int open) throws RedshiftException {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            if (tokens.get(i).is("(")) {
                depth++;
            } else if (tokens.get(i).is(")") && --depth == 0) {
                return i;
            }
        }
        throw RedshiftException.syntax("syntax error at end of input");
    }

    /** Where the arguments in these parentheses start; the last entry is one behind the closing parenthesis. */
    List<Integer> arguments(int open) throws RedshiftException {
        List<Integer> starts = new ArrayList<>();
        int close = closing(open);
        int depth = 0;
        starts.add(open + 1);
        for (int i = open + 1; i < close; i++) {
            if (tokens.get(i).is("(")) {
                depth++;
            } else if (tokens.get(i).is(")")) {
                depth--;
            } else if (depth == 0 && tokens.get(i).is(",")) {
                starts.add(i + 1);
            }
        }
        starts.add(close + 1);
        return starts;
    }

    /** One behind the last token of the (possibly qualified) name that starts here. */
    int endOfName(int start) throws RedshiftException {
        int i = start;
        while (true) {
            if (!at(i).isName()) {
                throw RedshiftException.syntax("syntax error at or near \"%s\"".formatted(at(i).text()));
            }
            i++;
            if (!at(i).is(".")) {
                return i;
            }
            i++;
        }
    }

    /** The text of the tokens from here to there, the latter left out. */
    String text(int from, int to) {
        return from >= to ? "" : text.substring(at(from).start(), at(to - 1).end());
    }

    /** The same statement with other words; its tokens are cut anew. */
    static Statement of(String sql) throws RedshiftException {
        List<Statement> statements = split(sql);
        return statements.isEmpty() ? new Statement(sql, List.of()) : statements.get(0);
    }
}
