package org.tofro.steps;

import java.util.List;
import java.util.Optional;
import org.tofro.connect.StepTransform;
import org.tofro.connect.warehouse.RowOrder;
import org.tofro.connect.warehouse.UpsertRows;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Publishing;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;

/**
 * Puts the rows of a staging table in the place of a production table's rows of the same keys, and adds the others.
 *
 * @param route the two tables
 * @param order which of several staged rows of one key is taken; empty to refuse them
 */
public record Upsert(Route route, List<RowOrder> order) implements Step {
    public static final StepType TYPE = new StepType(
            "upsert",
            List.of(),
            "Replaces the rows of a production table whose keys are staged and adds the others, in one transaction.",
            Upsert::read);

    private static final String BY_SQL =
            "write the query with create-update-sql, or stage its rows and name the table" + " with 'source'";

    public Upsert {
        order = List.copyOf(order);
    }

    private static Step read(Fields fields) {
        fields.ancestors("sql", BY_SQL);
        fields.ancestors("script", BY_SQL);
        fields.ancestors("script_arguments", BY_SQL);
        fields.ancestors("filter_clause", BY_SQL);
        fields.ancestors("history", "keep a history with create-update-sql");
        fields.ancestors("non_transactional", "an upsert is one transaction; take it out");
        fields.ancestors("analyze_table", "Redshift analyzes tables by itself; take it out");
        Route route = Route.read(fields);
        List<RowOrder> order = Route.order(fields);
        boolean enforced = fields.field(
                        "enforce_primary_key", "Dataduct's; a key is always enforced, so only true is taken.")
                .flagOr(true);
        if (!enforced) {
            fields.problem(
                    "enforce_primary_key",
                    "'enforce_primary_key: false' would publish several rows of one key; 'order_by' says which of them is"
                            + " taken");
        }
        boolean all = fields.field(
                        "delete_existing",
                        "Dataduct's; true replaces all rows, with the guards of reload-prod-table as they are by default.")
                .flagOr(false);
        if (all && !order.isEmpty()) {
            fields.problem("delete_existing", "'delete_existing: true' goes without 'order_by'; use reload-prod-table");
        }
        return all ? new ReloadProdTable(route, new ReplacementGuards(false, 20, false)) : new Upsert(route, order);
    }

    @Override
    public TableUse tables() {
        return route.tables();
    }

    @Override
    public Optional<Publishing> publishing() {
        return Optional.of(route.publishing(Publishing.Mode.UPSERT, true));
    }

    @Override
    public List<String> details() {
        String key = route.primaryKey().isEmpty() ? "the production table's own key" : "the key " + route.key();
        return List.of("replaces rows by " + key, Route.orderDetail(order));
    }

    @Override
    public Flow expand(Upstream upstream) {
        UpsertRows upsert = new UpsertRows(route.publication(upstream), order);
        return new Flow(upstream.ready().apply("upsert", StepTransform.of(upstream.run(), upsert)), null);
    }
}
