package org.tofro.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tofro.connect.StepTransform;
import org.tofro.connect.warehouse.ReplaceIntervalRows;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Publishing;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;

/**
 * Replaces the rows of the run's interval in a production table by those of a staging table.
 *
 * @param route the two tables
 * @param column the column of both that says when a row happened
 * @param guards what is refused, of the interval's rows
 */
public record ReplaceInterval(Route route, String column, ReplacementGuards guards) implements Step {
    public static final StepType TYPE = new StepType(
            "replace-interval",
            List.of(),
            "Deletes the rows of the run's interval from a production table and inserts the staged ones, in one"
                    + " transaction. Rows of an incremental extract replace the stretch of its cursor instead.",
            ReplaceInterval::read);

    private static ReplaceInterval read(Fields fields) {
        Route route = Route.read(fields);
        String column = fields.field(
                        "column",
                        "The date, timestamp or timestamptz column of both tables that says when a row happened; without a"
                                + " time zone it is taken as UTC. Staged rows outside of the interval are refused.")
                .text();
        return new ReplaceInterval(route, column, ReplacementGuards.read(fields, "interval"));
    }

    @Override
    public TableUse tables() {
        return route.tables();
    }

    @Override
    public Optional<Publishing> publishing() {
        return Optional.of(route.publishing(
                Publishing.Mode.REPLACE_INTERVAL, !route.primaryKey().isEmpty()));
    }

    @Override
    public List<String> details() {
        List<String> details = new ArrayList<>();
        details.add("replaces the rows whose " + column + " is in the run's interval");
        details.add("guard: no staged row is outside of the interval");
        details.addAll(guards.details("interval", route));
        return details;
    }

    @Override
    public Flow expand(Upstream upstream) {
        ReplaceIntervalRows replace = new ReplaceIntervalRows(route.publication(upstream), column, guards.guards());
        return new Flow(upstream.ready().apply("replace", StepTransform.of(upstream.run(), replace)), null);
    }
}
