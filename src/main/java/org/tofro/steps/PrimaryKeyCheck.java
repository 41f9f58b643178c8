package org.tofro.steps;

import java.util.List;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableTarget;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;

/**
 * Dataduct's check that a table's key is whole and unique.
 *
 * @param check the check that does it
 */
public record PrimaryKeyCheck(Check check) implements Step {
    public static final StepType TYPE = new StepType(
            "primary-key-check",
            List.of(),
            "Checks that the key of a table has no NULL and that no two rows have one key: a `check` of `not_null` and"
                    + " `unique`.",
            PrimaryKeyCheck::read);

    private static PrimaryKeyCheck read(Fields fields) {
        fields.ancestors("script", "use a check with 'sql'");
        fields.ancestors("command", "use a check with 'sql'");
        fields.ancestors("script_arguments", "use a check with 'sql'");
        fields.ancestors("log_to_s3", "the report of the run holds the result; take it out");
        TableTarget table = fields.target(
                fields.field("table", "The table, or a .sql file that defines it."),
                fields.field("table_definition", "A .sql file with the table's CREATE TABLE statement."));
        List<String> key = table.primaryKeyOr(
                fields.field("primary_key", "The key's columns; those of the definition where it is missing.")
                        .names());
        if (key.isEmpty()) {
            fields.problem(
                    "table_definition",
                    "no primary key is known of '" + table.name() + "'; name it with 'primary_key'");
        }
        String connection = WarehouseField.read(fields);
        return new PrimaryKeyCheck(new Check(connection, table.name(), key, Expectations.ofKey(key), false));
    }

    @Override
    public TableUse tables() {
        return check.tables();
    }

    @Override
    public boolean gate() {
        return check.gate();
    }

    @Override
    public List<String> details() {
        return check.details();
    }

    @Override
    public Flow expand(Upstream upstream) {
        return check.expand(upstream);
    }
}
