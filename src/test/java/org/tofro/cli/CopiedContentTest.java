package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stands in production after a run, compared with the source row by row, each read by its own driver. */
@ExtendWith(TestCheckout.EndToEnd.class)
class CopiedContentTest {
    private static final String EVERYTHING =
            "SELECT id, instructor_id, course_id, rank, title, hours_per_week, is_lead, assigned_on, updated_at FROM ";

    @Test
    void everyValueOfEveryTypeArrivesAndASecondRunChangesExactlyWhatChanged(Scene scene) throws Exception {
        scene.source("""
                CREATE TABLE items (id bigint PRIMARY KEY, label varchar(120), price numeric(12, 4), share double precision,
                    good boolean, born date, seen timestamp(6), seen_at timestamptz(6), noted text)""", """
                INSERT INTO items SELECT n,
                    CASE n % 9 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'NULL' WHEN 3 THEN E'a,"b"\\n\\r\\n\\\\N'
                        WHEN 4 THEN '𝔗 🎓👩‍🏫' WHEN 5 THEN '  ' WHEN 6 THEN E'\\t''' WHEN 7 THEN '\\N' ELSE 'é' || n END,
                    CASE WHEN n % 7 = 0 THEN NULL ELSE n * 1.0001 END,
                    CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN 0.1 WHEN 2 THEN 1e300 WHEN 3 THEN -0.0 ELSE 1.0 / n END,
                    CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN true ELSE false END,
                    CASE WHEN n % 4 = 0 THEN NULL ELSE date '1899-12-31' + n END,
                    timestamp '2016-02-29 23:59:59.999999' + n * interval '1 day',
                    timestamptz '2016-10-30 02:30:00.000001+02' + n * interval '1 hour',
                    repeat('𝔗', n % 50)
                FROM generate_series(1, 400) AS n""");
        String pipeline = scene.copyPipeline("table: items");
        String columns = "SELECT id, label, price, share, good, born, seen,"
                + " to_char(seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), noted FROM ";

        Scene.Answer first = Scene.tofro("run", pipeline);
        assertThat(first.code()).as(first.toString()).isZero();
        List<String> source = scene.sourceRows(columns + "items ORDER BY id");
        List<String> production = scene.warehouseRows(columns + "NAME.prod ORDER BY id");
        assertThat(production).hasSize(400);
        Scene.assertSameRows(production, source);

        scene.changeSource(
                "UPDATE items SET label = '' WHERE id = 9",
                "UPDATE items SET label = NULL WHERE id = 10",
                "UPDATE items SET noted = '🎓' WHERE id = 11");
        assertThat(Scene.tofro("run", pipeline).code()).isZero();
        List<String> after = scene.warehouseRows(columns + "NAME.prod ORDER BY id");
        Scene.assertSameRows(after, scene.sourceRows(columns + "items ORDER BY id"));
        List<String> changed = new ArrayList<>(after);
        changed.removeAll(production);
        assertThat(changed)
                .extracting(row -> row.substring(0, row.indexOf('|')))
                .containsExactly("9", "10", "11");
    }

    @Test
    void theShippedTableWithItsTextsArrives(Scene scene) throws Exception {
        String pipeline = scene.copyPipeline("master", "table: courses_instructorincourse");

        Scene.Answer answer = Scene.tofro("run", pipeline);

        assertThat(answer.code()).as(answer.toString()).isZero();
        List<String> source = scene.sourceRows("master", EVERYTHING + "courses_instructorincourse ORDER BY id");
        List<String> production = scene.warehouseRows(EVERYTHING + "NAME.prod ORDER BY id");
        assertThat(production).hasSize(12_000).isEqualTo(source);
    }

