package org.tofro.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tofro.connect.StepTransform;
import org.tofro.connect.warehouse.Guards;
import org.tofro.connect.warehouse.RunScript;
import org.tofro.data.RunContext;
import org.tofro.data.TableDefinition;
import org.tofro.data.TableName;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Script;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.RedshiftConnection;

/**
 * Changes a table of the warehouse by a script, in one transaction.
 *
 * @param connection the warehouse
 * @param target the table's definition, which makes it where it is missing
 * @param script what changes it
 * @param transactional whether the script runs in one transaction
 * @param allowEmpty whether it may leave none of some rows
 * @param maxShrink the most percent of its rows that the table may lose, where that is also more than 100 rows
 * @param allowDuplicates whether several rows may have one key
 * @param analyze whether the table's statistics are renewed after the commit
 */
public record CreateUpdateSql(
        String connection,
        TableDefinition target,
        Script script,
        boolean transactional,
        boolean allowEmpty,
        int maxShrink,
        boolean allowDuplicates,
        boolean analyze)
        implements Step {
    public static final StepType TYPE = new StepType(
            "create-update-sql",
            List.of(),
            "Changes a table of the warehouse by a script, in one transaction; makes the table where it is missing.",
            CreateUpdateSql::read);

    private static CreateUpdateSql read(Fields fields) {
        TableDefinition target = fields.field(
                        "table_definition", "The `.sql` file with the CREATE TABLE statement of the table to change.")
                .definition();
        boolean apart = fields.field(
                        "non_transactional",
                        "Whether each statement is committed by itself, as TRUNCATE and VACUUM demand; the script is then"
                                + " done at least once, and no guard is on.")
                .flagOr(false);
        Script script = ScriptStep.read(fields, new Script.Rules(!apart, target));
        boolean allowEmpty = fields.field("allow_empty", "Whether it may leave none of some rows.")
                .flagOr(false);
        int maxShrink = fields.field(
                        "max_shrink",
                        "The most percent of its rows that the table may lose; a loss of up to 100 rows is let through.")
                .integerOr(20, 0, 100);
        boolean allowDuplicates = fields.field("allow_duplicates", "Whether several rows may have one key.")
                .flagOr(false);
        boolean enforced = fields.field(
                        "enforce_primary_key", "The opposite of `allow_duplicates`, as Dataduct has it.")
                .flagOr(true);
        boolean analyze = fields.field("analyze_table", "Whether the table's statistics are renewed after the commit.")
                .flagOr(true);
        String connection = WarehouseField.read(fields);
        return new CreateUpdateSql(
                connection, target, script, !apart, allowEmpty, maxShrink, allowDuplicates || !enforced, analyze);
    }

    @Override
    public TableUse tables() {
        return ScriptStep.use(connection, script, Stream.of(target.table()));
    }

    @Override
    public List<String> details() {
        List<String> details = new ArrayList<>(ScriptStep.details(script, transactional));
        if (!transactional) {
            return details;
        }
        details.add(allowEmpty ? "no guard: the table may be emptied" : "guard: the table is never emptied");
        details.add(
                maxShrink == 100
                        ? "no guard: the table may shrink"
                        : "guard: the table never loses more than " + maxShrink + " % of its rows and 100 rows");
        String key = target.primaryKey().stream().collect(Collectors.joining(", ", "(", ")"));
        details.add(
                target.primaryKey().isEmpty()
                        ? "duplicates: not checked, no primary key is known"
                        : allowDuplicates
                                ? "no guard: several rows may have one key " + key
                                : "guard: no two rows have one key " + key);
        return details;
    }

    @Override
    public Flow expand(Upstream upstream) {
        RunContext run = upstream.run();
        TableName table = target.table();
        RunScript action = new RunScript(
                upstream.connection(connection, RedshiftConnection.class),
                upstream.settings().limits(),
                run,
                upstream.step(),
                script.statements(),
                transactional,
                new RunScript.Target(
                        table,
                        target.script().text(),
                        target.primaryKey(),
                        new Guards(allowEmpty, maxShrink, allowDuplicates),
                        analyze),
                List.copyOf(script.writes()),
                ScriptStep.readFromBefore(upstream, connection, script),
                List.of());
        return new Flow(upstream.ready().apply("script", StepTransform.of(run, action)), null);
    }
}
