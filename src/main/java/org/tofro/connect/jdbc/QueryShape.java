package org.tofro.connect.jdbc;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.SqlTokens.Kind;
import org.tofro.connect.jdbc.SqlTokens.Token;

/**
 * A query of the form {@code SELECT ... FROM table [[AS] alias] [WHERE ...]}: the only form that is ever split, because
 * each of its rows comes from one row of the table and from nothing else.
 *
 * @param table the table as the query spells it
 * @param qualifier what stands before a column's name: the alias, or else the table's own name
 * @param tableEnd where the table and its alias end
 * @param conditionStart where the condition begins, after WHERE; -1 where there is none
 * @param functions lower-case names of everything that is called
 * @param members names that stand after a dot outside of FROM
 */
public record QueryShape(
        String table, String qualifier, int tableEnd, int conditionStart, Set<String> functions, Set<String> members) {
    /** Words that make a row depend on other rows, other tables or the moment; the reason as a reader sees it. */
    private static final Map<String, String> OBSTACLES = Map.ofEntries(
            Map.entry("with", "WITH"),
            Map.entry("join", "a join"),
            Map.entry("lateral", "a join"),
            Map.entry("union", "UNION"),
            Map.entry("intersect", "INTERSECT"),
            Map.entry("except", "EXCEPT"),
            Map.entry("distinct", "DISTINCT"),
            Map.entry("group", "GROUP BY"),
            Map.entry("having", "HAVING"),
            Map.entry("window", "a window"),
            Map.entry("over", "a window"),
            Map.entry("order", "ORDER BY"),
            Map.entry("limit", "LIMIT"),
            Map.entry("offset", "OFFSET"),
            Map.entry("fetch", "FETCH"),
            Map.entry("for", "FOR"),
            Map.entry("into", "INTO"),
            Map.entry("tablesample", "TABLESAMPLE"),
            Map.entry("current_timestamp", "the current time"),
            Map.entry("current_time", "the current time"),
            Map.entry("current_date", "the current time"),
            Map.entry("localtime", "the current time"),
            Map.entry("localtimestamp", "the current time"));

    private static final Set<String> TIME_TYPES = Set.of("date", "time", "timetz", "timestamp", "timestamptz");
    private static final Set<String> MOMENTS = Set.of("now", "today", "tomorrow", "yesterday");

    /** Why a query does not have this form, or null. */
    public static @Nullable String obstacle(List<Token> tokens) {
        if (tokens.isEmpty() || !tokens.get(0).is("select")) {
            return "it does not begin with SELECT";
        }
        if (count(tokens, "select") > 1) {
            return "it has a query inside";
        }
        if (count(tokens, "from") != 1) {
            return "its FROM clause was not understood";
        }
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean member = i > 0 && tokens.get(i - 1).is(".");
            String word = token.kind() == Kind.WORD && !member ? OBSTACLES.get(token.text()) : null;
            if (word != null) {
                return "it has " + word;
            }
        }
        return moment(tokens);
    }

    /** What of a query's text may mean the current time, which the server would not show as such; or null. */
    static @Nullable String moment(List<Token> tokens) {
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.kind() == Kind.STRING
                    && MOMENTS.stream().anyMatch(token.text().toLowerCase(Locale.ROOT)::contains)) {
                return "one of its strings may mean the current time";
            }
            boolean cast =
                    i > 0 && (tokens.get(i - 1).is(":") || tokens.get(i - 1).is("as"));
            if (token.kind() == Kind.WORD && cast && TIME_TYPES.contains(token.text())) {
                return "it has a cast to %s, which may mean the current time".formatted(token.text());
            }
        }
        return null;
    }

    private static long count(List<Token> tokens, String word) {
        return tokens.stream().filter(token -> token.is(word)).count();
    }

    /** The form of a query without an obstacle; null where what follows FROM is more than one table. */
    public static @Nullable QueryShape of(String sql, List<Token> tokens) {
        int from = IntStream.range(0, tokens.size())
                .filter(i -> tokens.get(i).is("from"))
                .findFirst()
                .orElseThrow();
        int at = from + 1;
        if (!nameAt(tokens, at)) {
            return null;
        }
        int last = at++;
        if (at + 1 < tokens.size() && tokens.get(at).is(".") && nameAt(tokens, at + 1)) {
            last = at + 1;
            at += 2;
        }
        String table =
                sql.substring(tokens.get(from + 1).start(), tokens.get(last).end());
        if (at < tokens.size() && tokens.get(at).is("as")) {
            at++;
        }
        if (nameAt(tokens, at) && !tokens.get(at).is("where")) {
            last = at++;
        }
        int rest = at;
        boolean where = at < tokens.size() && tokens.get(at).is("where");
        if (at < tokens.size() && !where) {
            return null;
        }
        Set<String> functions = IntStream.range(0, tokens.size() - 1)
                .filter(i -> tokens.get(i).isName() && tokens.get(i + 1).is("("))
                .mapToObj(i -> tokens.get(i).name())
                .collect(Collectors.toSet());
        Set<String> members = IntStream.range(1, tokens.size())
                .filter(i -> tokens.get(i - 1).is(".") && tokens.get(i).isName() && (i < from || i >= rest))
                .mapToObj(i -> tokens.get(i).name())
                .collect(Collectors.toSet());
        return new QueryShape(
                table,
                sql.substring(tokens.get(last).start(), tokens.get(last).end()) + ".",
                tokens.get(last).end(),
                where ? tokens.get(at).end() : -1,
                functions,
                members);
    }

    private static boolean nameAt(List<Token> tokens, int at) {
        return at < tokens.size() && tokens.get(at).isName();
    }
}
