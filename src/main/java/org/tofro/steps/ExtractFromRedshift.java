package org.tofro.steps;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.unload.UnloadExtraction;
import org.tofro.connect.warehouse.Unload;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.SqlQuery;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.RedshiftConnection;

/**
 * Has the warehouse write a query or a table into staged files.
 *
 * @param connection the warehouse
 * @param table the table; null where {@code sql} is given
 * @param sql the query; null where {@code table} is given
 */
public record ExtractFromRedshift(
        String connection,
        @Nullable TableName table,
        @Nullable SqlQuery sql) implements Step {
    public static final StepType TYPE = new StepType(
            "extract-from-redshift",
            List.of("extract-redshift"),
            "Has the warehouse write a query or a table into staged files, by UNLOAD.",
            ExtractFromRedshift::read);

    private static ExtractFromRedshift read(Fields fields) {
        String schema = fields.field("schema", "The table's schema, where `table` does not name it.")
                .optionalText();
        TableName table = fields.field("table", "The table to read, whole.").optionalTable();
        SqlQuery sql = fields.field(
                        "sql",
                        "The query to read; what must not leave the warehouse as it is, is masked in it, as by"
                                + " `SHA2(email, 256)`.")
                .optionalQuery();
        fields.exactlyOne("table", "sql");
        if (schema != null && table != null && table.schema() == null) {
            table = new TableName(schema, table.name());
        } else if (schema != null) {
            fields.problem("schema", "'schema' goes with a 'table' that names none itself");
        }
        fields.ancestors("insert_mode", "an extract inserts nothing; take it out");
        fields.ancestors("output_path", "staged files have a place of their own; take it out");
        return new ExtractFromRedshift(WarehouseField.read(fields), table, sql);
    }

    @Override
    public TableUse tables() {
        Set<TableUse.Ref> reads = new HashSet<>();
        if (table != null) {
            reads.add(new TableUse.Ref(connection, "", table));
        }
        if (sql != null) {
            sql.reads().forEach(read -> reads.add(new TableUse.Ref(connection, "", read)));
        }
        return new TableUse(reads, Set.of(), sql == null || sql.understood(), Set.of(connection));
    }

    @Override
    public boolean producesFiles() {
        return true;
    }

    @Override
    public List<String> details() {
        return sql == null
                ? List.of()
                : List.of("reads a query (" + sql.script().origin() + ")");
    }

    @Override
    public Flow expand(Upstream upstream) {
        RunContext run = upstream.run();
        String query = sql != null
                ? sql.script().text()
                : "SELECT * FROM " + own(upstream, run).sql();
        return Extracting.from(
                upstream,
                new UnloadExtraction(new Unload(
                        upstream.connection(connection, RedshiftConnection.class),
                        run,
                        upstream.step(),
                        query,
                        sql != null ? sql.script().origin() : "table " + table)));
    }

    /** A trial run reads what it has written itself. */
    private TableName own(Upstream upstream, RunContext run) {
        TableName named = Objects.requireNonNull(table, "the reader demands table or sql");
        return upstream.writtenBefore(new TableUse.Ref(connection, "", named)) ? run.ownTable(named) : named;
    }
}
