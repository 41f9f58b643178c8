package org.tofro.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.tofro.data.TableDefinition;
import org.tofro.data.TableName;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;

class TableDefinitionReaderTest {
    private final Problems problems = new Problems();

    private Optional<TableDefinition> read(String sql) {
        return new TableDefinitionReader(problems).read(new SourceText("t.sql", sql));
    }

    private String problem(String sql) {
        assertThat(read(sql)).isEmpty();
        assertThat(problems.all()).hasSize(1);
        return problems.all().get(0).span() + ": " + problems.all().get(0).message();
    }

    @Example
    void readsNamesTypesAndTheKey() {
        TableDefinition table = read("""
                        -- The table; with a comment.
                        create table IF NOT EXISTS "Prod"."two words" (
                          id BIGINT IDENTITY(1, 1) NOT NULL,
                          code char(10) encode zstd DEFAULT 'a''b, c)' DISTKEY,
                          text CHARACTER VARYING( 10 ),
                          at TIMESTAMP /* of the /* server */ */ WITH TIME ZONE,
                          price double precision NULL,
                          doc SUPER,
                          ref INT REFERENCES other (id),
                          CONSTRAINT k PRIMARY KEY (code, ID),
                          FOREIGN KEY (ref) REFERENCES other (id)
                        )
                        BACKUP NO DISTSTYLE KEY INTERLEAVED SORTKEY (id, code);
                        """).orElseThrow();

        assertThat(problems.all()).isEmpty();
        assertThat(table.table()).isEqualTo(TableName.of("Prod", "two words"));
        assertThat(table.columns())
                .extracting(column -> column.name() + ": " + column.type())
                .containsExactly(
                        "id: BIGINT",
                        "code: char(10)",
                        "text: CHARACTER VARYING( 10 )",
                        "at: TIMESTAMP WITH TIME ZONE",
                        "price: double precision",
                        "doc: SUPER",
                        "ref: INT");
        assertThat(table.primaryKey()).containsExactly("code", "id");
        assertThat(table.script().origin()).isEqualTo("t.sql:2");
    }

    @Example
    void aColumnCanBeTheKey() {
        TableDefinition table =
                read("CREATE TABLE t (\"Id\" INT PRIMARY KEY, n VARCHAR)").orElseThrow();

        assertThat(table.table()).isEqualTo(new TableName(null, "t"));
        assertThat(table.primaryKey()).containsExactly("Id");
    }

    @Example
    void saysWhatIsNoDefinition() {
        assertThat(problem("SELECT 1"))
                .isEqualTo("t.sql:1:1: a table's definition begins with CREATE TABLE, and this file with 'SELECT'");
    }

    @Example
    void saysThatAFileIsEmpty() {
        assertThat(problem("-- nothing\n"))
                .isEqualTo(
                        "t.sql:2:1: a table's definition begins with CREATE TABLE, and this file with the end of the file");
    }

    @Example
    void saysThatASecondStatementIsOneTooMany() {
        assertThat(problem("CREATE TABLE t (a INT);\nDROP TABLE t;"))
                .isEqualTo("t.sql:2:1: a table's definition is one statement, and a second one begins here");
    }

    @Example
    void saysWhereAQuoteDoesNotEnd() {
        assertThat(problem("CREATE TABLE t (a INT DEFAULT 'x);"))
                .isEqualTo("t.sql:1:31: the quote that begins here does not end");
    }

    @Example
    void saysWhereACommentDoesNotEnd() {
        assertThat(problem("CREATE TABLE t (a /* /* */ INT);"))
                .isEqualTo("t.sql:1:19: the comment that begins here does not end");
    }

    @Example
    void saysWhichColumnIsThereTwice() {
        assertThat(problem("CREATE TABLE t (a INT, A INT);"))
                .isEqualTo("t.sql:1:24: the column 'a' stands here a second time");
    }

    @Example
    void saysWhichKeyColumnIsNotThere() {
        assertThat(problem("CREATE TABLE t (a INT, PRIMARY KEY (b));"))
                .isEqualTo("t.sql:1:37: the primary key names a column 'b' that is not there");
    }

    @Example
    void saysWhichParenthesisStaysOpen() {
        assertThat(problem("CREATE TABLE t (a NUMERIC(6, 2;"))
                .isEqualTo("t.sql:1:26: the parenthesis that opens here is not closed");
    }

    @Example
    void saysThatLikeNamesNoColumns() {
        assertThat(problem("CREATE TABLE t (LIKE other);"))
                .isEqualTo("t.sql:1:22: a definition with LIKE names no columns; list them");
    }

    @Property(tries = 3000)
    void noTextMakesItThrow(@ForAll("sqlLike") String text) {
        Problems found = new Problems();
        Optional<TableDefinition> table = new TableDefinitionReader(found).read(new SourceText("t.sql", text));

        assertThat(table.isPresent() && !table.get().columns().isEmpty() || !found.isEmpty())
                .isTrue();
    }

    @Provide
    Arbitrary<String> sqlLike() {
        return Arbitraries.of(
                        "CREATE ",
                        "TABLE ",
                        "CREATE TABLE t (",
                        "a ",
                        "INT ",
                        "VARCHAR(10) ",
                        "(",
                        ")",
                        ",",
                        ";",
                        "'",
                        "\"",
                        "--",
                        "\n",
                        "/*",
                        "*/",
                        "PRIMARY KEY ",
                        "NOT NULL ",
                        ".",
                        "DEFAULT ",
                        "1",
                        "\\",
                        "🎓",
                        "\u0000")
                .list()
                .ofMaxSize(30)
                .map(parts -> String.join("", parts));
    }
}