    @Test
    void columnsAreNamedAndTypedAsThePipelineSays(Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE items (id integer, \"Odd Name\" text, secret text, amount integer)",
                "INSERT INTO items VALUES (1, 'one', 's', 5), (2, NULL, 's', NULL), (3, '', 's', 7)");
        String pipeline = scene.copyPipeline("""
                table: items
                  columns:
                  - name: amount
                    type: bigint
                  - {name: "Odd Name", as: label, type: varchar(40)}
                  - name: id""");

        Scene.Answer answer = Scene.tofro("run", pipeline);

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(scene.warehouseRows("""
                SELECT column_name, data_type, character_maximum_length FROM information_schema.columns
                WHERE table_schema = 'NAME' AND table_name = 'prod' ORDER BY ordinal_position"""))
                .containsExactly("amount|bigint|<null>", "label|character varying|40", "id|integer|<null>");
        assertThat(scene.warehouseRows("SELECT * FROM NAME.prod ORDER BY id"))
                .containsExactly("5|one|1", "<null>|<null>|2", "7||3");
    }

    @Test
    void missingTablesAreMadeFromTheirDefinitions(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer, label text)", "INSERT INTO items VALUES (1, 'a'), (2, 'b')");
        scene.file(
                "tables/staging.sql",
                "CREATE TABLE NAME.staging (id integer ENCODE az64, label varchar(50)) DISTKEY(id);");
        scene.file("tables/prod.sql", """
                -- The table that everybody reads.
                CREATE TABLE NAME.prod (
                    id bigint NOT NULL,
                    label varchar(60),
                    kind varchar(10) DEFAULT 'item',
                    PRIMARY KEY (id)
                ) SORTKEY (id);
                """);
        String pipeline = scene.file("defined.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, table: tables/staging.sql}
                - {type: reload-prod-table, source: NAME.staging, destination: tables/prod.sql}
                """);

        Scene.Answer answer = Scene.tofro("run", pipeline);

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT id, label, kind FROM NAME.prod ORDER BY id"))
                .containsExactly("1|a|item", "2|b|item");
        // The key of the definition is the key that is guarded.
        scene.changeSource("INSERT INTO items VALUES (2, 'twice')");
        Scene.Answer refused = Scene.tofro("run", pipeline);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out())
                .contains("reload-prod-table-1: " + scene.name + ".staging has 1 key (id) with more than one row."
                        + " `allow_duplicates: true` allows them for good, `tofro resume " + refused.run()
                        + " --accept duplicates=\"reason\"` for this run");
        assertThat(scene.warehouseRows("SELECT id, label, kind FROM NAME.prod ORDER BY id"))
                .containsExactly("1|a|item", "2|b|item");
    }

    @Test
    void theAncestorsNamesAndSpellingsDoTheSame(Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE items (id integer, label text)", "INSERT INTO items VALUES (1, 'a'), (2, NULL), (3, '')");
        scene.file("staging.sql", "CREATE TABLE NAME.old_staging (id integer, label varchar(50))");
        String old = scene.file("old.yaml", """
                name: NAME_old
                Steps:
                - step_type: extract-rds
                  host_name: host_db_1
                  database: NAME
                  sql: |
                    SELECT id, label FROM items;
                - step_type: create-load-redshift
                  table_definition: staging.sql
                - step_type: reload
                  source: NAME.old_staging
                  destination: NAME.old_prod
                """);

        Scene.Answer oldAnswer = Scene.tofro("run", old);
        Scene.Answer answer = Scene.tofro("run", scene.copyPipeline("sql: SELECT id, label FROM items"));

        assertThat(oldAnswer.code()).as(oldAnswer.toString()).isZero();
        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT * FROM NAME.old_prod ORDER BY id"))
                .containsExactly("1|a", "2|<null>", "3|")
                .isEqualTo(scene.warehouseRows("SELECT * FROM NAME.prod ORDER BY id"));
        assertThat(Scene.report(oldAnswer.run()).findValuesAsText("type"))
                .containsExactly("extract-from-rds", "load-into-staging-table", "reload-prod-table");
    }
}
