package org.tofro.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.Publication;
import org.tofro.connect.warehouse.RowOrder;
import org.tofro.data.RunContext;
import org.tofro.data.TableDefinition;
import org.tofro.data.TableName;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Publishing;
import org.tofro.pipeline.TableTarget;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.RedshiftConnection;

/**
 * The staging table that a publishing step takes rows from and the production table that it brings them to.
 *
 * @param connection the warehouse
 * @param source the staging table
 * @param destination the production table
 * @param definition the production table's definition; null where a missing one is made like the staging table
 * @param primaryKey the key's columns; empty where the file knows none, and the production table's own is then taken
 */
record Route(
        String connection,
        TableName source,
        TableName destination,
        @Nullable TableDefinition definition,
        List<String> primaryKey) {
    Route {
        primaryKey = List.copyOf(primaryKey);
    }

    static Route read(Fields fields) {
        TableTarget source = fields.field("source", "The staging table, or a .sql file that defines it.")
                .target();
        TableTarget destination = fields.target(
                fields.field("destination", "The production table, or a .sql file that defines it."),
                fields.field("table_definition", "A .sql file with the production table's CREATE TABLE statement."));
        List<String> primaryKey = fields.field(
                        "primary_key", "The key's columns; those of the definition where it is missing.")
                .names();
        String connection = WarehouseField.read(fields);
        return new Route(
                connection,
                source.name(),
                destination.name(),
                destination.definition(),
                destination.primaryKeyOr(primaryKey));
    }

    /** The field {@code order_by}: columns, each with {@code desc} behind it where the largest value comes first. */
    static List<RowOrder> order(Fields fields) {
        List<RowOrder> order = new ArrayList<>();
        List<String> given = fields.field(
                        "order_by",
                        "Which staged row is taken where several have one key: the first by these columns, each with `desc`"
                                + " behind it where the largest value comes first; rows without a value come last. Without"
                                + " it such keys are refused.")
                .names();
        for (String each : given) {
            String column = each.strip().replaceFirst("(?i)\\s+(asc|desc)$", "");
            order.add(new RowOrder(column, each.strip().matches("(?is).*\\s+desc")));
        }
        return order;
    }

    /** The detail that a plan has of an order. */
    static String orderDetail(List<RowOrder> order) {
        return order.isEmpty()
                ? "guard: no two staged rows have one key"
                : "takes one staged row of each key: the first by "
                        + String.join(
                                ", ", order.stream().map(RowOrder::toString).toList());
    }

    /** The key as a plan shows it. */
    String key() {
        return "(" + String.join(", ", primaryKey) + ")";
    }

    TableUse tables() {
        return new TableUse(Set.of(from()), Set.of(to()), true, Set.of(connection));
    }

    private TableUse.Ref from() {
        return new TableUse.Ref(connection, "", source);
    }

    private TableUse.Ref to() {
        return new TableUse.Ref(connection, "", destination);
    }

    Publishing publishing(Publishing.Mode mode, boolean keyed) {
        return new Publishing(from(), to(), mode, keyed);
    }

    /** The publication of this run. */
    Publication publication(Upstream upstream) {
        RunContext run = upstream.run();
        boolean trial = run.limit().isPresent();
        boolean loadedHere = upstream.writtenBefore(from());
        return new Publication(
                upstream.connection(connection, RedshiftConnection.class),
                upstream.settings().limits(),
                run,
                upstream.step(),
                loadedHere ? run.ownTable(source) : source,
                loadedHere,
                run.ownTable(destination),
                trial ? destination : null,
                definition == null || trial ? null : definition.script().text(),
                primaryKey);
    }
}
