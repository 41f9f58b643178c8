package org.tofro.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;
import org.tofro.problem.Span;
import org.tofro.yaml.Node;
import org.tofro.yaml.Template;

class SqlTemplateTest {
    private final Problems problems = new Problems();

    private String fill(String sql, String value) {
        Variables variables = new Variables(Map.of("x", value), Interval.ofDay(LocalDate.of(2026, 2, 3)), name -> null);
        Node.Scalar scalar = new Node.Scalar(sql, false, new Span("a.yaml", 1, 1, sql.length()), sql);
        return SqlTemplate.fill(Template.parse(scalar, problems), variables, problems);
    }

    private String good(String sql, String value) {
        String filled = fill(sql, value);
        assertThat(problems.all()).isEmpty();
        return filled;
    }

    private String refused(String sql, String value) {
        fill(sql, value);
        assertThat(problems.all()).hasSize(1);
        Problem problem = problems.all().get(0);
        return problem.span().column() + ": " + problem.message();
    }

    @Example
    void aValueBecomesALiteral() {
        assertThat(good("WHERE a = ${var:x} AND (${var:x})", "it's")).isEqualTo("WHERE a = 'it''s' AND ('it''s')");
        assertThat(good("WHERE a = ${var:x}", "a\\'")).isEqualTo("WHERE a = E'a\\\\'''");
        assertThat(good("d >= ${date:yyyy-MM-dd} AND t < ${interval.end}", ""))
                .isEqualTo("d >= '2026-02-03' AND t < '2026-02-04T00:00:00Z'");
    }

    @Example
    void insideAStringItIsAPartOfTheString() {
        assertThat(good("'a ${var:x}' || 'b''${var:x}'", "it's")).isEqualTo("'a it''s' || 'b''it''s'");
        assertThat(good("E'\\'${var:x}'", "\\'")).isEqualTo("E'\\'\\\\'''");
        assertThat(good("'#{format(@scheduledStartTime,'YYYY-MM-dd')}'", "")).isEqualTo("'2026-02-03'");
    }

    @Example
    void aCommentStaysAsItIs() {
        assertThat(good("1 -- ${var:x}\n/* '${var:x} /* */ */ + ${var:x}", "\n"))
                .isEqualTo("1 -- ${var:x}\n/* '${var:x} /* */ */ + '\n'");
    }

    @Example
    void aLiteralDollarBraceIsNoExpression() {
        assertThat(good("'$${var:x}'", "1")).isEqualTo("'${var:x}'");
    }

    @Example
    void aNameIsNoValue() {
        assertThat(refused("SELECT \"${var:x}\"", "a"))
                .isEqualTo("9: '${var:x}' stands for a value, and here it would be part of a name");
    }

    @Example
    void aDollarQuotedTextTakesNoValue() {
        assertThat(refused("SELECT $a$ '${var:x} $a$", "a"))
                .isEqualTo("13: '${var:x}' stands for a value, and here it would be part of a dollar-quoted text");
    }

    @Example
    void aPieceOfAWordIsNoValue() {
        assertThat(refused("FROM t_${var:x}", "a"))
                .isEqualTo("8: '${var:x}' stands for a value by itself, and here it touches a word or a quote;"
                        + " put a space or '||' between them");
    }

    @Example
    void aBackslashInsidePlainQuotesIsAmbiguous() {
        assertThat(refused("'${var:x}'", "\\"))
                .isEqualTo("2: the value of '${var:x}' holds a backslash, which means one thing or another"
                        + " inside quotes; take the quotes away, as the value needs none");
    }

    @Property
    void noValueEndsItsLiteral(@ForAll @CharRange(from = ' ', to = '~') @StringLength(max = 20) String value) {
        String literal = fill("${var:x}", value);
        String body = literal.substring(literal.indexOf('\'') + 1, literal.length() - 1);
        boolean escapes = literal.startsWith("E");

        assertThat(escapes || !body.contains("\\")).isTrue();
        assertThat(body.replace("''", "")).doesNotContain("'");
        String read = body.replace("''", "'");
        assertThat(escapes ? read.replace("\\\\", "\\") : read).isEqualTo(value);
    }
}
