package org.tofro.bench;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** The least that a class of a transform can do: hands on each row. */
public final class SameRows extends PTransform<PCollection<Row>, PCollection<Row>> {
    @Override
    public PCollection<Row> expand(PCollection<Row> rows) {
        return rows.apply(ParDo.of(new SameFn())).setRowSchema(rows.getSchema());
    }

    private static final class SameFn extends DoFn<Row, Row> {
        @ProcessElement
        public void process(@Element Row row, OutputReceiver<Row> out) {
            out.output(row);
        }
    }
}
