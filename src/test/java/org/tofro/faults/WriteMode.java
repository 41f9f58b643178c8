package org.tofro.faults;

import java.util.List;
import java.util.Set;

/**
 * A way in which rows get into a production table: the step {@code publish} of the matrix's pipeline.
 *
 * @param name as the matrix calls it
 * @param type the step type
 * @param fields the step's other fields; {@code SCHEMA} stands for the cell's schema
 */
record WriteMode(String name, String type, String fields) {
    private static final String SCRIPT =
            "DELETE FROM SCHEMA.prod WHERE id > 3; INSERT INTO SCHEMA.prod (id, name, happened)"
                    + " SELECT id, name, happened FROM SCHEMA.staging WHERE id > 7";

    /** Every write mode that there is; a new one is a line here. */
    static final List<WriteMode> ALL = List.of(
            of("reload-prod-table", "source: SCHEMA.staging, destination: SCHEMA.prod, primary_key: [id]"),
            of("append", "source: SCHEMA.staging, destination: SCHEMA.prod"),
            new WriteMode(
                    "append by key",
                    "append",
                    "source: SCHEMA.staging, destination: SCHEMA.prod, primary_key: [id], on_existing: skip"),
            of("upsert", "source: SCHEMA.staging, destination: SCHEMA.prod, primary_key: [id]"),
            of("replace-interval", "source: SCHEMA.staging, destination: SCHEMA.prod, column: happened"),
            of("create-update-sql", "table_definition: SCHEMA.prod.sql, command: \"" + WriteMode.SCRIPT + "\""),
            of("sql-command", "command: \"" + WriteMode.SCRIPT + "\""));

    /** Step types that change no production table of the warehouse. */
    static final Set<String> NONE = Set.of(
            "extract-from-rds",
            "extract-from-event-log",
            "extract-from-s3",
            "extract-from-local",
            "extract-from-redshift",
            "extract-from-cassandra",
            "transform",
            "wait-for-file",
            "load-into-rds",
            "load-into-cassandra",
            "materialize-kvs",
            "nostos-v2",
            "load-into-staging-table",
            "check",
            "primary-key-check",
            "pipeline-dependencies",
            "emr-step");

    private static WriteMode of(String type, String fields) {
        return new WriteMode(type, type, fields);
    }

    /** Reads the source, loads it, publishes it. */
    String pipeline(String schema) {
        return """
                name: SCHEMA
                steps:
                - {type: extract-from-rds, name: extract, connection: source, database: postgres, table: items}
                - {type: load-into-staging-table, name: load, table: SCHEMA.staging}
                - {type: TYPE, name: publish, FIELDS}
                """.replace("TYPE", type).replace("FIELDS", fields).replace("SCHEMA", schema);
    }

    /** A short name for schemas and pipelines. */
    String stem() {
        return name.replaceAll("-(prod-table|table)$", "").replaceAll("[^a-z]", "_");
    }

    @Override
    public String toString() {
        return name;
    }
}
