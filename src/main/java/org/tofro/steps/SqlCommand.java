package org.tofro.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepTransform;
import org.tofro.connect.warehouse.RunScript;
import org.tofro.data.RunContext;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Script;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.RedshiftConnection;

/**
 * Runs SQL in the warehouse, in one transaction.
 *
 * @param connection the warehouse
 * @param script the SQL
 * @param transactional whether it runs in one transaction
 * @param queue the ancestor's query group; null where none is given
 */
public record SqlCommand(
        String connection,
        Script script,
        boolean transactional,
        @Nullable String queue) implements Step {
    public static final StepType TYPE = new StepType(
            "sql-command",
            List.of(),
            "Runs SQL in the warehouse, in one transaction: what belongs to no one table, such as grants.",
            SqlCommand::read);

    private static SqlCommand read(Fields fields) {
        boolean wrapped = fields.field(
                        "wrap_transaction",
                        "Whether it all runs in one transaction; else each statement is committed by itself, and the SQL"
                                + " is done at least once.")
                .flagOr(true);
        boolean apart = fields.field("non_transactional", "The opposite of `wrap_transaction`, as other steps have it.")
                .flagOr(false);
        boolean transactional = wrapped && !apart;
        Script script = ScriptStep.read(fields, new Script.Rules(transactional, null));
        String queue = fields.field(
                        "queue",
                        "Dataduct's query group. Tofro keeps its own, `tofro:<pipeline>/<step>/<run>`, which a queue can"
                                + " take as `tofro:*`; the plan and the report say so.")
                .optionalText();
        String connection = WarehouseField.read(fields);
        return new SqlCommand(connection, script, transactional, queue);
    }

    @Override
    public TableUse tables() {
        return ScriptStep.use(connection, script, Stream.of());
    }

    @Override
    public List<String> details() {
        List<String> details = new ArrayList<>(ScriptStep.details(script, transactional));
        details.addAll(notes());
        return details;
    }

    private List<String> notes() {
        return queue == null
                ? List.of()
                : List.of("the query group '" + queue + "' is not set: the label of the run stands in its place");
    }

    @Override
    public Flow expand(Upstream upstream) {
        RunContext run = upstream.run();
        RunScript action = new RunScript(
                upstream.connection(connection, RedshiftConnection.class),
                upstream.settings().limits(),
                run,
                upstream.step(),
                script.statements(),
                transactional,
                null,
                List.copyOf(script.writes()),
                ScriptStep.readFromBefore(upstream, connection, script),
                notes());
        return new Flow(upstream.ready().apply("script", StepTransform.of(run, action)), null);
    }
}
