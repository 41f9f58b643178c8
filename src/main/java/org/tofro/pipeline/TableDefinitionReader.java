package org.tofro.pipeline;

import static org.tofro.yaml.FieldReader.quoted;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Column;
import org.tofro.data.SqlScript;
import org.tofro.data.TableDefinition;
import org.tofro.data.TableName;
import org.tofro.pipeline.SqlTokens.Token;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;
import org.tofro.problem.Span;

/**
 * Reads the definition of a table: a {@code .sql} file with one {@code CREATE TABLE} statement. It understands the
 * table's name, its columns and its key; what else a statement may hold, it checks for balance only and leaves to the
 * warehouse.
 */
final class TableDefinitionReader {
    /** Where a column's type ends: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html. */
    private static final Set<String> ATTRIBUTES = Set.of(
            "default",
            "identity",
            "generated",
            "encode",
            "distkey",
            "sortkey",
            "collate",
            "not",
            "null",
            "unique",
            "primary",
            "references",
            "constraint",
            "check",
            "compound",
            "interleaved");

    private static final Set<String> CONSTRAINTS =
            Set.of("constraint", "primary", "unique", "foreign", "check", "like", "exclude");

    private final Problems problems;

    TableDefinitionReader(Problems problems) {
        this.problems = problems;
    }

    /** Reads a file; empty where there is none, or where a problem keeps it from defining a table. */
    Optional<TableDefinition> read(@Nullable Path file) {
        return file == null
                ? Optional.empty()
                : SqlFile.read(file, "a table's definition", problems).flatMap(this::read);
    }

    Optional<TableDefinition> read(SourceText source) {
        Problems found = new Problems();
        try {
            return Optional.of(new Statement(source, new SqlTokens(source, found)).read());
        } catch (Unexpected unexpected) {
            // A quote or comment without end explains best what follows from it.
            if (found.isEmpty()) {
                found.add(unexpected.span, unexpected.sentence);
            }
        } finally {
            found.all().forEach(problems::add);
        }
        return Optional.empty();
    }

    /** What stands there is not what a definition has at that place; caught in this class. */
    private static final class Unexpected extends Exception {
        private static final long serialVersionUID = 1L;
        private final Span span;
        private final String sentence;

        Unexpected(Span span, String sentence) {
            super(sentence);
            this.span = span;
            this.sentence = sentence;
        }
    }

    /** One statement, read from left to right. */
    private static final class Statement {
        private final SourceText source;
        private final SqlTokens tokens;
        private final List<Column> columns = new ArrayList<>();
        private final List<String> primaryKey = new ArrayList<>();
        private final List<Token> keyTokens = new ArrayList<>();

        Statement(SourceText source, SqlTokens tokens) {
            this.source = source;
            this.tokens = tokens;
        }

        TableDefinition read() throws Unexpected {
            Token first = tokens.peek();
            if (!tokens.takeIf("create", "table")) {
                throw unexpected(
                        first, "a table's definition begins with CREATE TABLE, and this file with " + shown(first));
            }
            tokens.takeIf("if", "not", "exists");
            TableName table = tableName();
            expect("(");
            do {
                element();
            } while (tokens.takeIf(","));
            expect(")");
            tail();
            checkKey();
            String origin = source.file() + ":" + tokens.span(first).line();
            return new TableDefinition(table, columns, primaryKey, new SqlScript(source.text(), origin));
        }

        private TableName tableName() throws Unexpected {
            String first = name("the table's name");
            return tokens.takeIf(".") ? TableName.of(first, name("the table's name")) : new TableName(null, first);
        }

        private String name(String what) throws Unexpected {
            Token token = tokens.take();
            if (!token.isName() || token.name().isEmpty()) {
                throw unexpected(token, what + " is missing before " + shown(token));
            }
            return token.name();
        }

        private void element() throws Unexpected {
            Token token = tokens.peek();
            if (token.kind() == SqlTokens.Kind.WORD && CONSTRAINTS.contains(token.name())) {
                constraint();
            } else {
                column();
            }
        }

