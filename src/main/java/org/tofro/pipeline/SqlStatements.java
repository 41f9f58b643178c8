package org.tofro.pipeline;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tofro.data.ScriptStatement.Effect;
import org.tofro.data.TableName;
import org.tofro.pipeline.SqlTokens.Token;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;

/**
 * Cuts a script into its statements and finds the tables that each reads and changes, and whether it ends the transaction
 * that it runs in. What it does not know is said to be not understood, never guessed.
 *
 * <p>What commits by itself: "Amazon Redshift Database Developer Guide", pages BEGIN, TRUNCATE, VACUUM, ALTER TABLE APPEND,
 * CREATE EXTERNAL TABLE and "Serializable isolation".
 */
final class SqlStatements {
    /** A FROM inside of these is no clause: {@code extract(year FROM day)}. */
    private static final Set<String> FUNCTIONS_WITH_FROM =
            Set.of("extract", "trim", "substring", "position", "overlay");

    /** What ends the list of tables behind FROM; a comma may also follow what a join has joined. */
    private static final Set<String> CLAUSES = Set.of(
            "where",
            "group",
            "having",
            "order",
            "limit",
            "offset",
            "union",
            "intersect",
            "except",
            "minus",
            "qualify",
            "window",
            "set",
            "when");

    /** Verbs whose tables are found here, or that touch no rows. */
    private static final Set<String> KNOWN = Set.of(
            "set", "reset", "show", "grant", "revoke", "comment", "analyze", "lock", "explain", "select", "with",
            "insert", "update", "delete", "merge", "create", "drop", "alter", "copy", "values", "table", "unload");

    private static final Set<String> ENDING =
            Set.of("begin", "start", "commit", "end", "rollback", "abort", "truncate", "vacuum", "call");

    private final List<Token> tokens;
    private final Set<TableName> own;
    private final Set<String> queries = new HashSet<>();
    private final Set<TableName> reads = new TreeSet<>();
    private final Set<TableName> writes = new TreeSet<>();
    private boolean understood = true;

    private SqlStatements(List<Token> tokens, Set<TableName> own) {
        this.tokens = tokens;
        this.own = own;
    }

    /** The script's statements, in order; quotes and comments that do not end are problems. */
    static List<SqlStatement> of(SourceText source, Problems problems) {
        SqlTokens all = new SqlTokens(source, problems);
        List<SqlStatement> statements = new ArrayList<>();
        Set<TableName> own = new HashSet<>();
        List<Token> tokens = new ArrayList<>();
        while (true) {
            Token token = all.take();
            boolean end = token.kind() == SqlTokens.Kind.END;
            if (!end && !token.is(";")) {
                tokens.add(token);
                continue;
            }
            if (!tokens.isEmpty()) {
                statements.add(new SqlStatements(List.copyOf(tokens), own).read(source));
                tokens.clear();
            }
            if (end) {
                return statements;
            }
        }
    }

