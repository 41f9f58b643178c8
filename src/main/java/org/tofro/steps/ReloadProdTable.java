package org.tofro.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepTransform;
import org.tofro.connect.warehouse.Guards;
import org.tofro.connect.warehouse.ReloadTable;
import org.tofro.data.RunContext;
import org.tofro.data.TableDefinition;
import org.tofro.data.TableName;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Publishing;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableTarget;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.RedshiftConnection;

/**
 * Replaces all rows of a production table by those of a staging table, in one transaction.
 *
 * @param connection the warehouse
 * @param source the staging table
 * @param destination the production table
 * @param definition the production table's definition; null where a missing one is made like the staging table
 * @param primaryKey the key's columns; empty where none is known, and duplicates are then not checked
 * @param allowEmpty whether no rows at all may replace some
 * @param maxShrink the most percent of its rows that the table may lose, where that is also more than 100 rows
 * @param allowDuplicates whether several rows may have one key
 */
public record ReloadProdTable(
        String connection,
        TableName source,
        TableName destination,
        @Nullable TableDefinition definition,
        List<String> primaryKey,
        boolean allowEmpty,
        int maxShrink,
        boolean allowDuplicates)
        implements Step {
    public static final StepType TYPE = new StepType(
            "reload-prod-table",
            List.of("reload"),
            "Replaces all rows of a production table by those of a staging table, in one transaction.",
            ReloadProdTable::read);

    public ReloadProdTable {
        primaryKey = List.copyOf(primaryKey);
    }

    private static ReloadProdTable read(Fields fields) {
        TableTarget source = fields.field("source", "The staging table, or a .sql file that defines it.")
                .target();
        TableTarget destination = fields.target(
                fields.field("destination", "The production table, or a .sql file that defines it."),
                fields.field("table_definition", "A .sql file with the production table's CREATE TABLE statement."));
        List<String> primaryKey = fields.field(
                        "primary_key", "The key's columns; those of the definition where it is missing.")
                .names();
        boolean allowEmpty = fields.field("allow_empty", "Whether no rows at all may replace some.")
                .flagOr(false);
        int maxShrink = fields.field(
                        "max_shrink",
                        "The most percent of its rows that the table may lose; a loss of up to 100 rows is let through.")
                .integerOr(20, 0, 100);
        boolean allowDuplicates = fields.field("allow_duplicates", "Whether several rows may have one key.")
                .flagOr(false);
        String connection = fields.field(
                        "connection", "The warehouse, a connection of type redshift in the runner file.")
                .connectionOr("redshift", "redshift");
        return new ReloadProdTable(
                connection,
                source.name(),
                destination.name(),
                destination.definition(),
                destination.primaryKeyOr(primaryKey),
                allowEmpty,
                maxShrink,
                allowDuplicates);
    }

    @Override
    public TableUse tables() {
        return new TableUse(
                Set.of(new TableUse.Ref(connection, "", source)),
                Set.of(new TableUse.Ref(connection, "", destination)),
                true,
                Set.of(connection));
    }

    @Override
    public Optional<Publishing> publishing() {
        return Optional.of(new Publishing(
                new TableUse.Ref(connection, "", source),
                new TableUse.Ref(connection, "", destination),
                Publishing.Mode.REPLACE,
                !primaryKey.isEmpty()));
    }

    @Override
    public List<String> details() {
        List<String> guards = new ArrayList<>();
        guards.add(
                allowEmpty
                        ? "no guard: an empty source may replace rows"
                        : "guard: an empty source never replaces rows");
        guards.add(
                maxShrink == 100
                        ? "no guard: the table may shrink"
                        : "guard: the table never loses more than " + maxShrink + " % of its rows and 100 rows");
        if (primaryKey.isEmpty()) {
            guards.add("duplicates: not checked, no primary key is known");
        } else {
            String key = "(" + String.join(", ", primaryKey) + ")";
            guards.add(
                    allowDuplicates
                            ? "no guard: several rows may have one key " + key
                            : "guard: no two rows have one key " + key);
        }
        return guards;
    }

    @Override
    public Flow expand(Upstream upstream) {
        RunContext run = upstream.run();
        boolean loadedHere = upstream.writtenBefore(new TableUse.Ref(connection, "", source));
        ReloadTable reload = new ReloadTable(
                upstream.connection(connection, RedshiftConnection.class),
                upstream.settings().limits(),
                run,
                upstream.step(),
                loadedHere ? run.ownTable(source) : source,
                loadedHere,
                run.ownTable(destination),
                run.limit().isPresent() ? destination : null,
                definition == null || run.limit().isPresent()
                        ? null
                        : definition.script().text(),
                primaryKey,
                new Guards(allowEmpty, maxShrink, allowDuplicates));
        return new Flow(upstream.ready().apply("reload", StepTransform.of(run.run(), reload)), null);
    }
}
