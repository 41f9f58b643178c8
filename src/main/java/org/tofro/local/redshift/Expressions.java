package org.tofro.local.redshift;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites what Redshift's expressions have and PostgreSQL's have not ("SQL functions reference",
 * c_SQL_functions.html: NVL, DECODE, SYSDATE, DATEADD, DATEDIFF, LISTAGG; "SELECT list", r_SELECT_list.html: TOP).
 * Functions that need no rewriting are in the catalogue.
 */
final class Expressions {
    private static final Set<String> DATE_PART_FIRST =
            Set.of("DATEADD", "DATEDIFF", "DATE_PART", "DATE_TRUNC", "DATEPART");

    private Expressions() {}

    static Statement rewrite(Statement statement) throws RedshiftException {
        Statement rewritten = statement;
        // Each pass rewrites what does not lie inside of something else that it rewrites.
        for (int pass = 0; pass < 20; pass++) {
            String sql = pass(rewritten);
            if (sql == null) {
                return rewritten;
            }
            rewritten = Statement.of(sql);
        }
        throw RedshiftException.unsupported("functions are nested too deeply for this stand-in");
    }

    private static @Nullable String pass(Statement statement) throws RedshiftException {
        Edits edits = new Edits(statement);
        boolean changed = false;
        for (int i = 0; i < statement.tokens().size(); i++) {
            Token token = statement.at(i);
            if (token.kind() == Token.Kind.WORD
                    && statement.at(i - 1).kind() == Token.Kind.NUMBER
                    && statement.at(i - 1).end() == token.start()) {
                // The driver writes "THEN 1WHEN", which PostgreSQL no longer takes.
                edits.insertBefore(i, " ");
                changed = true;
            }
            changed |= driverAlias(statement, i, edits);
            if (token.kind() != Token.Kind.WORD || statement.at(i - 1).is(".")) {
                continue;
            }
            boolean call = statement.at(i + 1).is("(");
            if (call && (token.is("NVL") || (token.is("ISNULL") && !isOperand(statement.at(i - 1))))) {
                edits.replace(i, i + 1, "coalesce");
                changed = true;
            } else if (call && token.is("DECODE") && statement.arguments(i + 1).size() > 3) {
                edits.replace(i, statement.closing(i + 1) + 1, decode(statement, i + 1));
                changed = true;
                i = statement.closing(i + 1);
            } else if (call
                    && DATE_PART_FIRST.contains(token.text().toUpperCase(Locale.ROOT))
                    && statement.at(i + 2).isName()
                    && statement.at(i + 3).is(",")) {
                edits.replace(i + 2, i + 3, "'" + statement.at(i + 2).name() + "'");
                changed = true;
            } else if (call && token.is("LISTAGG")) {
                int end = listagg(statement, i, edits);
                changed = true;
                i = end;
            } else if (token.is("SYSDATE") && !call) {
                edits.replace(i, i + 1, "pg_catalog.getdate()");
                changed = true;
            } else if (token.is("TOP")
                    && statement.at(i - 1).is("SELECT")
                    && statement.at(i + 1).kind() == Token.Kind.NUMBER) {
                edits.remove(i, i + 2);
                top(statement, i, edits);
                return edits.apply();
            }
        }
        return changed ? edits.apply() : null;
    }

    /**
     * DatabaseMetaData names columns of its own SELECT list in WHERE and in later columns, which Redshift allows ("lateral
     * column alias reference", r_SELECT_list.html), and knows an IDENTITY column by its default; only these words of the
     * driver are known here.
     */
    private static boolean driverAlias(Statement statement, int place, Edits edits) {
        Token token = statement.at(place);
        if ((token.is("TABLE_SCHEM") || token.is("TABLE_NAME"))
                && statement.at(place - 1).is("AND")) {
            int as = statement.find(0, "AS", token.text());
            if (as > 0
                    && (statement.at(as - 1).is("nspname")
                            || statement.at(as - 1).is("relname"))) {
                boolean qualified = statement.at(as - 2).is(".");
                edits.replace(place, place + 1, statement.text(qualified ? as - 3 : as - 1, as));
                return true;
            }
        } else if (statement.has(place, "IS_AUTOINCREMENT", "AS", "IS_GENERATEDCOLUMN")) {
            edits.replace(place, place + 1, "CASE WHEN a.attidentity <> '' THEN 'YES' ELSE 'NO' END");
            return true;
        } else if (statement.has(place, "LEFT", "(", "pg_catalog", ".", "pg_get_expr", "(", "def", ".", "adbin")
                && statement.at(place + 17).value().equals("default_identity")) {
            edits.replace(place, place + 18, "a.attidentity <> ''");
            return true;
        }
        return false;
    }

    private static boolean isOperand(Token token) {
        boolean keyword = token.is("SELECT") || token.is("THEN") || token.is("WHEN") || token.is("ELSE");
        return token.is(")") || (token.isName() && !keyword);
    }

    private static void top(Statement statement, int place, Edits edits) {
        int depth = 0;
        int end = place;
        while (end < statement.tokens().size() && depth >= 0) {
            depth += statement.at(end).is("(") ? 1 : statement.at(end).is(")") ? -1 : 0;
            if (depth >= 0) {
                end++;
            }
        }
        edits.insertBefore(end, " LIMIT " + statement.at(place + 1).text() + " ");
    }

    private static String decode(Statement statement, int open) throws RedshiftException {
        List<Integer> starts = statement.arguments(open);
        String subject = argument(statement, starts, 0);
        StringBuilder sql = new StringBuilder("(CASE");
        int count = starts.size() - 1;
        int i = 1;
        for (; i + 1 < count; i += 2) {
            // DECODE takes two NULLs for equal (r_DECODE_expression.html).
            sql.append(" WHEN (")
                    .append(subject)
                    .append(") IS NOT DISTINCT FROM (")
                    .append(argument(statement, starts, i))
                    .append(") THEN ")
                    .append(argument(statement, starts, i + 1));
        }
        if (i < count) {
            sql.append(" ELSE ").append(argument(statement, starts, i));
        }
        return sql.append(" END)").toString();
    }

    private static String argument(Statement statement, List<Integer> starts, int index) {
        return statement.text(starts.get(index), starts.get(index + 1) - 1);
    }

    private static int listagg(Statement statement, int place, Edits edits) throws RedshiftException {
        int close = statement.closing(place + 1);
        boolean distinct = statement.at(place + 2).is("DISTINCT");
        List<Integer> starts = statement.arguments(place + 1);
        String value = statement.text(distinct ? place + 3 : place + 2, starts.get(1) - 1);
        String separator = starts.size() > 2 ? argument(statement, starts, 1) : "''";
        String order = "";
        int end = close;
        if (statement.has(close + 1, "WITHIN", "GROUP", "(")) {
            end = statement.closing(close + 3);
            order = " " + statement.text(close + 4, end);
        }
        edits.replace(
                place,
                end + 1,
                "pg_catalog.string_agg(%s(%s)::text, (%s)::text%s)"
                        .formatted(distinct ? "DISTINCT " : "", value, separator, order));
        return end;
    }
}
