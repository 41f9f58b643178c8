package org.tofro.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.data.TableName;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;

/** Which tables a script touches, and what of it commits. */
class SqlStatementsTest {
    private static List<SqlStatement> read(String sql) {
        Problems problems = new Problems();
        List<SqlStatement> statements = SqlStatements.of(new SourceText("s.sql", sql), problems);
        assertThat(problems.all()).isEmpty();
        return statements;
    }

    private static String names(Set<TableName> tables) {
        return tables.stream().map(TableName::toString).sorted().collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            INSERT INTO bi.clicks (a, b) SELECT a, b FROM raw.events e JOIN raw.users AS u USING (id)        | raw.events raw.users | bi.clicks
            INSERT INTO t SELECT * FROM a, b x, (SELECT 1 FROM c WHERE EXISTS (SELECT 1 FROM d)) y, e          | a b c d e            | t
            INSERT INTO t VALUES (1, 'FROM x')                                                               |                      | t
            WITH w AS (SELECT * FROM a), v (x) AS (SELECT x FROM w) SELECT * FROM v LEFT JOIN b ON v.x = b.x  | a b                  |
            DELETE FROM t WHERE id IN (SELECT id FROM s)                                                     | s                    | t
            DELETE t USING s WHERE s.id = t.id                                                               | s                    | t
            UPDATE t SET a = s.a FROM s, r WHERE s.id = t.id                                                 | r s                  | t
            MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET a = s.a WHEN NOT MATCHED THEN INSERT VALUES (1) | s | t
            SELECT extract(year FROM day), trim(both 'x' FROM b), c IS DISTINCT FROM d FROM t                | t                    |
            SELECT a INTO n FROM t                                                                           | t                    | n
            CREATE TABLE n AS SELECT * FROM "Odd Schema"."Odd ""Table"                                       | Odd Schema.Odd "Table | n
            CREATE TABLE IF NOT EXISTS bi.n (id int, PRIMARY KEY (id))                                       |                      | bi.n
            CREATE OR REPLACE VIEW v AS SELECT * FROM t                                                      | t                    | v
            DROP TABLE IF EXISTS a, b.c                                                                      |                      | a b.c
            SELECT 1 FROM a UNION ALL SELECT 2 FROM b ORDER BY 1, 2                                          | a b                  |
            SELECT * FROM a JOIN b ON a.x = b.x AND f(a.y, b.y) > 1, c WHERE a.z IN (1, 2)                   | a b c                |
            ALTER TABLE t ADD COLUMN x int                                                                   |                      | t
            SET query_group TO 'night'                                                                       |                      |
            GRANT SELECT ON t TO GROUP g                                                                     | t                    |
            REVOKE ALL ON TABLE a.t, b.t FROM PUBLIC                                                         | a.t b.t              |
            GRANT USAGE ON SCHEMA s TO GROUP g                                                               |                      |
            COMMENT ON TABLE a.t IS 'FROM x'                                                                 | a.t                  |
            COMMENT ON COLUMN a.t.c IS 'x'                                                                   | a.t                  |
            COMMENT ON COLUMN t.c IS 'x'                                                                     | t                    |
            ANALYZE t                                                                                        | t                    |
            LOCK TABLE a.t, u                                                                                | a.t u                |
            ANALYZE                                                                                          |                      |
            INSERT INTO t (a) SELECT $q$ FROM x; $$ $q$                                                      |                      | t
            /* FROM no */ SELECT 1 -- FROM no                                                                |                      |
            """)
    void findsTables(String sql, String reads, String writes) {
        SqlStatement statement = read(sql).get(0);
        assertThat(names(statement.reads())).isEqualTo(reads == null ? "" : reads);
        assertThat(names(statement.writes())).isEqualTo(writes == null ? "" : writes);
        assertThat(statement.understood()).isTrue();
        assertThat(statement.commits()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TRUNCATE t                                   | TRUNCATE
            truncate table t                             | TRUNCATE
            COMMIT                                       | COMMIT
            END TRANSACTION                              | END
            ROLLBACK                                     | ROLLBACK
            BEGIN                                        | BEGIN
            VACUUM FULL t                                | VACUUM
            ALTER TABLE a APPEND FROM b                  | ALTER TABLE APPEND
            CREATE EXTERNAL TABLE s.t (a int)            | CREATE EXTERNAL
            CALL refresh()                               | CALL
            """)
    void saysWhatCommits(String sql, String what) {
        assertThat(read(sql).get(0).commits()).isEqualTo(what);
    }

