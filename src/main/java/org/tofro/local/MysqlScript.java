package org.tofro.local;

import java.util.ArrayList;
import java.util.List;

/** Cuts a script into MySQL's statements; there is no DELIMITER, so a procedure's body is a single statement. */
final class MysqlScript {
    /**
     * One statement.
     *
     * @param line where it begins
     */
    record Statement(String sql, int line) {}

    private final String text;
    private int at;

    private MysqlScript(String text) {
        this.text = text;
    }

    static List<Statement> statements(String text) {
        return new MysqlScript(text).cut();
    }

    private List<Statement> cut() {
        List<Statement> statements = new ArrayList<>();
        int start = -1;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (skipped()) {
                continue;
            }
            if (c == ';') {
                add(statements, start, at);
                start = -1;
            } else if (start < 0 && !Character.isWhitespace(c)) {
                start = at;
            }
            if (c == '\'' || c == '"' || c == '`') {
                quoted(c);
            } else {
                at++;
            }
        }
        add(statements, start, text.length());
        return statements;
    }

    private void add(List<Statement> statements, int start, int end) {
        if (start >= 0) {
            int line = 1
                    + (int) text.substring(0, start)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            statements.add(new Statement(text.substring(start, end).strip(), line));
        }
    }

    /** Skips a comment; those with an exclamation mark are statements to MySQL. */
    private boolean skipped() {
        boolean dashes =
                text.startsWith("--", at) && (at + 2 == text.length() || Character.isWhitespace(text.charAt(at + 2)));
        if (dashes || text.charAt(at) == '#') {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end + 1;
            return true;
        }
        if (text.startsWith("/*", at) && !text.startsWith("/*!", at)) {
            int end = text.indexOf("*/", at + 2);
            at = end < 0 ? text.length() : end + 2;
            return true;
        }
        return false;
    }

    private void quoted(char quote) {
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' && quote != '`') {
                at++;
            } else if (c == quote) {
                at++;
                return; // a doubled mark opens the next piece at once
            }
        }
    }
}
