package org.tofro.faults;

import java.util.List;

/**
 * A way in which rows get into a production table: the step {@code publish} of the matrix's pipeline.
 *
 * @param name the step type's
 * @param publish the step's other fields; {@code SCHEMA} stands for the cell's schema
 */
record WriteMode(String name, String publish) {
    /** Every write mode that there is; a new one is a line here. */
    static final List<WriteMode> ALL = List.of(
            new WriteMode("reload-prod-table", "source: SCHEMA.staging, destination: SCHEMA.prod, primary_key: [id]"));

    /** Reads the source, loads it, publishes it. */
    String pipeline(String schema) {
        return """
                name: SCHEMA
                steps:
                - {type: extract-from-rds, name: extract, connection: source, database: postgres, table: items}
                - {type: load-into-staging-table, name: load, table: SCHEMA.staging}
                - {type: MODE, name: publish, PUBLISH}
                """.replace("MODE", name)
                .replace("PUBLISH", publish)
                .replace("SCHEMA", schema);
    }

    /** A short name for schemas and pipelines. */
    String stem() {
        return name.replaceAll("-(prod-table|table)$", "").replace('-', '_');
    }

    @Override
    public String toString() {
        return name;
    }
}
