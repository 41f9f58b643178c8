package org.tofro.connect.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.SqlTokens.Token;

/**
 * Whether every session of one snapshot gets the same rows from a query, so that each may take a part of them. What
 * depends on the moment, on chance or on the order in which rows happen to come is doubted.
 */
final class SameRows {
    /** Steps of a plan that give the same rows whatever the order in which theirs come. */
    private static final Pattern STEADY = Pattern.compile(
            "(?:Parallel )?(?:Seq Scan|Index Scan|Index Only Scan|Bitmap Heap Scan"
                    + "|Bitmap Index Scan|BitmapOr|BitmapAnd|Tid Scan|Tid Range Scan|Append|Merge Append|Nested Loop|Hash|Merge Join"
                    + "|Hash Join|(?:Nested Loop|Hash|Merge) (?:Left|Right|Full|Semi|Anti|Right Semi|Right Anti)(?: Join)?|Sort"
                    + "|Incremental Sort|Materialize|Memoize|Subquery Scan|CTE Scan|Result|Values Scan)(?: Backward)?(?: using .*| on .*)?");

    private static final Set<String> MOMENTS =
            Set.of("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp");

    /** Built in and stable: they read settings, which are the same in all sessions of an extract, and not the clock. */
    private static final String STEADY_FUNCTIONS =
            "{to_char,to_number,to_date,to_timestamp,date_trunc,date_part,extract,timezone,"
                    + "concat,concat_ws,format,array_to_string,to_json,to_jsonb,row_to_json,array_to_json,json_build_object,"
                    + "jsonb_build_object,json_build_array,jsonb_build_array,make_timestamptz}";

    private static final String CHANGING_FUNCTION = """
            SELECT min(proname) FROM pg_catalog.pg_proc
            WHERE proname = ANY (?) AND provolatile <> 'i'
              AND NOT (provolatile = 's' AND oid < 16384 AND proname = ANY (?::name[]))
            """;

    /** Operators and casts look like nothing special in a query's text; the built-in ones are never volatile. */
    private static final String VOLATILE_OPERATOR = """
            SELECT EXISTS (
                SELECT FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
                WHERE o.oid >= 16384 AND p.provolatile = 'v'
            ) OR EXISTS (
                SELECT FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
                WHERE c.oid >= 16384 AND p.provolatile = 'v'
            )
            """;

    private SameRows() {}

    /** What of these functions, or of the database's own operators, may differ from session to session; or null. */
    static @Nullable String doubt(PostgresSession session, Collection<String> functions) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(CHANGING_FUNCTION)) {
            statement.setArray(1, session.connection().createArrayOf("name", functions.toArray()));
            statement.setString(2, STEADY_FUNCTIONS);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (row.getString(1) != null) {
                    return "the function %s may give another result in another session".formatted(row.getString(1));
                }
            }
        }
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(VOLATILE_OPERATOR)) {
            row.next();
            return row.getBoolean(1) ? "the database has volatile operators or casts" : null;
        }
    }

    /** The same of all that the server would do for the query, the views that it reads from included; or null. */
    static @Nullable String doubt(PostgresSession session, String query) throws SQLException {
        List<String> functions = new ArrayList<>();
        try (Statement statement = session.statement()) {
            statement.execute("SET LOCAL max_parallel_workers_per_gather = 0");
            try (ResultSet plan = statement.executeQuery("EXPLAIN (VERBOSE, COSTS OFF)\n" + query)) {
                for (boolean first = true; plan.next(); first = false) {
                    String line = plan.getString(1).strip();
                    String step = line.startsWith("->") ? line.substring(2).strip() : first ? line : null;
                    if (step != null && !STEADY.matcher(step).matches()) {
                        return "the server plans it with a step that may differ from session to session: "
                                + step.replaceFirst(" (on|using) .*", "");
                    }
                    String moment = step == null ? calls(line, functions) : null;
                    if (moment != null) {
                        return "it depends on " + moment;
                    }
                }
            }
            statement.execute("SET LOCAL max_parallel_workers_per_gather TO DEFAULT");
        }
        return doubt(session, functions);
    }

    /** Notes the functions that a line of the plan calls; returns a word that means the moment, or null. */
    private static @Nullable String calls(String line, List<String> functions) {
        List<Token> tokens = SqlTokens.of(line);
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.kind() == SqlTokens.Kind.WORD && MOMENTS.contains(token.text())) {
                return token.text();
            }
            if (token.isName() && i + 1 < tokens.size() && tokens.get(i + 1).is("(")) {
                functions.add(token.name());
            }
        }
        return null;
    }
}
