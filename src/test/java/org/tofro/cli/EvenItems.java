package org.tofro.cli;

import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** What a user may write: lets pass the rows whose id is even. */
public final class EvenItems extends PTransform<PCollection<Row>, PCollection<Row>> {
    @Override
    public PCollection<Row> expand(PCollection<Row> items) {
        return items.apply(Filter.by(EvenItems::isEven)).setRowSchema(items.getSchema());
    }

    private static boolean isEven(Row item) {
        Long id = item.getInt64("id");
        if (id == null) {
            throw new IllegalArgumentException("an item without id");
        }
        return id % 2 == 0;
    }
}