    private SqlStatement read(SourceText source) {
        Token first = tokens.get(0);
        Token last = tokens.get(tokens.size() - 1);
        String verb = word(first);
        String commits = commits(verb);
        understood = KNOWN.contains(verb) || (commits != null && !verb.equals("call"));
        findQueries();
        target(verb);
        if (verb.equals("set") || verb.equals("reset")) {
            // Names without a schema then mean other tables.
            understood = !has("search_path") && !at(1, "all");
        }
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).is("from") && isClause(i)) {
                list(i + 1);
            } else if (tokens.get(i).is("join") || (tokens.get(i).is("using") && usesTable(verb, i))) {
                read(i + 1);
            }
        }
        reads.removeAll(own);
        writes.removeAll(own);
        return new SqlStatement(
                source.text().substring(first.start(), last.end()),
                source.span(first.start(), first.end()),
                first.start(),
                last.end(),
                reads,
                writes,
                understood,
                effect(verb),
                byPosition(verb),
                commits);
    }

    private Effect effect(String verb) {
        return switch (verb) {
            case "insert" -> Effect.INSERT;
            case "update" -> Effect.UPDATE;
            case "delete" -> Effect.DELETE;
            case "merge" -> Effect.MERGE;
            case "with" -> insertion() > 0 ? Effect.INSERT : Effect.OTHER;
            default -> Effect.OTHER;
        };
    }

    /** The place behind INSERT INTO; 0 where there is none. */
    private int insertion() {
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).is("insert") && at(i + 1, "into")) {
                return i + 2;
            }
        }
        return 0;
    }

    /** The table that an INSERT without a list of columns fills, if it is not the script's own. */
    private @Nullable TableName byPosition(String verb) {
        if (verb.equals("merge")) {
            int insert = after("insert");
            Named named = named(after("into"));
            return insert == 0 || at(insert, "(") || named == null || own.contains(named.table())
                    ? null
                    : named.table();
        }
        Named named = verb.equals("insert") || verb.equals("with") ? named(insertion()) : null;
        if (named == null || own.contains(named.table()) || at(named.end(), "default")) {
            return null;
        }
        int inside = named.end() + 1;
        boolean columns = at(named.end(), "(") && !at(inside, "select") && !at(inside, "with") && !at(inside, "(");
        return columns ? null : named.table();
    }

    private @Nullable String commits(String verb) {
        if (ENDING.contains(verb)) {
            return verb.toUpperCase(Locale.ROOT);
        }
        if (verb.equals("alter") && has("append")) {
            return "ALTER TABLE APPEND";
        }
        boolean outside = (verb.equals("create") || verb.equals("drop"))
                && tokens.size() > 1
                && (tokens.get(1).is("external")
                        || tokens.get(1).is("database")
                        || tokens.get(1).is("library"));
        return outside
                ? verb.toUpperCase(Locale.ROOT) + " " + tokens.get(1).text().toUpperCase(Locale.ROOT)
                : null;
    }

    private static String word(Token token) {
        return token.text().toLowerCase(Locale.ROOT);
    }

    private boolean has(String word) {
        return tokens.stream().anyMatch(token -> token.is(word));
    }

    /** Names that WITH gives to queries: {@code WITH a AS (...), b (x) AS (...)}. */
    private void findQueries() {
        if (!has("with")) {
            return;
        }
        for (int i = 1; i + 1 < tokens.size(); i++) {
            boolean named = tokens.get(i).is("as") && tokens.get(i + 1).is("(");
            if (named) {
                int before = i - 1;
                if (tokens.get(before).is(")")) {
                    before = opening(before) - 1;
                }
                if (before > 0 && tokens.get(before).isName()) {
                    queries.add(tokens.get(before).name());
                }
            }
        }
    }

    private int opening(int closing) {
        int depth = 0;
        for (int i = closing; i >= 0; i--) {
            depth += tokens.get(i).is(")") ? 1 : tokens.get(i).is("(") ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return 0;
    }

    /** The table that the statement changes. */
    private void target(String verb) {
        switch (verb) {
            case "insert", "merge" -> write(after("into"));
            case "update" -> write(1);
            case "delete" -> write(at(1, "from") ? 2 : 1);
            case "truncate" -> write(at(1, "table") ? 2 : 1);
            case "copy" -> write(1);
            case "alter" -> alter();
            case "create" -> create();
            case "drop" -> drop();
            case "select", "with" -> into();
            case "unload" -> understood = false;
            case "grant", "revoke" -> granted();
            case "comment" -> commented();
            case "analyze", "lock" -> listed(at(1, "table") || at(1, "verbose") ? 2 : 1);
            default -> {
                // It changes no table.
            }
        }
    }

    /** Who may do what with a table; it has to be there, as if it were read. */
    private void granted() {
        int on = after("on");
        if (on == 0 || at(on, "schema") || at(on, "database") || at(on, "language") || at(on, "function")) {
            return;
        }
        if (at(on, "all")) {
            understood = false;
        } else {
            listed(at(on, "table") ? on + 1 : on);
        }
    }

    private void commented() {
        int object = after("on");
        boolean table = at(object, "table") || at(object, "view");
        if (table || at(object, "column")) {
            // A column's name has one part more.
            int dots = at(object + 2, ".") && at(object + 4, ".") ? object + 4 : object + 2;
            Named named = table ? named(object + 1) : new SqlStatements(tokens.subList(0, dots), own).named(object + 1);
            if (named != null) {
                reads.add(named.table());
            }
        }
    }

    /** Names of tables with commas between them. */
    private void listed(int place) {
        for (Named named = named(place); named != null; named = at(named.end(), ",") ? named(named.end() + 1) : null) {
            reads.add(named.table());
        }
    }

    private void alter() {
        if (at(1, "table")) {
            write(2);
            if (has("append") && has("from")) {
                write(after("from"));
            }
        } else {
            understood = false;
        }
    }

    private void create() {
        int at = 1;
        boolean temporary = false;
        while (at < tokens.size()
                && !tokens.get(at).is("table")
                && !tokens.get(at).is("view")) {
            temporary |= tokens.get(at).is("temp") || tokens.get(at).is("temporary");
            boolean known = temporary || at(at, "or") || at(at, "replace") || at(at, "local") || at(at, "materialized");
            if (!known) {
                understood = at(at, "schema");
                return;
            }
            at++;
        }
        at++;
        while (at(at, "if") || at(at, "not") || at(at, "exists")) {
            at++;
        }
        Named named = named(at);
        if (named == null) {
            understood = false;
        } else if (temporary) {
            own.add(named.table());
        } else {
            writes.add(named.table());
        }
    }

    private void drop() {
        if (!at(1, "table") && !at(1, "view") && !at(1, "materialized")) {
            understood = at(1, "schema") && !has("cascade");
            return;
        }
        int at = at(1, "materialized") ? 3 : 2;
        while (at(at, "if") || at(at, "exists")) {
            at++;
        }
        for (Named named = named(at); named != null; named = at(named.end(), ",") ? named(named.end() + 1) : null) {
            writes.add(named.table());
        }
    }

    /** {@code SELECT ... INTO [TEMP] table}. */
    private void into() {
        int into = after("into");
        if (into <= 1) {
            return;
        }
        boolean temporary = at(into, "temp") || at(into, "temporary");
        Named named = named(temporary || at(into, "table") ? into + 1 : into);
        if (named != null) {
            (temporary ? own : writes).add(named.table());
        }
    }

    private void write(int place) {
        Named named = named(place);
        if (named == null) {
            understood = false;
        } else {
            writes.add(named.table());
        }
    }

    /** The place behind the first such word; 0 where there is none. */
    private int after(String word) {
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).is(word)) {
                return i + 1;
            }
        }
        return 0;
    }

    private boolean at(int place, String word) {
        return place < tokens.size() && tokens.get(place).is(word);
    }

    /** Whether the FROM at that place begins a list of tables to read. */
    private boolean isClause(int place) {
        if (place > 0
                && (tokens.get(place - 1).is("distinct")
                        || tokens.get(place - 1).is("delete"))) {
            return false;
        }
        boolean copies = tokens.get(0).is("copy") || (tokens.get(0).is("alter") && has("append"));
        if (copies || tokens.get(0).is("show") || tokens.get(0).is("revoke")) {
            return false;
        }
        int depth = 0;
        for (int i = place - 1; i >= 0; i--) {
            depth += tokens.get(i).is(")") ? 1 : tokens.get(i).is("(") ? -1 : 0;
            if (depth < 0) {
                return i == 0 || !FUNCTIONS_WITH_FROM.contains(word(tokens.get(i - 1)));
            }
        }
        return true;
    }

    /** USING names a table in MERGE and DELETE, and columns in a join. */
    private boolean usesTable(String verb, int place) {
        return (verb.equals("merge") || verb.equals("delete")) && !at(place + 1, "(");
    }

    /** Tables behind FROM, with commas between them. */
    private void list(int place) {
        int at = read(place);
        int depth = 0;
        while (at < tokens.size()) {
            Token token = tokens.get(at);
            if (token.is("(")) {
                depth++;
            } else if (token.is(")")) {
                depth--;
            }
            if (depth < 0 || (depth == 0 && CLAUSES.contains(word(token)))) {
                return;
            }
            if (depth == 0 && token.is(",")) {
                at = read(at + 1);
            } else {
                at++;
            }
        }
    }

    /** The table at that place, if a table is there; returns where to go on. */
    private int read(int place) {
        int at = place;
        while (at(at, "only") || at(at, "lateral")) {
            at++;
        }
        Named named = named(at);
        if (named == null) {
            // A query in brackets, whose own FROM is found by itself; or what is no name.
            understood &= at(at, "(");
            return at;
        }
        boolean function = at(named.end(), "(");
        if (function) {
            // A function may read whatever it likes.
            understood = false;
        } else if (named.table().schema() != null
                || !queries.contains(named.table().name())) {
            reads.add(named.table());
        }
        return named.end();
    }

    private record Named(TableName table, int end) {}

    private @Nullable Named named(int place) {
        if (place <= 0 || place >= tokens.size()) {
            return null;
        }
        int at = place;
        String hash = "";
        if (tokens.get(at).is("#")) {
            hash = "#";
            at++;
        }
        if (at >= tokens.size() || !tokens.get(at).isName()) {
            return null;
        }
        String first = hash + tokens.get(at).name();
        if (at(at + 1, ".") && at + 2 < tokens.size() && tokens.get(at + 2).isName()) {
            // A third part names another database, which reads nothing of ours.
            return at(at + 3, ".")
                    ? null
                    : new Named(TableName.of(first, tokens.get(at + 2).name()), at + 3);
        }
        if (!hash.isEmpty()) {
            own.add(new TableName(null, first));
        }
        return new Named(new TableName(null, first), at + 1);
    }
}
