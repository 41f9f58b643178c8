package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.tofro.data.RunContext;
import org.tofro.data.ScriptStatement;
import org.tofro.data.TableName;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineReader;
import org.tofro.pipeline.Script;
import org.tofro.pipeline.Variables;
import org.tofro.problem.Problems;
import org.tofro.settings.Settings;
import org.tofro.steps.SqlCommand;
import org.tofro.steps.StepTypes;

/** Whatever stands in a value or a name of a script, the script means what its author wrote. */
final class HostileScriptsTest {
    private static final List<String> NASTY = List.of(
            "'",
            "''",
            "\"",
            "\\",
            "\\'",
            ";",
            "--",
            "/*",
            "*/",
            "$$",
            "$x$",
            "$1",
            "?",
            "%s",
            "%%",
            "%",
            "${var:value}",
            "$${",
            "#{",
            "{d '1'}",
            "); DROP TABLE canary; --",
            "COMMIT",
            " ",
            "\n",
            "\r\n",
            "\t",
            "\u0001",
            "\u0085",
            "\u00e9",
            "\u6f22",
            "\ue000",
            "\ud83d\ude80",
            "a",
            "E",
            ":b");

    private static final String CANARY = TestWarehouse.fresh("canary");

    private final TestWarehouse warehouse = new TestWarehouse();

    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> nasty = Arbitraries.of(NASTY).list().ofMaxSize(8).map(parts -> String.join("", parts));
        Arbitrary<String> any =
                Arbitraries.strings().all().ofMaxLength(20).map(text -> text.replaceAll("[\\x00\\p{Cs}]", ""));
        return Arbitraries.oneOf(nasty, any);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of(NASTY)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6)
                .map(parts -> String.join("", parts))
                .filter(name -> name.getBytes(StandardCharsets.UTF_8).length <= 40);
    }

    /** The script of a pipeline with these variables, as the step would run it. */
    private static Script script(String sql, String arguments, Map<String, String> values) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "hostile-scripts"));
        Files.writeString(folder.resolve("s.sql"), sql);
        Path pipeline = folder.resolve("p.yaml");
        Files.writeString(pipeline, "steps: [{type: sql-command, script: s.sql" + arguments + "}]");
        Problems problems = new Problems();
        Variables variables = new Variables(values, Interval.ofDay(LocalDate.of(2026, 11, 23)), name -> null);
        SqlCommand step = (SqlCommand) new PipelineReader(StepTypes.ALL, variables)
                .read(pipeline, problems)
                .orElseThrow()
                .steps()
                .get(0)
                .step();
        assertThat(problems.all()).isEmpty();
        return step.script();
    }

    private void run(Script script) throws Exception {
        RunContext run = warehouse.launch(TestWarehouse.fresh("hostile"), "run-1");
        TestWarehouse.perform(new RunScript(
                warehouse.connection(),
                Settings.Limits.DEFAULT,
                run,
                "script",
                script.statements(),
                true,
                null,
                List.copyOf(script.writes()),
                List.of(),
                List.of()));
    }

    @Property(tries = 120, shrinking = ShrinkingMode.OFF)
    void valuesComeBackAsTheyAre(@ForAll("values") String value) throws Exception {
        Script script = script(
                """
                SELECT %s, '<%s>', '100 %%' || %s, ${var:value}, '<${var:value}>', 'it''s \\' ${var:value}', $$ %% $$
                /* %s ${var:value} */ -- %s ${var:value}
                , CASE WHEN %s = ${var:value} THEN 1 ELSE 0 END""",
                ", script_arguments: ['${var:value}', '${var:value}', '${var:value}', '${var:value}']",
                Map.of("value", value));

        assertThat(script.statements()).hasSize(1);
        try (WarehouseSession session = WarehouseSession.open(warehouse.connection(), "tofro:hostile")) {
            List<String> row = session.query(
                            rows -> {
                                List<String> columns = new java.util.ArrayList<>();
                                for (int i = 1; i <= 8; i++) {
                                    columns.add(rows.getString(i));
                                }
                                return columns;
                            },
                            ScriptRun.sql(script.statements().get(0)))
                    .get(0);
            assertThat(row)
                    .containsExactly(
                            value,
                            "<" + value + ">",
                            "100 %" + value,
                            value,
                            "<" + value + ">",
                            "it's ' " + value,
                            " % ",
                            "1");
        }
    }

    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void scriptsDoWhatTheySayAndNothingElse(
            @ForAll("names") String schema,
            @ForAll("names") String name,
            @ForAll("names") String column,
            @ForAll("values") String value)
            throws Exception {
        warehouse.sql("DROP TABLE IF EXISTS " + CANARY, "CREATE TABLE " + CANARY + " AS SELECT 1 AS id");
        Assume.that(!schema.toLowerCase(java.util.Locale.ROOT).startsWith("pg_"));
        TableName table = TableName.of(TestWarehouse.fresh(schema), name);
        Script script = script(
                """
                CREATE SCHEMA SCHEMA;
                CREATE TABLE TABLE (id integer, COLUMN varchar(1000) DEFAULT %s);
                INSERT INTO TABLE (id, COLUMN) VALUES (1, %s), (2, ${var:value}), (%s, NULL);
                INSERT INTO TABLE (id) VALUES (%s);
                INSERT INTO TABLE (id, COLUMN) SELECT id + 4, COLUMN FROM TABLE WHERE COLUMN = %s AND id = 1 AND %s IS NULL
                """.replace("CREATE SCHEMA SCHEMA", "CREATE SCHEMA " + written(schema(table)))
                        .replace("TABLE TABLE", "TABLE " + written(table))
                        .replace("INTO TABLE", "INTO " + written(table))
                        .replace("FROM TABLE", "FROM " + written(table))
                        .replace("COLUMN", written(TableName.quote(column))),
                ", script_arguments: ['${var:value}', '${var:value}', 3, 4, '${var:value}', null]",
                Map.of("value", value));
        assertThat(script.writes()).containsExactly(table);
        assertThat(script.understood()).isTrue();
        assertThat(script.statements().stream().map(ScriptStatement::effect))
                .containsExactly(
                        ScriptStatement.Effect.OTHER,
                        ScriptStatement.Effect.OTHER,
                        ScriptStatement.Effect.INSERT,
                        ScriptStatement.Effect.INSERT,
                        ScriptStatement.Effect.INSERT);

        run(script);

        assertThat(warehouse.rows("SELECT id, " + TableName.quote(column) + " FROM " + table.sql() + " ORDER BY id"))
                .containsExactly("1|" + value, "2|" + value, "3|~", "4|" + value, "5|" + value);
        assertThat(warehouse.rows("SELECT id FROM " + CANARY)).containsExactly("1");
    }

    private static String schema(TableName table) {
        return TableName.quote(String.valueOf(table.schema()));
    }

    private static String written(TableName table) {
        return written(table.sql());
    }

    /** Names of tables are written into a script, where a percent sign and an expression's beginning are escaped. */
    private static String written(String sql) {
        return sql.replace("%", "%%").replace("${", "$${");
    }

    @Example
    void numbersTrueAndFalseAreNoTexts() throws Exception {
        Script script = script(
                "SELECT 7 -%s, %s * 2, %s AND NOT %s, %s IS NULL, %s || '', 2 %% %s",
                ", script_arguments: [-5, 1.50, true, False, ~, '007', 2]", Map.of());
        try (WarehouseSession session = WarehouseSession.open(warehouse.connection(), "tofro:numbers")) {
            assertThat(session.<String>query(
                            row -> row.getString(1) + " " + row.getString(2) + " " + row.getBoolean(3) + " "
                                    + row.getBoolean(4) + " " + row.getString(5) + " " + row.getString(6),
                            ScriptRun.sql(script.statements().get(0))))
                    .containsExactly("12 3.00 true true 007 0");
        }
    }
}