    @ParameterizedTest
    @CsvSource({
        "CALL refresh()",
        "DO something",
        "SELECT * FROM f(1)",
        "INSERT INTO other.public.t SELECT 1",
        "CREATE PROCEDURE p() AS 'x'",
        "SELECT * FROM 'x'",
        "SET search_path TO other",
        "RESET ALL",
        "DROP SCHEMA s CASCADE",
        "GRANT SELECT ON ALL TABLES IN SCHEMA s TO GROUP g"
    })
    void saysWhatItDoesNotUnderstand(String sql) {
        assertThat(read(sql).get(0).understood()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            INSERT INTO a.t SELECT 1                                                               | a.t
            INSERT INTO t VALUES (1)                                                               | t
            INSERT INTO t (SELECT 1)                                                               | t
            INSERT INTO t ((SELECT 1))                                                             | t
            INSERT INTO t (a) SELECT 1                                                             |
            INSERT INTO t ("select") VALUES (1)                                                    |
            INSERT INTO t DEFAULT VALUES                                                           |
            WITH w AS (SELECT 1) INSERT INTO t SELECT * FROM w                                     | t
            WITH w AS (SELECT 1) INSERT INTO t (a) SELECT * FROM w                                 |
            MERGE INTO t USING s ON t.a = s.a WHEN NOT MATCHED THEN INSERT VALUES (1)              | t
            MERGE INTO t USING s ON t.a = s.a WHEN NOT MATCHED THEN INSERT (a) VALUES (1)          |
            UPDATE t SET a = 1                                                                     |
            """)
    void findsWhatIsInsertedByPosition(String sql, String table) {
        TableName found = read(sql).get(0).byPosition();
        assertThat(found == null ? null : found.toString()).isEqualTo(table);
    }

    @Test
    void aScriptsOwnTablesAreNobodyElses() {
        List<SqlStatement> statements = read("""
                -- of the day
                CREATE TEMP TABLE day AS SELECT * FROM raw.events;
                CREATE TABLE #mine (id int);
                INSERT INTO #mine SELECT id FROM day;;
                DELETE FROM bi.days USING day WHERE days.id = day.id;
                INSERT INTO bi.days SELECT * FROM #mine; """);
        assertThat(statements).hasSize(5);
        assertThat(statements.stream().map(s -> names(s.reads()) + ">" + names(s.writes())))
                .containsExactly("raw.events>", ">", ">", ">bi.days", ">bi.days");
        assertThat(statements.get(2).byPosition()).isNull();
        assertThat(statements.get(4).byPosition()).hasToString("bi.days");
        assertThat(statements.get(2).text()).isEqualTo("INSERT INTO #mine SELECT id FROM day");
        assertThat(statements.get(2).span()).hasToString("s.sql:4:1");
    }

    @Property
    void nothingMakesItThrow(@ForAll @Size(max = 20) List<Word> words) {
        SqlStatements.of(
                new SourceText("s.sql", words.stream().map(word -> word.text).collect(Collectors.joining(" "))),
                new Problems());
    }

    /** Words of SQL in any order. */
    enum Word {
        SELECT("SELECT"),
        FROM("FROM"),
        WITH("WITH"),
        AS("AS"),
        INTO("INTO"),
        INSERT("INSERT"),
        DELETE("delete"),
        MERGE("MERGE"),
        USING("USING"),
        JOIN("JOIN"),
        CREATE("CREATE"),
        TEMP("TEMP"),
        TABLE("TABLE"),
        DROP("DROP"),
        ALTER("ALTER"),
        APPEND("APPEND"),
        OPEN("("),
        CLOSE(")"),
        COMMA(","),
        DOT("."),
        END(";"),
        NAME("a.b"),
        QUOTED("\"c\""),
        HASH("#"),
        STRING("'d'"),
        COMMENT("/* x */");

        private final String text;

        Word(String text) {
            this.text = text;
        }
    }
}
