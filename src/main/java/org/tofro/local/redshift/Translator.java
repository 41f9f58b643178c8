package org.tofro.local.redshift;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Turns one statement of Redshift into what PostgreSQL runs in its place, or refuses it. */
final class Translator {
    private static final Set<String> WRITES = Set.of("INSERT", "UPDATE", "DELETE", "MERGE");

    private Translator() {}

    /**
     * @param source the statement as the client wrote it
     */
    static Translation translate(Statement source) throws RedshiftException {
        Refusals.check(source);
        String first = source.at(0).text().toUpperCase(Locale.ROOT);
        if (Set.of("COPY", "UNLOAD", "CREATE", "ALTER", "DROP", "TRUNCATE", "VACUUM", "ANALYZE", "LOCK", "GRANT")
                        .contains(first)
                && source.tokens().stream().anyMatch(token -> token.kind() == Token.Kind.PARAMETER)) {
            throw RedshiftException.syntax("syntax error at or near \"$1\"");
        }
        return switch (first) {
            case "BEGIN", "START" -> begin(source);
            case "COMMIT", "END" -> Translation.of(Translation.Kind.COMMIT, source.text(), "COMMIT");
            case "ROLLBACK", "ABORT" -> Translation.of(Translation.Kind.ROLLBACK, source.text(), "ROLLBACK");
            case "COPY" -> copy(source);
            case "UNLOAD" ->
                new Translation(
                        Translation.Kind.UNLOAD,
                        source.text(),
                        "",
                        List.of(),
                        List.of(),
                        null,
                        UnloadCommand.parse(source));
            case "TRUNCATE" -> Translation.of(Translation.Kind.TRUNCATE, source.text(), source.text());
            case "LOCK" -> lock(source);
            case "VACUUM" -> vacuum(source);
            case "ANALYZE", "ANALYSE" -> analyze(source);
            case "SET" -> Settings.set(source);
            case "SHOW" -> Settings.show(source);
            case "RESET" -> Settings.reset(source);
            case "CREATE" -> create(source);
            case "ALTER" -> alter(source);
            default -> query(source, first);
        };
    }

    /** "BEGIN", r_BEGIN.html: levels other than the database's own are accepted and mean nothing. */
    private static Translation begin(Statement source) {
        String access = source.find(0, "READ", "ONLY") >= 0 ? "BEGIN READ ONLY" : "BEGIN";
        return Translation.of(Translation.Kind.BEGIN, source.text(), access);
    }

    private static Translation copy(Statement source) throws RedshiftException {
        CopyCommand copy = CopyCommand.parse(source);
        return new Translation(Translation.Kind.COPY, source.text(), "", List.of(copy.table()), List.of(), copy, null);
    }

    /** "LOCK", r_LOCK.html: always ACCESS EXCLUSIVE, and no modes. */
    private static Translation lock(Statement source) throws RedshiftException {
        if (source.findOutside(1, Set.of("IN", "NOWAIT")) >= 0) {
            throw RedshiftException.syntax("syntax error at or near \"%s\""
                    .formatted(source.at(source.findOutside(1, Set.of("IN", "NOWAIT")))
                            .text()));
        }
        // PostgreSQL's own default is the mode that Redshift takes.
        return Translation.of(Translation.Kind.OTHER, source.text(), source.text());
    }

    /** "VACUUM", r_VACUUM_command.html: what it is told to do is PostgreSQL's own business. */
    private static Translation vacuum(Statement source) throws RedshiftException {
        int place = 1;
        while (source.at(place).is("FULL")
                || source.at(place).is("SORT")
                || source.at(place).is("DELETE")
                || source.at(place).is("ONLY")
                || source.at(place).is("REINDEX")
                || source.at(place).is("RECLUSTER")) {
            place++;
        }
        String table = source.at(place).isName()
                        && !source.at(place).is("TO")
                        && !source.at(place).is("BOOST")
                ? source.text(place, source.endOfName(place))
                : "";
        return Translation.of(Translation.Kind.OTHER, source.text(), ("VACUUM " + table).strip());
    }

