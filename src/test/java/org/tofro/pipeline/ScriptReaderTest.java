package org.tofro.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.data.ScriptStatement;
import org.tofro.data.TableName;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;
import org.tofro.problem.Span;

/** How a script is cut, where its statements stand, and what becomes of its places. */
class ScriptReaderTest {
    private static final Variables VARIABLES =
            new Variables(Map.of("x", "it's"), Interval.ofDay(LocalDate.of(2026, 11, 23)), name -> null);

    private static Script read(String sql, @Nullable ScriptArguments arguments, boolean transactional) {
        Problems problems = new Problems();
        Script script = read(sql, arguments, transactional, problems);
        assertThat(problems.all()).isEmpty();
        return script;
    }

    private static Script read(
            String sql, @Nullable ScriptArguments arguments, boolean transactional, Problems problems) {
        return ScriptReader.read(
                ScriptText.of(new SourceText("s.sql", sql)),
                arguments,
                new Script.Rules(transactional, null),
                VARIABLES,
                problems);
    }

    private static ScriptArguments arguments(Serializable... values) {
        return new ScriptArguments(List.of(values).stream().map(Optional::of).toList(), Span.startOf("p.yaml"));
    }

    /** A statement with its values in guillemets. */
    private static String shown(ScriptStatement statement) {
        return statement.parts().stream()
                .map(part -> part instanceof ScriptStatement.Sql sql
                        ? sql.text()
                        : "\u00ab" + ((ScriptStatement.Value) part).value() + "\u00bb"
                                + (((ScriptStatement.Value) part).inString() ? "+" : ""))
                .collect(Collectors.joining());
    }

    @Test
    void cutsAScriptAndSaysWhereItsStatementsStand() {
        Script script = read(
                "-- begin\r\nBEGIN;\r\n\r\nDELETE FROM a; /* x; */ DELETE FROM b\r\nWHERE c = 'd;e';;\r\nCOMMIT;\r\n",
                null,
                true);

        assertThat(script.statements().stream().map(ScriptReaderTest::shown))
                .containsExactly("DELETE FROM a", "DELETE FROM b\r\nWHERE c = 'd;e'");
        assertThat(script.statements().stream().map(ScriptStatement::origin)).containsExactly("s.sql:4", "s.sql:4");
        assertThat(script.writes()).containsExactlyInAnyOrder(new TableName(null, "a"), new TableName(null, "b"));
        assertThat(script.origin()).isEqualTo("s.sql");
    }

    @Test
    void aScriptThatCommitsByItselfKeepsItsTransactions() {
        Script script = read("BEGIN; DELETE FROM a; COMMIT; VACUUM a", null, false);

        assertThat(script.statements()).hasSize(4);
    }

    @Test
    void fillsPlacesInOrderAndLeavesCommentsAlone() {
        Script script = read(
                "UPDATE a SET b = %s /* %s ${var:x} */, c = '%s-%%-${var:x}', d = 7 %% %s WHERE e = ${var:x} -- %s",
                arguments("b", "c", new BigDecimal(2)), true);

        assertThat(shown(script.statements().get(0)))
                .isEqualTo("UPDATE a SET b = \u00abb\u00bb /* %s ${var:x} */, c = '\u00abc\u00bb+-%-\u00abit's\u00bb+',"
                        + " d = 7 % \u00ab2\u00bb WHERE e = \u00abit's\u00bb");
    }

    @Test
    void percentsMeanNothingWithoutArguments() {
        assertThat(shown(read("DELETE FROM a WHERE b LIKE '%s%%' OR c % 2 = 0 OR d %salary = 1", null, true)
                        .statements()
                        .get(0)))
                .isEqualTo("DELETE FROM a WHERE b LIKE '%s%%' OR c % 2 = 0 OR d %salary = 1");
    }

    @Test
    void namesAreMeantAsTheyWillBeWritten() {
        Script script = read("DELETE FROM \"a%%b\".\"$${c\" USING \"%%\"", arguments(), true);

        assertThat(script.writes()).containsExactly(TableName.of("a%b", "${c"));
        assertThat(script.reads()).containsExactly(new TableName(null, "%"));
    }

    @Test
    void statementsInAPipelineStandWhereTheFileHasThem(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("p.yaml");
        Files.writeString(file, """
                steps:
                - type: command
                  sql: |
                    DELETE FROM a;

                    -- DELETE FROM a twice
                    DELETE FROM a;
                    TRUNCATE a
                - type: command
                  sql: >-
                    DELETE FROM a;
                    TRUNCATE a
                - {type: command, sql: "DELETE FROM a; TRUNCATE \\"a\\""}
                - {type: command, sql: ""}
                - {type: command, sql: " "}
                - {type: command, sql: "DELETE FROM a\\r\\rWHERE b = 'c"}
                """);
        Problems problems = new Problems();
        StepType type = new StepType("command", List.of(), "", fields -> {
            fields.script(
                    fields.field("script", ""),
                    fields.field("sql", ""),
                    fields.field("arguments", ""),
                    new Script.Rules(true, null));
            return new NoStep();
        });
        new PipelineReader(List.of(type), VARIABLES).read(file, problems);

        assertThat(problems.all().stream().map(Problem::span).map(span -> span.line() + ":" + span.column()))
                .containsExactly("8:5", "12:5", "13:40", "14:24", "15:24", "16:52");
    }

    /** A step that does nothing. */
    private record NoStep() implements Step {
        @Override
        public TableUse tables() {
            return new TableUse(java.util.Set.of(), java.util.Set.of(), true, java.util.Set.of());
        }

        @Override
        public Flow expand(Upstream upstream) {
            throw new IllegalStateException();
        }
    }

    @Property
    void nothingMakesItThrow(@ForAll @Size(max = 15) List<Piece> pieces, @ForAll boolean given) {
        String sql = pieces.stream().map(piece -> piece.text).collect(Collectors.joining());

        Script script = read(sql, given ? arguments("a", "b") : null, false, new Problems());

        assertThat(script.statements()).allMatch(statement -> statement.origin().startsWith("s.sql:"));
    }

    /** Pieces of scripts in any order. */
    enum Piece {
        PLACE("%s"),
        PERCENT("%%"),
        EXPRESSION("${var:x}"),
        UNKNOWN("${var:y}"),
        ESCAPED("$${"),
        BROKEN("${"),
        OLD("#{format(@scheduledStartTime,'YYYY-MM-dd')}"),
        QUOTE("'"),
        NAME("\""),
        BACKSLASH("\\"),
        DOLLARS("$$"),
        TAGGED("$x$"),
        COMMENT("--"),
        OPEN("/*"),
        CLOSE("*/"),
        LINE("\n"),
        RETURN("\r"),
        SPACE(" "),
        END(";"),
        DELETE(" DELETE FROM a "),
        INSERT(" INSERT INTO a "),
        WIDE("\ud83d\ude80");

        private final String text;

        Piece(String text) {
            this.text = text;
        }
    }
}
