package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where a class of Beam's takes more rows than the direct runner could hold, embedded Flink takes them. */
@Tag("slow")
@ExtendWith(TestCheckout.EndToEnd.class)
class LargeRowsRunTest {
    /** Text that does not compress, so that the files are large beside the memory that tests have. */
    private static final String ITEMS =
            "CREATE TABLE items AS SELECT n::bigint AS id, md5(n::text) || md5((n + 7)::text) AS label FROM generate_series(1, 900000) AS n";

    private static String pipeline(Scene scene) throws Exception {
        return scene.file("large.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: items, connection: host_db_1, database: NAME, table: items}
                - type: transform
                  name: even
                  class: org.tofro.cli.EvenItems
                  input_columns: [{name: id, type: bigint}, {name: label, type: varchar(64)}]
                - {type: load-into-staging-table, table: NAME.staging}
                - {type: reload-prod-table, source: NAME.staging, destination: NAME.prod}
                """);
    }

    @Test
    void largeRowsGoToFlinkAndSmallOnesStay(Scene scene) throws Exception {
        scene.source(ITEMS);
        String pipeline = pipeline(scene);

        Scene.Answer large = Scene.tofro("run", pipeline);

        assertThat(large.code()).as(large.toString()).isZero();
        assertThat(large.err())
                .containsPattern(
                        "even: its 900,000 rows, about [0-9]+ MB in memory, may not fit there, so it runs on embedded"
                                + " Flink \\(flink: \\{large_rows: false\\} in the runner file keeps it on the direct runner\\)\n");
        assertThat(scene.warehouseRows("SELECT count(*), min(id), max(id), count(DISTINCT label) FROM NAME.prod"))
                .containsExactly("450000|2|900000|450000");

        scene.changeSource("DELETE FROM items WHERE id > 1000");
        Scene.Answer small = Scene.tofro("run", pipeline, "--accept", "shrink=a test");
        assertThat(small.code()).as(small.toString()).isZero();
        assertThat(small.err()).doesNotContain("embedded Flink");
        assertThat(scene.warehouseRows("SELECT count(*), max(id) FROM NAME.prod"))
                .containsExactly("500|1000");
    }
}
