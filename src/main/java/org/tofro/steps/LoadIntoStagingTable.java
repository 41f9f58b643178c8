package org.tofro.steps;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepTransform;
import org.tofro.connect.warehouse.LoadStaging;
import org.tofro.data.RunContext;
import org.tofro.data.TableDefinition;
import org.tofro.data.TableName;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableTarget;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.RedshiftConnection;

/**
 * Loads the staged files of an earlier step into a staging table of the warehouse, in place of what it held.
 *
 * @param connection the warehouse
 * @param table the staging table
 * @param definition its definition; null where a missing table follows from the files' columns
 * @param primaryKey the key's columns; empty where none is known
 */
public record LoadIntoStagingTable(
        String connection, TableName table, @Nullable TableDefinition definition, List<String> primaryKey)
        implements Step {
    public static final StepType TYPE = new StepType(
            "load-into-staging-table",
            List.of("create-load-redshift"),
            "Loads the staged files of an earlier step into a staging table of the warehouse, in place of what it held.",
            LoadIntoStagingTable::read);

    public LoadIntoStagingTable {
        primaryKey = List.copyOf(primaryKey);
    }

    private static LoadIntoStagingTable read(Fields fields) {
        TableTarget target = fields.target(
                fields.field("table", "The staging table, or a .sql file that defines it."),
                fields.field("table_definition", "A .sql file with the table's CREATE TABLE statement."));
        List<String> primaryKey = fields.field(
                        "primary_key", "The key's columns; those of the definition where it is missing.")
                .names();
        String connection = WarehouseField.read(fields);
        return new LoadIntoStagingTable(
                connection, target.name(), target.definition(), target.primaryKeyOr(primaryKey));
    }

    @Override
    public TableUse tables() {
        return new TableUse(Set.of(), Set.of(new TableUse.Ref(connection, "", table)), true, Set.of(connection));
    }

    @Override
    public Optional<TableDefinition> loads() {
        return Optional.ofNullable(definition);
    }

    @Override
    public boolean consumesFiles() {
        return true;
    }

    @Override
    public Flow expand(Upstream upstream) {
        RunContext run = upstream.run();
        LoadStaging load = new LoadStaging(
                upstream.connection(connection, RedshiftConnection.class),
                upstream.s3(),
                upstream.settings().stagingArea(),
                upstream.settings().limits(),
                run,
                upstream.step(),
                run.ownTable(table),
                definition == null || run.limit().isPresent()
                        ? null
                        : definition.script().text(),
                primaryKey);
        return new Flow(upstream.ready().apply("load", StepTransform.of(run, load, upstream.files())), null);
    }
}