        private void constraint() throws Unexpected {
            if (tokens.takeIf("constraint")) {
                name("the constraint's name");
            }
            if (tokens.takeIf("like")) {
                throw unexpected(tokens.peek(), "a definition with LIKE names no columns; list them");
            }
            if (tokens.takeIf("primary", "key")) {
                expect("(");
                do {
                    keyTokens.add(tokens.peek());
                    key(name("a column of the primary key"));
                } while (tokens.takeIf(","));
                expect(")");
            }
            skipToElementsEnd();
        }

        private void column() throws Unexpected {
            Token place = tokens.peek();
            String name = name("a column's name");
            int start = tokens.position();
            while (!endsType(tokens.peek())) {
                skipOne();
            }
            if (tokens.position() == start) {
                throw unexpected(place, "the column " + quoted(name) + " has no type");
            }
            String type = tokens.text(start, tokens.position());
            if (columns.stream().anyMatch(column -> column.name().equals(name))) {
                throw unexpected(place, "the column " + quoted(name) + " stands here a second time");
            }
            columns.add(new Column(name, type, type));
            while (!endsElement(tokens.peek())) {
                if (tokens.takeIf("primary", "key")) {
                    key(name);
                } else {
                    skipOne();
                }
            }
        }

        private void key(String column) {
            primaryKey.add(column);
        }

        private static boolean endsElement(Token token) {
            return token.is(",") || token.is(")") || token.kind() == SqlTokens.Kind.END;
        }

        private static boolean endsType(Token token) {
            return endsElement(token)
                    || (token.kind() == SqlTokens.Kind.WORD
                            && ATTRIBUTES.contains(token.text().toLowerCase(Locale.ROOT)));
        }

        private void skipToElementsEnd() throws Unexpected {
            while (!endsElement(tokens.peek())) {
                skipOne();
            }
        }

        /** Takes one token, or everything between a parenthesis and its partner. */
        private void skipOne() throws Unexpected {
            Token token = tokens.take();
            if (token.is(";")) {
                throw unexpected(token, "the statement ends before its list of columns does");
            }
            if (!token.is("(")) {
                return;
            }
            int depth = 1;
            while (depth > 0) {
                Token inner = tokens.take();
                if (inner.kind() == SqlTokens.Kind.END) {
                    throw unexpected(token, "the parenthesis that opens here is not closed");
                }
                depth += inner.is("(") ? 1 : inner.is(")") ? -1 : 0;
            }
        }

        /** Table attributes such as DISTSTYLE and SORTKEY, up to the end of the one statement. */
        private void tail() throws Unexpected {
            while (!tokens.atEnd() && !tokens.peek().is(";")) {
                Token token = tokens.peek();
                if (token.is(")")) {
                    throw unexpected(token, "this parenthesis closes none");
                }
                skipOne();
            }
            while (tokens.takeIf(";")) {
                // An empty statement is none.
            }
            if (!tokens.atEnd()) {
                throw unexpected(tokens.peek(), "a table's definition is one statement, and a second one begins here");
            }
        }

        private void checkKey() throws Unexpected {
            for (Token token : keyTokens) {
                if (columns.stream().noneMatch(column -> column.name().equals(token.name()))) {
                    throw unexpected(
                            token, "the primary key names a column " + quoted(token.name()) + " that is not there");
                }
            }
        }

        private void expect(String sign) throws Unexpected {
            Token token = tokens.peek();
            if (!tokens.takeIf(sign)) {
                throw unexpected(token, "a '" + sign + "' is missing before " + shown(token));
            }
        }

        private Unexpected unexpected(Token token, String sentence) {
            return new Unexpected(tokens.span(token), sentence);
        }

        private static String shown(Token token) {
            return token.kind() == SqlTokens.Kind.END ? token.text() : quoted(token.text());
        }
    }
}
