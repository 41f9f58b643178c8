package org.tofro.connect.jdbc.mysql;

import java.util.List;
import java.util.Set;
import org.tofro.connect.jdbc.SqlTokens;
import org.tofro.connect.jdbc.SqlTokens.Token;

/**
 * Puts names in backquotes that MySQL 8 took for words of its own ("Keywords and Reserved Words": RANK, ROWS, SYSTEM, ...), so
 * that queries which ran before run again. Only where the word cannot be the keyword; elsewhere nothing changes, so that the
 * server's own message tells.
 */
final class ReservedWords {
    /** Keywords only where a parenthesis follows. */
    private static final Set<String> FUNCTIONS = Set.of(
            "rank",
            "dense_rank",
            "percent_rank",
            "cume_dist",
            "row_number",
            "ntile",
            "lag",
            "lead",
            "first_value",
            "last_value",
            "nth_value",
            "grouping",
            "json_table");
    /** Keywords in no query, or only in stretches of windows and JSON tables. */
    private static final Set<String> OTHERS =
            Set.of("rows", "groups", "system", "function", "empty", "manual", "parallel", "library", "qualify");
    /** What follows where they are keywords. */
    private static final Set<String> AFTER = Set.of("between", "unbounded", "current", "interval", "on");
    /** What stands before where they are keywords, or a name could not be without quotes. */
    private static final Set<String> BEFORE = Set.of("on", "foreign");

    private ReservedWords() {}

    static String quoted(String sql) {
        List<Token> tokens = SqlTokens.ofMysql(sql);
        StringBuilder quoted = new StringBuilder();
        int copied = 0;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.kind() == SqlTokens.Kind.WORD && isName(tokens, i)) {
                quoted.append(sql, copied, token.start())
                        .append(Identifiers.quote(sql.substring(token.start(), token.end())));
                copied = token.end();
            }
        }
        return quoted.append(sql, copied, sql.length()).toString();
    }

    private static boolean isName(List<Token> tokens, int at) {
        String word = tokens.get(at).text();
        boolean call = at + 1 < tokens.size() && tokens.get(at + 1).is("(");
        if (FUNCTIONS.contains(word)) {
            return !call;
        }
        if (!OTHERS.contains(word) || call) {
            return false;
        }
        boolean before = at > 0 && BEFORE.stream().anyMatch(tokens.get(at - 1)::is);
        boolean number = at + 1 < tokens.size() && tokens.get(at + 1).kind() == SqlTokens.Kind.NUMBER;
        boolean after = at + 1 < tokens.size() && AFTER.stream().anyMatch(tokens.get(at + 1)::is);
        return !before && !after && !number;
    }
}
