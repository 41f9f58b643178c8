package org.tofro.pipeline;

import static org.tofro.yaml.FieldReader.quoted;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Column;
import org.tofro.data.ScriptStatement;
import org.tofro.data.TableDefinition;
import org.tofro.data.TableName;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;
import org.tofro.problem.Span;

/**
 * Reads scripts for the warehouse: cuts them into statements, fills their places for values, and refuses what would break
 * the promise that a script is done once and as a whole.
 */
final class ScriptReader {
    private static final Set<String> BEGINS = Set.of("BEGIN", "START");
    private static final Set<String> ENDS = Set.of("COMMIT", "END");
    private static final Set<String> TRANSACTION = Set.of("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT");
    private static final Pattern RELABELS =
            Pattern.compile("(?is)(?:set|reset)\\s+(?:(?:session|local)\\s+)?query_group\\b.*");

    private final ScriptText text;
    private final Script.Rules rules;
    private final Problems problems;

    private ScriptReader(ScriptText text, Script.Rules rules, Problems problems) {
        this.text = text;
        this.rules = rules;
        this.problems = problems;
    }

    /**
     * Reads a script.
     *
     * @param arguments the values of its places {@code %s}; null where none were given, and {@code %} is then as any sign
     */
    static Script read(
            ScriptText text,
            @Nullable ScriptArguments arguments,
            Script.Rules rules,
            Variables variables,
            Problems problems) {
        ScriptPlaces places = ScriptPlaces.find(text, arguments, variables, problems);
        return places == null ? Script.NONE : new ScriptReader(text, rules, problems).read(places);
    }

    private Script read(ScriptPlaces places) {
        Problems found = new Problems();
        SourceText masked = new SourceText(text.text().file(), places.masked());
        List<SqlStatement> all = SqlStatements.of(masked, found);
        if (!found.isEmpty()) {
            text.report(found, problems);
            return Script.NONE;
        }
        List<SqlStatement> statements = rules.transactional() ? unwrapped(all) : all;
        if (statements.isEmpty()) {
            problems.add(text.scalar().span(), "there is no statement in this script");
        }
        Set<TableName> reads = new TreeSet<>();
        Set<TableName> writes = new TreeSet<>();
        List<String> unclear = new ArrayList<>();
        List<ScriptStatement> filled = new ArrayList<>();
        for (SqlStatement statement : statements) {
            Span span = span(statement);
            statement.reads().forEach(table -> reads.add(ScriptPlaces.named(table)));
            statement.writes().forEach(table -> writes.add(ScriptPlaces.named(table)));
            if (!statement.understood()) {
                unclear.add(quoted(written(statement)) + " (" + place(span) + ")");
            }
            check(statement, span);
            filled.add(new ScriptStatement(
                    places.parts(statement.start(), statement.end()), statement.effect(), place(span)));
        }
        if (rules.transactional()) {
            demandTarget(writes, unclear);
        } else {
            demandEnds(statements);
        }
        return new Script(filled, reads, writes, unclear, text.origin());
    }

    private Span span(SqlStatement statement) {
        return text.span(statement.start(), statement.start() + firstWord(statement));
    }

    private static int firstWord(SqlStatement statement) {
        return Math.max(1, statement.text().split("[\\s(]", 2)[0].length());
    }

    private static String place(Span span) {
        return span.file() + ":" + span.line();
    }

    private String written(SqlStatement statement) {
        return text.scalar().text().substring(statement.start(), statement.end());
    }

    /** Without a BEGIN in front of all and a COMMIT behind it: Tofro begins and commits by itself. */
    private static List<SqlStatement> unwrapped(List<SqlStatement> all) {
        int first = 0;
        int last = all.size();
        if (last > 0 && isOne(all.get(0), BEGINS)) {
            first++;
        }
        if (last > first && isOne(all.get(last - 1), ENDS)) {
            last--;
        }
        return all.subList(first, last);
    }

    private static boolean isOne(SqlStatement statement, Set<String> of) {
        return statement.commits() != null && of.contains(statement.commits());
    }

    private void check(SqlStatement statement, Span span) {
        String commits = statement.commits();
        if (commits != null && rules.transactional()) {
            problems.add(span, refusal(commits));
        }
        if (RELABELS.matcher(written(statement)).matches()) {
            problems.add(
                    span,
                    "the query group is the label by which a run's statements are found, and this would take it away;"
                            + " leave it out: a queue may take the group 'tofro:*'");
        }
        if (statement.byPosition() != null) {
            TableName byPosition = ScriptPlaces.named(statement.byPosition());
            problems.add(
                    span,
                    "INSERT names no columns here, so a column that is added to " + byPosition
                            + " would shift the values of others; write INSERT INTO " + byPosition + " ("
                            + columns(byPosition) + ")");
        }
        for (TableName table : statement.writes()) {
            if ("tofro".equals(table.schema())) {
                problems.add(span, "the schema 'tofro' is Tofro's own, and '" + table + "' stands in it");
            }
        }
    }

    private static String refusal(String commits) {
        String allowed = "`non_transactional: true` allows it, and then the script is done at least once instead of"
                + " exactly once";
        if (TRANSACTION.contains(commits)) {
            return "'" + commits
                    + "' in the midst of a script would publish it half. Tofro begins and commits by itself:"
                    + " take it out; " + allowed;
        }
        String instead = commits.equals("TRUNCATE") ? " DELETE FROM does not;" : "";
        String sure = commits.equals("CALL") ? "may commit" : "commits";
        return "'" + commits + "' " + sure + " by itself, which would publish the script half." + instead + " "
                + allowed;
    }

    private String columns(TableName table) {
        TableDefinition target = rules.target();
        return target != null && same(target.table(), table)
                ? target.columns().stream()
                        .map(Column::name)
                        .map(ScriptReader::asWritten)
                        .collect(Collectors.joining(", "))
                : "the columns that it fills";
    }

    private static String asWritten(String column) {
        return column.matches("[a-z_][a-z0-9_]*") ? column : TableName.quote(column);
    }

    private static boolean same(TableName one, TableName other) {
        return one.name().equals(other.name()) && schema(one).equals(schema(other));
    }

    private static String schema(TableName table) {
        String schema = table.schema();
        return schema == null ? "public" : schema;
    }

    private void demandTarget(Set<TableName> writes, List<String> unclear) {
        TableDefinition target = rules.target();
        if (target == null
                || target.equals(NodeFields.NO_DEFINITION)
                || !unclear.isEmpty()
                || writes.stream().anyMatch(table -> same(table, target.table()))) {
            return;
        }
        String what = writes.isEmpty()
                ? "nothing"
                : writes.stream().map(TableName::toString).collect(Collectors.joining(", "));
        problems.add(
                text.span(0, 1),
                "the script changes " + what + ", and not the table '" + target.table() + "' of 'table_definition'");
    }

    /** A transaction that the script begins it must also end, or what is in it is undone when the script has ended. */
    private void demandEnds(List<SqlStatement> statements) {
        SqlStatement open = null;
        for (SqlStatement statement : statements) {
            if (isOne(statement, BEGINS)) {
                open = statement;
            } else if (isOne(statement, TRANSACTION)) {
                open = null;
            }
        }
        if (open != null) {
            problems.add(span(open), "the transaction that begins here is never committed");
        }
    }
}