    /** "ANALYZE", r_ANALYZE.html. */
    private static Translation analyze(Statement source) throws RedshiftException {
        int place = source.at(1).is("VERBOSE") ? 2 : 1;
        if (source.at(place).is("COMPRESSION")) {
            throw RedshiftException.unsupported("ANALYZE COMPRESSION is not supported by this stand-in");
        }
        String table = source.at(place).isName()
                        && !source.at(place).is("PREDICATE")
                        && !source.at(place).is("ALL")
                ? source.text(place, source.endOfName(place))
                : "";
        return Translation.of(Translation.Kind.OTHER, source.text(), ("ANALYZE " + table).strip());
    }

    private static Translation create(Statement source) throws RedshiftException {
        Statement rewritten = Expressions.rewrite(source);
        int table = 1;
        while (rewritten.at(table).is("LOCAL")
                || rewritten.at(table).is("TEMP")
                || rewritten.at(table).is("TEMPORARY")) {
            table++;
        }
        if (rewritten.at(table).is("TABLE")) {
            return TableDefinition.create(rewritten, source);
        }
        int noBinding = rewritten.find(0, "WITH", "NO", "SCHEMA", "BINDING");
        if (noBinding >= 0) {
            Edits edits = new Edits(rewritten);
            edits.remove(noBinding, noBinding + 4);
            return Translation.of(Translation.Kind.OTHER, source.text(), edits.apply());
        }
        return Translation.of(Translation.Kind.OTHER, source.text(), rewritten.text());
    }

    private static Translation alter(Statement source) throws RedshiftException {
        if (source.at(1).is("TABLE")) {
            return TableDefinition.alter(Expressions.rewrite(source), source);
        }
        return Translation.of(Translation.Kind.OTHER, source.text(), source.text());
    }

    private static Translation query(Statement source, String first) throws RedshiftException {
        Statement rewritten = Expressions.rewrite(source);
        int verb = first.equals("WITH") ? rewritten.findOutside(0, WRITES) : 0;
        String word = rewritten.at(verb).text().toUpperCase(Locale.ROOT);
        if (verb < 0 || !WRITES.contains(word)) {
            return Translation.of(Translation.Kind.OTHER, source.text(), rewritten.text());
        }
        int table = verb + 1;
        String sql = rewritten.text();
        if (rewritten.at(table).is("INTO") || rewritten.at(table).is("FROM")) {
            table++;
        } else if (word.equals("DELETE")) {
            // "DELETE", r_DELETE.html: FROM is optional.
            Edits edits = new Edits(rewritten);
            edits.insertBefore(table, "FROM ");
            sql = edits.apply();
        }
        if (word.equals("MERGE")) {
            merge(rewritten);
        }
        String name = rewritten.text(table, rewritten.endOfName(table));
        return Translation.other(source.text(), sql, List.of(name), List.of());
    }

    /** "MERGE", r_MERGE.html: both WHEN clauses, or REMOVE DUPLICATES. */
    private static void merge(Statement statement) throws RedshiftException {
        if (statement.find(0, "REMOVE", "DUPLICATES") >= 0) {
            throw RedshiftException.unsupported("MERGE ... REMOVE DUPLICATES is not supported by this stand-in");
        }
        if (statement.find(0, "WHEN", "MATCHED", "THEN") < 0
                || statement.find(0, "WHEN", "NOT", "MATCHED", "THEN") < 0
                || statement.find(0, "MATCHED", "AND") >= 0) {
            throw new RedshiftException(
                    "42601",
                    "syntax error at or near \"MERGE\"",
                    "MERGE needs WHEN MATCHED THEN and WHEN NOT MATCHED THEN INSERT, each once and without a condition.");
        }
    }
}
