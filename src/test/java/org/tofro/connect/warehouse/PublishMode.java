package org.tofro.connect.warehouse;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepAction;
import org.tofro.data.Column;
import org.tofro.data.RunContext;
import org.tofro.data.Schema;
import org.tofro.data.TableName;

/**
 * Every way in which staged rows become rows of production, each on the same two tables: {@link #production} before it,
 * {@link #STAGED} beside it, {@link #after} behind it.
 */
enum PublishMode {
    RELOAD("replaced 3 rows", 4, "2|\"n\\ew\"", "3|~", "4|", "5|\ud83d\ude80, x"),
    APPEND("added to 3 rows", 3, "1|old", "2|old", "3|~", "4|", "5|\ud83d\ude80, x", "9|old"),
    UPSERT("replaced 1 of 3 rows", 4, "1|old", "2|\"n\\ew\"", "3|~", "4|", "5|\ud83d\ude80, x", "9|old"),
    REPLACE_INTERVAL(
            "replaced 1 of 3 rows: those in [2026-11-23 00:00:00, 2026-11-24 00:00:00)",
            4,
            "1|old",
            "2|\"n\\ew\"",
            "3|~",
            "4|",
            "5|\ud83d\ude80, x",
            "9|old");

    static final Schema COLUMNS = new Schema(List.of(
            new Column("id", "integer", "integer"),
            new Column("name", "varchar(20)", "text"),
            new Column("seen", "timestamp", "timestamp")));

    /** All in the interval of the test's runs. */
    static final List<List<@Nullable String>> STAGED = List.of(
            List.of("2", "\"n\\ew\"", "2026-11-23 00:00:00"),
            Arrays.asList("3", null, "2026-11-23 12:00:00"),
            List.of("4", "", "2026-11-23 23:59:59.999999"),
            List.of("5", "\ud83d\ude80, x", "2026-11-23 08:30:00"));

    static final List<String> BEFORE = List.of("1|old", "2|old", "9|old");

    private final String note;
    private final long written;
    private final List<String> after;

    PublishMode(String note, long written, String... after) {
        this.note = note;
        this.written = written;
        this.after = List.of(after);
    }

    /** Makes the production table with a row in front of the interval, one in it, and one behind it. */
    static void production(TestWarehouse warehouse, TableName prod) throws Exception {
        warehouse.sql(
                "CREATE TABLE " + prod.sql() + " (id integer, name varchar(20), seen timestamp)",
                "INSERT INTO " + prod.sql() + " VALUES (1, 'old', '2026-11-22 23:59:59.999999'),"
                        + " (2, 'old', '2026-11-23 10:00:00'), (9, 'old', '2026-11-24 00:00:00')");
    }

    /** The step {@code publish} of this mode. */
    StepAction action(TestWarehouse warehouse, RunContext run, TableName source, TableName prod) {
        Publication publication = warehouse.publication(run, "publish", source, prod, List.of("id"));
        return switch (this) {
            case RELOAD -> new ReloadTable(publication, TestWarehouse.GUARDS);
            case APPEND -> new AppendRows(publication, List.of(), true);
            case UPSERT -> new UpsertRows(publication, List.of());
            case REPLACE_INTERVAL -> new ReplaceIntervalRows(publication, "seen", TestWarehouse.GUARDS);
        };
    }

    String note() {
        return note;
    }

    /** How many of the four staged rows are written. */
    long written() {
        return written;
    }

    List<String> after() {
        return after;
    }
}
