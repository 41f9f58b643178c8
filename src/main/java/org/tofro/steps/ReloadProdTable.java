package org.tofro.steps;

import java.util.List;
import java.util.Optional;
import org.tofro.connect.StepTransform;
import org.tofro.connect.warehouse.ReloadTable;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Publishing;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;

/**
 * Replaces all rows of a production table by those of a staging table, in one transaction.
 *
 * @param route the two tables; duplicates are not checked where no key is known
 * @param guards what is refused
 */
public record ReloadProdTable(Route route, ReplacementGuards guards) implements Step {
    public static final StepType TYPE = new StepType(
            "reload-prod-table",
            List.of("reload"),
            "Replaces all rows of a production table by those of a staging table, in one transaction.",
            fields -> new ReloadProdTable(Route.read(fields), ReplacementGuards.read(fields, "table")));

    @Override
    public TableUse tables() {
        return route.tables();
    }

    @Override
    public Optional<Publishing> publishing() {
        return Optional.of(
                route.publishing(Publishing.Mode.REPLACE, !route.primaryKey().isEmpty()));
    }

    @Override
    public List<String> details() {
        return guards.details("table", route);
    }

    @Override
    public Flow expand(Upstream upstream) {
        ReloadTable reload = new ReloadTable(route.publication(upstream), guards.guards());
        return new Flow(upstream.ready().apply("reload", StepTransform.of(upstream.run(), reload)), null);
    }
}
