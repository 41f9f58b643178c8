package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tofro.connect.StepRefusal;
import org.tofro.data.Column;
import org.tofro.data.RunContext;
import org.tofro.data.Schema;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;

/** COPY takes rows of at most 4 MB: a longer one is refused before COPY is asked, with its size. */
final class LongRowTest {
    private static final int COLUMNS = 65;

    private final TestWarehouse warehouse = new TestWarehouse();

    /** A row of so many bytes in the staged form, between two short ones. */
    private StagedFiles stage(RunContext run, int bytes) {
        Schema schema = new Schema(IntStream.range(0, COLUMNS)
                .mapToObj(i -> new Column("c" + i, "varchar(65535)", "text"))
                .toList());
        // Quotes and what parts a value from the next take three bytes of each.
        int text = bytes - 3 * COLUMNS;
        List<String> row = new ArrayList<>(Collections.nCopies(COLUMNS - 1, "x".repeat(text / COLUMNS)));
        row.add("x".repeat(text - text / COLUMNS * (COLUMNS - 1)));
        List<String> small = Collections.nCopies(COLUMNS, "");
        return warehouse.stage(run, schema, List.of(small, row, small));
    }

    @Test
    void theLongestThatCopyTakesIsLoaded() throws Exception {
        RunContext run = warehouse.launch(TestWarehouse.fresh("long"), "run-1");
        TableName table = TableName.of("public", TestWarehouse.fresh("long"));
        StagedFiles files = stage(run, 4_194_304);
        assertThat(files.longestRow()).isEqualTo(4_194_304);

        TestWarehouse.perform(warehouse.load(run, table), files);

        assertThat(warehouse.rows("SELECT count(*) FROM " + table.sql())).containsExactly("3");
    }

    @Test
    void aByteMoreIsRefusedAndTheTableIsAsItWas() throws Exception {
        RunContext run = warehouse.launch(TestWarehouse.fresh("long"), "run-1");
        TableName table = TableName.of("public", TestWarehouse.fresh("long"));
        warehouse.table(table, 2);

        assertThatThrownBy(() -> TestWarehouse.perform(warehouse.load(run, table), stage(run, 4_194_305)))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(
                        "the longest row that step 'extract' staged has 4194305 bytes, and COPY takes rows of at most"
                                + " 4194304 (4 MB). Nothing was loaded; leave its long values out with `columns:` or `sql:` of the"
                                + " extract");

        assertThat(warehouse.content(table)).containsExactly("1|old", "2|old");
    }
}
