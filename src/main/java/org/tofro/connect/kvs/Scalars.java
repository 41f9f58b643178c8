package org.tofro.connect.kvs;

import org.tofro.connect.StepRefusal;
import org.tofro.connect.cassandra.write.CellEncoder;
import org.tofro.connect.cassandra.write.TargetColumn;

/** Encoders of single values. */
final class Scalars {
    private Scalars() {}

    /** One for each value column of a source. */
    static CellEncoder[] encoders(SourceLayout layout) {
        return layout.values().stream().map(Scalars::encoder).toArray(CellEncoder[]::new);
    }

    static CellEncoder encoder(SourceLayout.Value value) {
        try {
            return CellEncoder.of(new TargetColumn(value.name(), ValueForm.cql("", value)));
        } catch (StepRefusal e) {
            throw new IllegalStateException("the layout was made of types that the store holds", e);
        }
    }
}
