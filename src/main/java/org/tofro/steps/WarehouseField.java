package org.tofro.steps;

import org.tofro.pipeline.Fields;

/** The field by which every step that works in the warehouse names it. */
final class WarehouseField {
    private WarehouseField() {}

    static String read(Fields fields) {
        return fields.field("connection", "The warehouse, a connection of type redshift in the runner file.")
                .connectionOr("redshift", "redshift");
    }
}
