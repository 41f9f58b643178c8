package org.tofro.connect.kvs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows come out in their order, all of them, whatever memory there was. */
class RowSorterTest {
    @TempDir
    Path folder;

    /** The least budget makes a file of almost every row, so that files are merged into one many times. */
    @ParameterizedTest
    @ValueSource(longs = {300, 20_000, 100_000_000})
    void sortsWithinItsBudget(long budget) throws IOException {
        Random random = new Random(7);
        List<KeyedRow> rows = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            SortedBytes order = new SortedBytes();
            order.text(String.valueOf(random.nextInt(500)).getBytes(StandardCharsets.UTF_8));
            int key = order.length();
            order.text(String.valueOf(random.nextInt(5)).getBytes(StandardCharsets.UTF_8));
            rows.add(new KeyedRow(order.take(), key, String.valueOf(i).getBytes(StandardCharsets.UTF_8)));
        }
        Path own = folder.resolve("runs");
        List<KeyedRow> sorted = new ArrayList<>();
        try (RowSorter sorter = new RowSorter(own, budget)) {
            for (KeyedRow row : rows) {
                sorter.add(row);
            }
            RowSorter.Rows all = sorter.sorted();
            for (KeyedRow row = all.next(); row != null; row = all.next()) {
                sorted.add(row);
            }
            assertThat(sorter.spilled() > 0).isEqualTo(budget < 1_000_000);
        }

        assertThat(sorted).containsExactlyElementsOf(rows.stream().sorted().toList());
        assertThat(Files.exists(own)).isFalse();
    }
}
