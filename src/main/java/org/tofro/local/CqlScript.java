package org.tofro.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Parts a script of CQL into its statements: a semicolon ends one unless it stands in a string, a name or a comment. */
final class CqlScript {
    private CqlScript() {}

    /**
     * A statement without its semicolon.
     *
     * @param line in which it begins, from 1
     */
    record Statement(String text, int line) {}

    static List<Statement> read(Path script) throws IOException {
        return parse(Files.readString(script));
    }

    static List<Statement> parse(String text) {
        List<Statement> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        int line = 1;
        int begun = 1;
        int at = 0;
        while (at < text.length()) {
            int end = end(text, at);
            String token = text.substring(at, end);
            boolean comment = token.startsWith("--") || token.startsWith("//") || token.startsWith("/*");
            if (token.equals(";")) {
                add(statements, statement, begun);
            } else if (!comment) {
                if (statement.isEmpty()) {
                    begun = line;
                }
                if (!statement.isEmpty() || !token.isBlank()) {
                    statement.append(token);
                }
            }
            line += (int) token.chars().filter(c -> c == '\n').count();
            at = end;
        }
        add(statements, statement, begun);
        return statements;
    }

    private static void add(List<Statement> statements, StringBuilder statement, int begun) {
        if (!statement.toString().isBlank()) {
            statements.add(new Statement(statement.toString().strip(), begun));
        }
        statement.setLength(0);
    }

    /** Where the token that begins there ends. */
    private static int end(String text, int at) {
        char first = text.charAt(at);
        if (first == '\'' || first == '"') {
            return after(text, String.valueOf(first), at + 1);
        }
        if (text.startsWith("$$", at)) {
            return after(text, "$$", at + 2);
        }
        if (text.startsWith("/*", at)) {
            return after(text, "*/", at + 2);
        }
        if (text.startsWith("--", at) || text.startsWith("//", at)) {
            int end = text.indexOf('\n', at);
            return end < 0 ? text.length() : end;
        }
        return at + 1;
    }

    private static int after(String text, String closing, int from) {
        int end = text.indexOf(closing, from);
        return end < 0 ? text.length() : end + closing.length();
    }
}
