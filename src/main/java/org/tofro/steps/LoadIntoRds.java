package org.tofro.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepTransform;
import org.tofro.connect.rds.Destination;
import org.tofro.connect.rds.InsertQuery;
import org.tofro.connect.rds.LoadRds;
import org.tofro.connect.warehouse.Guards;
import org.tofro.data.RunContext;
import org.tofro.data.SqlScript;
import org.tofro.data.TableName;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.Connection;

/**
 * Loads staged files into a table of an RDS database.
 *
 * @param connection the server
 * @param database the database on it
 * @param table the table
 * @param insert the statement that inserts a row; null where columns go by their names
 * @param replace whether the rows take the place of those that are there
 * @param guards what a replacement refuses
 */
public record LoadIntoRds(
        String connection,
        String database,
        TableName table,
        @Nullable InsertQuery insert,
        boolean replace,
        Guards guards)
        implements Step {
    public static final StepType TYPE = new StepType(
            "load-into-rds",
            List.of("load-postgres"),
            "Loads staged files into a table of an RDS database, in one transaction and once for each run.",
            LoadIntoRds::read);

    private static LoadIntoRds read(Fields fields) {
        String connection = fields.field(
                        "connection",
                        "The server, a connection of type postgres or mysql in the runner file.",
                        "hostname",
                        "host_name")
                .connection("postgres", "mysql");
        String database =
                fields.field("database", "The database on that server.").text();
        TableName table = fields.field("table", "The table, which must exist.").table();
        SqlScript query = fields.field(
                        "insert_query",
                        "A statement that inserts one row, with a `?` for each staged column in their order, such as"
                                + " `INSERT INTO t (a, b) VALUES (?, ?) ON CONFLICT (a) DO UPDATE SET b = excluded.b`."
                                + " Without it each column goes to the table's column of its name.")
                .optionalSql();
        boolean replace = fields.field(
                        "mode",
                        "Whether the rows are added to those of the table, or take their place in the same transaction.")
                .choice("append", "replace")
                .equals("replace");
        boolean allowEmpty = fields.field("allow_empty", "Whether no rows at all may replace some.")
                .flagOr(false);
        int maxShrink = fields.field(
                        "max_shrink",
                        "The most percent of its rows that the table may lose by `mode: replace`; a loss of up to 100 rows"
                                + " is let through.")
                .integerOr(20, 0, 100);
        fields.ancestors("max_errors", "no row is left out here; rows that cannot be loaded fail the step");
        fields.ancestors(
                "replace_invalid_char", "characters are loaded as they are; convert them in the extract's `sql`");
        InsertQuery insert =
                query == null ? null : InsertQuery.parse(query.text()).orElse(null);
        if (query != null && insert == null) {
            fields.problem(
                    "insert_query",
                    "'insert_query' takes one INSERT statement with a ? for each staged column, such as INSERT INTO t (a, b)"
                            + " VALUES (?, ?)");
        }
        return new LoadIntoRds(connection, database, table, insert, replace, new Guards(allowEmpty, maxShrink, true));
    }

    @Override
    public TableUse tables() {
        return new TableUse(Set.of(), Set.of(new TableUse.Ref(connection, database, table)), true, Set.of(connection));
    }

    @Override
    public boolean consumesFiles() {
        return true;
    }

    @Override
    public List<String> details() {
        List<String> details = new ArrayList<>();
        details.add(replace ? "replaces all rows" : "adds rows");
        if (insert != null) {
            details.add("by a statement of its own");
        }
        if (replace) {
            details.add(
                    guards.allowEmpty()
                            ? "no guard: an empty source may replace rows"
                            : "guard: an empty source never replaces rows");
            details.add(
                    guards.maxShrinkPercent() == 100
                            ? "no guard: the table may shrink"
                            : "guard: the table never loses more than " + (long) guards.maxShrinkPercent()
                                    + " % of its rows and 100 rows");
        }
        return details;
    }

    @Override
    public Flow expand(Upstream upstream) {
        RunContext run = upstream.run();
        LoadRds load = new LoadRds(
                new Destination(
                        upstream.connection(connection, Connection.class),
                        database,
                        table,
                        insert,
                        replace ? guards : null),
                Extracting.place(upstream),
                upstream.settings().limits().lockWaitSeconds());
        return new Flow(upstream.ready().apply("load", StepTransform.of(run, load, upstream.files())), null);
    }
}
