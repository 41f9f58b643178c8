package org.tofro.connect.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts SQL into words as a server's lexer does, as far as is needed to tell names and keywords from quoted text. */
public final class SqlTokens {
    private static final Pattern DOLLAR =
            Pattern.compile("\\$(?:[A-Za-z_\\x80-\\uffff][A-Za-z0-9_\\x80-\\uffff]*)?\\$");

    private final String sql;
    private final Lexis lexis;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private SqlTokens(String sql, Lexis lexis) {
        this.sql = sql;
        this.lexis = lexis;
    }

    /** Whose rules of quotes and comments hold. */
    private enum Lexis {
        POSTGRES,
        /** Names stand in backquotes, strings in either quotes, with backslashes; a hash begins a comment. */
        MYSQL
    }

    /** What a stretch of SQL is. */
    public enum Kind {
        WORD,
        QUOTED_NAME,
        STRING,
        NUMBER,
        SYMBOL
    }

    /** A stretch of SQL; words come in lower case. */
    public record Token(Kind kind, String text, int start, int end) {
        /** Whether it is that word, in lower case, or that symbol. */
        public boolean is(String word) {
            return kind != Kind.STRING && kind != Kind.QUOTED_NAME && text.equals(word);
        }

        /** Whether it may be a name. */
        public boolean isName() {
            return kind == Kind.WORD || kind == Kind.QUOTED_NAME;
        }

        /** The name that a word or a quoted name stands for. */
        public String name() {
            if (kind != Kind.QUOTED_NAME) {
                return text;
            }
            String quote = text.substring(0, 1);
            return text.substring(1, text.length() - 1).replace(quote + quote, quote);
        }
    }

    static List<Token> of(String sql) {
        return of(sql, Lexis.POSTGRES);
    }

    /** The same by MySQL's rules, as its default mode has them. */
    public static List<Token> ofMysql(String sql) {
        return of(sql, Lexis.MYSQL);
    }

    private static List<Token> of(String sql, Lexis lexis) {
        SqlTokens reading = new SqlTokens(sql, lexis);
        while (reading.skipSpace()) {
            reading.take();
        }
        return List.copyOf(reading.tokens);
    }

    private boolean skipSpace() {
        while (at < sql.length()) {
            if (Character.isWhitespace(sql.charAt(at))) {
                at++;
            } else if (isLineComment()) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else if (sql.startsWith("/*", at)) {
                skipComment();
            } else {
                return true;
            }
        }
        return false;
    }

    /** MySQL wants a blank after the two hyphens. */
    private boolean isLineComment() {
        if (lexis == Lexis.MYSQL && sql.charAt(at) == '#') {
            return true;
        }
        boolean blank = at + 2 >= sql.length() || sql.charAt(at + 2) <= ' ';
        return sql.startsWith("--", at) && (lexis == Lexis.POSTGRES || blank);
    }

    private void skipComment() {
        if (lexis == Lexis.MYSQL) {
            int end = sql.indexOf("*/", at + 2);
            at = end < 0 ? sql.length() : end + 2;
            return;
        }
        int depth = 0;
        do {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < sql.length());
    }

    private void take() {
        char c = sql.charAt(at);
        if (c == '\'' || (c == '"' && lexis == Lexis.MYSQL)) {
            add(Kind.STRING, quotedEnd(c, at + 1, lexis == Lexis.MYSQL));
        } else if (c == '`' && lexis == Lexis.MYSQL) {
            add(Kind.QUOTED_NAME, quotedEnd('`', at + 1, false));
        } else if (c == '"') {
            add(Kind.QUOTED_NAME, quotedEnd('"', at + 1, false));
        } else if (Character.isLetter(c) || c == '_' || c > 127) {
            takeWord();
        } else if (Character.isDigit(c)) {
            int end = at;
            while (end < sql.length()
                    && (Character.isLetterOrDigit(sql.charAt(end)) || "._".indexOf(sql.charAt(end)) >= 0)) {
                end++;
            }
            add(Kind.NUMBER, end);
        } else {
            Matcher dollar = DOLLAR.matcher(sql).region(at, sql.length());
            if (c == '$' && lexis == Lexis.POSTGRES && dollar.lookingAt()) {
                int close = sql.indexOf(dollar.group(), dollar.end());
                add(
                        Kind.STRING,
                        close < 0 ? sql.length() : close + dollar.group().length());
            } else {
                add(Kind.SYMBOL, at + 1);
            }
        }
    }

    private void takeWord() {
        int end = at;
        while (end < sql.length()
                && (Character.isLetterOrDigit(sql.charAt(end))
                        || "_$".indexOf(sql.charAt(end)) >= 0
                        || sql.charAt(end) > 127)) {
            end++;
        }
        String word = sql.substring(at, end).toLowerCase(Locale.ROOT);
        boolean prefix = word.equals("e") || word.equals("b") || word.equals("x") || word.equals("n");
        if (prefix && end < sql.length() && sql.charAt(end) == '\'') {
            add(Kind.STRING, quotedEnd('\'', end + 1, lexis == Lexis.MYSQL || word.equals("e")));
        } else {
            add(Kind.WORD, end);
        }
    }

    private int quotedEnd(char quote, int from, boolean backslashes) {
        int end = from;
        while (end < sql.length()) {
            char c = sql.charAt(end);
            if (c == '\\' && backslashes) {
                end += 2;
            } else if (c != quote) {
                end++;
            } else if (end + 1 < sql.length() && sql.charAt(end + 1) == quote) {
                end += 2;
            } else {
                return end + 1;
            }
        }
        return sql.length();
    }

    private void add(Kind kind, int end) {
        int stop = Math.min(end, sql.length());
        String text = sql.substring(at, stop);
        tokens.add(new Token(kind, kind == Kind.WORD ? text.toLowerCase(Locale.ROOT) : text, at, stop));
        at = stop;
    }
}
