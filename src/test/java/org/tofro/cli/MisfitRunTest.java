package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Values that Redshift has no place for end a run before anything is published; readers keep what they had. */
@ExtendWith(TestCheckout.EndToEnd.class)
class MisfitRunTest {
    @Test
    void aRunWithMisfitsNamesThemAndProductionStaysAsItWas(Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE items (id integer, price numeric(5,2), born date, label text)",
                "INSERT INTO items VALUES (1, 9.99, '2020-02-29', 'one'), (2, NULL, NULL, '')");
        String pipeline = scene.copyPipeline("table: items");
        assertThat(Scene.tofro("run", pipeline).code()).isZero();
        List<String> before = scene.warehouseRows("SELECT * FROM NAME.prod ORDER BY id");

        scene.changeSource(
                "UPDATE items SET price = 'NaN' WHERE id = 1",
                "INSERT INTO items VALUES (3, 1, 'infinity', repeat('\u00e9', 40000)), (4, 'NaN', '0044-03-15 BC', 'x')");
        Scene.Answer answer = Scene.tofro("run", pipeline);

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.out())
                .contains("extract: connection 'host_db_1', database '" + scene.name + "': "
                        + "column 'price' (numeric(5,2) -> decimal(5,2)): 2 values NaN or infinite; `columns: type` with"
                        + " varchar(7) would carry them; "
                        + "column 'born' (date -> date): 1 value infinite; `columns: type` with varchar(13) would carry"
                        + " them; "
                        + "column 'born' (date -> date): 1 value outside of the years 1 to 9999; `columns: type` with"
                        + " varchar(13) would carry them; "
                        + "column 'label' (text -> varchar(65535)): 1 value longer than its type in bytes; the longest has"
                        + " 80000 bytes by octet_length(\"label\"), `columns: type` with varbyte(80000) would carry them as"
                        + " bytes");
        assertThat(scene.warehouseRows("SELECT * FROM NAME.prod ORDER BY id")).isEqualTo(before);
        assertThat(scene.warehouseRows("SELECT * FROM NAME.staging ORDER BY id"))
                .isEqualTo(before);
    }

    @Test
    void aRowThatIsTooLongForCopyIsRefusedWithItsSize(Scene scene) throws Exception {
        String columns =
                IntStream.range(0, 70).mapToObj(i -> ", c" + i + " text").collect(Collectors.joining());
        String values = ", repeat('x', 60000)".repeat(70);
        scene.source("CREATE TABLE items (id integer" + columns + ")", "INSERT INTO items (id) VALUES (1)");
        String pipeline = scene.copyPipeline("table: items");
        assertThat(Scene.tofro("run", pipeline).code()).isZero();

        scene.changeSource("INSERT INTO items SELECT 2" + values);
        Scene.Answer answer = Scene.tofro("run", pipeline);

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.out())
                .contains(
                        "load: the longest row that step 'extract' staged has 4200212 bytes, and COPY takes rows of at"
                                + " most 4194304 (4 MB). Nothing was loaded; leave its long values out with `columns:` or `sql:` of"
                                + " the extract");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod")).containsExactly("1");
    }

    @Test
    void aTypeThatWouldChangeValuesIsRefusedByThePlan(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id bigint, share double precision)");
        String pipeline = scene.copyPipeline("""
                table: items
                  columns:
                  - {name: id, type: double precision}
                  - {name: share, type: "numeric(10,2)"}""");

        Scene.Answer answer = Scene.tofro("plan", pipeline, "--connect");

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.out())
                .contains("extract, connected:\n  cannot be done: connection 'host_db_1', database '" + scene.name
                        + "': column 'id' is bigint, and double precision would change values of it; bigint, decimal(20,0),"
                        + " varchar(20) would not, and `sql:` can convert it; column 'share' is double precision, and"
                        + " decimal(10,2) would change values of it; double precision, varchar(24) would not, and `sql:` can"
                        + " convert it\n");
    }
}
