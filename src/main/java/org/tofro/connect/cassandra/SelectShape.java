package org.tofro.connect.cassandra;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.CqlTokens.Token;

/**
 * A SELECT whose rows come whole from single partitions, so that it can be asked for one range of tokens after another.
 *
 * @param selectors the select list, as written
 * @param keyspace the keyspace that it names, or null
 * @param table the table
 * @param where its conditions as written, or null
 * @param perPartition what stands behind PER PARTITION LIMIT, or null
 * @param filtering whether it says ALLOW FILTERING
 */
public record SelectShape(
        String selectors,
        @Nullable String keyspace,
        String table,
        @Nullable String where,
        @Nullable String perPartition,
        boolean filtering)
        implements Serializable {
    private static final Set<String> AGGREGATES =
            Set.of("count", "sum", "avg", "min", "max", "max_writetime", "collection_count");
    private static final Set<String> CLAUSES = Set.of("where", "group", "order", "per", "limit", "allow");

    /** What makes a SELECT of another shape, in words for a user. */
    public static final class Refused extends Exception {
        Refused(String message) {
            super(message);
        }
    }

    /** Reads a SELECT. */
    public static SelectShape parse(String cql) throws Refused {
        return new Parser(cql).read();
    }

    /** What is wrong with conditions that a step gives by themselves; null where nothing is. */
    public static @Nullable String problemOf(String where) {
        try {
            new Parser(where).conditions(0);
            return null;
        } catch (Refused e) {
            return e.getMessage();
        }
    }

    /** Whether the conditions name a column of the partition key: then the server reads these partitions alone. */
    static boolean restricts(@Nullable String where, Set<String> partitionKey) {
        return where != null
                && CqlTokens.of(where).stream()
                        .anyMatch(token -> token.isName() && partitionKey.contains(token.name()));
    }

    private static final class Parser {
        private final String cql;
        private final List<Token> tokens;
        private int at;

        Parser(String cql) {
            this.cql = cql;
            this.tokens = CqlTokens.of(cql);
        }

        SelectShape read() throws Refused {
            demand("select", "it must be one SELECT");
            for (String word : List.of("distinct", "json")) {
                if (peek(word)) {
                    throw new Refused(
                            "it must not say " + word.toUpperCase(Locale.ROOT) + ": name the columns themselves");
                }
            }
            int first = at;
            int depth = 0;
            while (at < tokens.size() && !(depth == 0 && peek("from"))) {
                depth += depth(tokens.get(at));
                demandNoAggregate();
                if (depth == 0 && peek("*")) {
                    throw new Refused("it must not say *: name the columns, or use 'table'");
                }
                at++;
            }
            if (at == first) {
                throw new Refused("it selects nothing");
            }
            String selectors = text(first, at);
            demand("from", "it must say FROM and a table");
            String name = name();
            String keyspace = null;
            if (peek(".")) {
                at++;
                keyspace = name;
                name = name();
            }
            String where = null;
            if (peek("where")) {
                int begin = ++at;
                conditions(begin);
                where = text(begin, at);
            }
            return new SelectShape(selectors, keyspace, name, where, perPartition(), filtering());
        }

        private @Nullable String perPartition() throws Refused {
            if (!peek("per")) {
                return null;
            }
            at++;
            demand("partition", "PER is followed by PARTITION LIMIT");
            demand("limit", "PER PARTITION is followed by LIMIT");
            if (at == tokens.size() || !tokens.get(at).text().matches("[0-9]+")) {
                throw new Refused("PER PARTITION LIMIT is followed by a number");
            }
            return tokens.get(at++).text();
        }

        private boolean filtering() throws Refused {
            boolean filtering = peek("allow");
            if (filtering) {
                at++;
                demand("filtering", "ALLOW is followed by FILTERING");
            }
            while (peek(";")) {
                at++;
            }
            if (at < tokens.size()) {
                throw new Refused(refusal(tokens.get(at)));
            }
            return filtering;
        }

        /** Conditions from here to the next clause, or to the end. */
        void conditions(int begin) throws Refused {
            at = begin;
            int depth = 0;
            while (at < tokens.size()
                    && !(depth == 0 && CLAUSES.contains(tokens.get(at).text().toLowerCase(Locale.ROOT)))
                    && !(depth == 0 && peek(";"))) {
                if (peek("token")
                        && at + 1 < tokens.size()
                        && tokens.get(at + 1).is("(")) {
                    throw new Refused("it must not restrict token(...): the reader does that, range by range");
                }
                if (peek("?")) {
                    throw new Refused("it must not hold '?': values are written out");
                }
                depth += depth(tokens.get(at));
                at++;
            }
            if (at == begin) {
                throw new Refused("it has no conditions");
            }
            if (begin == 0 && at < tokens.size()) {
                throw new Refused(
                        peek("allow")
                                ? "ALLOW FILTERING is said by 'allow_filtering: true'"
                                : "it must be conditions alone, joined by AND, and not " + quoted(tokens.get(at)));
            }
        }

        private static String refusal(Token token) {
            return switch (token.text().toLowerCase(Locale.ROOT)) {
                case "order" -> "it must not say ORDER BY: staged rows have no order";
                case "group" -> "it must not say GROUP BY: group in the warehouse";
                case "limit" -> "it must not say LIMIT, which would hold for each range by itself";
                default ->
                    "it must be SELECT ... FROM ... WHERE ... [PER PARTITION LIMIT n] [ALLOW FILTERING], and not "
                            + quoted(token);
            };
        }

        private static String quoted(Token token) {
            String text = token.text();
            return text.charAt(0) == '\''
                    ? "a string"
                    : "'" + (text.length() > 40 ? text.substring(0, 40) : text) + "'";
        }

        private void demandNoAggregate() throws Refused {
            boolean call = at + 1 < tokens.size() && tokens.get(at + 1).is("(");
            if (call && AGGREGATES.contains(tokens.get(at).text().toLowerCase(Locale.ROOT))) {
                throw new Refused(
                        "it must not aggregate by " + tokens.get(at).text().toLowerCase(Locale.ROOT)
                                + "(...), which would hold for each range by itself: aggregate in the warehouse");
            }
        }

        private static int depth(Token token) {
            return switch (token.text()) {
                case "(", "[", "{" -> 1;
                case ")", "]", "}" -> -1;
                default -> 0;
            };
        }

        private boolean peek(String word) {
            return at < tokens.size() && tokens.get(at).is(word);
        }

        private void demand(String word, String otherwise) throws Refused {
            if (!peek(word)) {
                throw new Refused(otherwise);
            }
            at++;
        }

        private String name() throws Refused {
            if (at == tokens.size() || !tokens.get(at).isName()) {
                throw new Refused("it must say FROM and a table");
            }
            return tokens.get(at++).name();
        }

        private String text(int first, int end) {
            return cql.substring(tokens.get(first).from(), tokens.get(end - 1).to());
        }
    }
}
