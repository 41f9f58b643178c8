package org.tofro.connect.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.SqlTokens.Token;
import org.tofro.data.SqlScript;

/** The one query that an extract takes. */
public final class SingleQuery {
    private SingleQuery() {}

    /**
     * The query without the semicolon that may end it.
     *
     * @param script what the user wrote
     * @param words its tokens, in the source's own dialect
     * @throws ExtractException where there is no query, or more than one
     */
    public static String of(SqlScript script, List<Token> words) {
        List<Token> tokens = new ArrayList<>(words);
        int end = script.text().length();
        while (!tokens.isEmpty() && tokens.get(tokens.size() - 1).is(";")) {
            end = tokens.remove(tokens.size() - 1).start();
        }
        if (tokens.isEmpty()) {
            throw ExtractException.permanent(script.origin() + ": the query is empty");
        }
        if (tokens.stream().anyMatch(token -> token.is(";"))) {
            throw ExtractException.permanent(script.origin() + ": an extract takes one query, not several");
        }
        return script.text().substring(0, end);
    }
}
