package org.tofro.steps;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tofro.connect.StepTransform;
import org.tofro.connect.warehouse.CheckTable;
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
 * Checks a table of the warehouse, and stops what comes after it or reads the table where the check fails.
 *
 * @param connection the warehouse
 * @param table the table
 * @param primaryKey columns that tell its rows apart; empty where the file knows none
 * @param expectations what must hold
 * @param warn whether the run goes on when it does not
 */
public record Check(
        String connection, TableName table, List<String> primaryKey, Expectations expectations, boolean warn)
        implements Step {
    public static final StepType TYPE = new StepType(
            "check",
            List.of(),
            "Checks a table of the warehouse and stops what comes after it, or reads the table, where something is wrong."
                    + " Everything that is wrong is said at once; the keys that it is about go to a file of the staging"
                    + " area.",
            Check::read);

    public Check {
        primaryKey = List.copyOf(primaryKey);
    }

    private static Check read(Fields fields) {
        TableTarget table = fields.target(
                fields.field("table", "The table, or a .sql file that defines it."),
                fields.field("table_definition", "A .sql file with the table's CREATE TABLE statement."));
        Expectations expectations = Expectations.read(fields);
        List<String> primaryKey = fields.field(
                        "primary_key",
                        "The columns that name a row in the file of what is wrong; those of the definition, else of the"
                                + " table, where it is missing.")
                .names();
        boolean warn = fields.field(
                        "on_failure",
                        "Whether a failed check stops the steps behind it and those that read the table, or leaves a note"
                                + " in the report.")
                .choice("stop", "warn")
                .equals("warn");
        String connection = WarehouseField.read(fields);
        return new Check(connection, table.name(), table.primaryKeyOr(primaryKey), expectations, warn);
    }

    @Override
    public TableUse tables() {
        Set<TableUse.Ref> reads = new HashSet<>();
        reads.add(new TableUse.Ref(connection, "", table));
        expectations.reads().forEach(read -> reads.add(new TableUse.Ref(connection, "", read)));
        return new TableUse(reads, Set.of(), expectations.understood(), Set.of(connection));
    }

    @Override
    public boolean gate() {
        return !warn;
    }

    @Override
    public List<String> details() {
        List<String> details = new ArrayList<>(expectations.details());
        details.add(
                warn
                        ? "a failed check leaves a note"
                        : "gate: a failed check stops what waits for it and what reads these tables");
        return details;
    }

    @Override
    public Flow expand(Upstream upstream) {
        boolean writtenHere = upstream.writtenBefore(new TableUse.Ref(connection, "", table));
        CheckTable check = new CheckTable(
                upstream.connection(connection, RedshiftConnection.class),
                upstream.s3(),
                upstream.settings().stagingArea(),
                upstream.settings().limits(),
                upstream.run(),
                upstream.step(),
                writtenHere ? upstream.run().ownTable(table) : table,
                primaryKey,
                expectations.assertions(),
                warn);
        return new Flow(upstream.ready().apply("check", StepTransform.of(upstream.run(), check)), null);
    }
}
