package org.tofro.steps;

import java.util.List;
import java.util.Optional;
import org.tofro.connect.StepTransform;
import org.tofro.connect.warehouse.AppendRows;
import org.tofro.connect.warehouse.RowOrder;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Publishing;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;

/**
 * Adds the rows of a staging table to a production table.
 *
 * @param route the two tables
 * @param order which of several staged rows of one key is taken; empty to refuse them
 * @param skipExisting whether rows whose key stands in the production table are left out rather than refused
 */
public record Append(Route route, List<RowOrder> order, boolean skipExisting) implements Step {
    public static final StepType TYPE = new StepType(
            "append",
            List.of(),
            "Adds the rows of a staging table to a production table, in one transaction and once for each run.",
            Append::read);

    public Append {
        order = List.copyOf(order);
    }

    private static Append read(Fields fields) {
        Route route = Route.read(fields);
        List<RowOrder> order = Route.order(fields);
        String existing = fields.field(
                        "on_existing",
                        "What becomes of staged rows whose key stands in the production table already: `stop` refuses the"
                                + " step, `skip` leaves them out. Needs a key.")
                .choice("stop", "skip");
        return new Append(route, order, existing.equals("skip"));
    }

    @Override
    public TableUse tables() {
        return route.tables();
    }

    @Override
    public Optional<Publishing> publishing() {
        return Optional.of(route.publishing(
                Publishing.Mode.APPEND, skipExisting && !route.primaryKey().isEmpty()));
    }

    @Override
    public List<String> details() {
        if (route.primaryKey().isEmpty()) {
            return List.of("adds rows", "duplicates: not checked, no primary key is known");
        }
        return List.of(
                "adds rows by the key " + route.key(),
                Route.orderDetail(order),
                skipExisting
                        ? "leaves out rows whose key stands there already"
                        : "guard: no row has a key that stands there already");
    }

    @Override
    public Flow expand(Upstream upstream) {
        AppendRows append = new AppendRows(route.publication(upstream), order, skipExisting);
        return new Flow(upstream.ready().apply("append", StepTransform.of(upstream.run(), append)), null);
    }
}
