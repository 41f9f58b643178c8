package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.tofro.data.EventFile;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;

/**
 * The event files whose rows are in a table: a companion of its {@link Ledger}, written in the same transactions under the
 * same fence. Of a staging table it has the files of the load that is there; of a production table each file with the run
 * that first published it, by step, so that it grows with the log and not with the runs.
 */
final class LoadedFiles {
    private static final String COLUMNS = " (pipeline varchar(300), step varchar(300), run varchar(300),"
            + " uri varchar(8192), version varchar(1024), bytes bigint)";
    private static final int ROWS_A_STATEMENT = 500;

    private final TableName table;

    LoadedFiles(TableName target) {
        this.table = SafetyTables.files(target);
    }

    /** Notes the files of what a staging table has now been loaded with, in the place of those before. */
    void replace(WarehouseSession session, RunContext run, String step, List<EventFile> files) throws SQLException {
        if (files.isEmpty() && !SafetyTables.exists(session, table)) {
            return;
        }
        session.execute("CREATE TABLE IF NOT EXISTS " + table.sql() + COLUMNS);
        session.execute("DELETE FROM " + table.sql());
        String who = Literals.quote(run.pipeline()) + ", " + Literals.quote(step) + ", " + Literals.quote(run.run());
        for (int i = 0; i < files.size(); i += ROWS_A_STATEMENT) {
            session.execute("INSERT INTO " + table.sql() + " VALUES "
                    + files.subList(i, Math.min(files.size(), i + ROWS_A_STATEMENT)).stream()
                            .map(file -> "(" + who + ", " + Literals.quote(file.uri()) + ", "
                                    + Literals.quote(file.version()) + ", " + file.bytes() + ")")
                            .collect(Collectors.joining(", ")));
        }
    }

    /** How many files the staging table's rows are from, where this run has loaded it; 0 where they are no event log's. */
    long count(WarehouseSession session, RunContext run) throws SQLException {
        return SafetyTables.exists(session, table)
                ? session.number(
                        "SELECT count(*) FROM " + table.sql() + " WHERE pipeline = ? AND run = ?",
                        run.pipeline(),
                        run.run())
                : 0;
    }

    /** Notes for a production table the files of the staging table whose rows it has got, unless the step had them before. */
    void add(WarehouseSession session, RunContext run, String step, LoadedFiles staged) throws SQLException {
        session.execute("CREATE TABLE IF NOT EXISTS " + table.sql() + COLUMNS);
        session.execute(
                "INSERT INTO " + table.sql() + " (pipeline, step, run, uri, version, bytes)"
                        + " SELECT s.pipeline, cast(? AS varchar(300)), s.run, s.uri, s.version, s.bytes FROM "
                        + staged.table.sql() + " s WHERE s.pipeline = ? AND s.run = ? AND NOT EXISTS (SELECT 1 FROM "
                        + table.sql() + " f WHERE f.pipeline = s.pipeline AND f.step = ? AND f.uri = s.uri"
                        + " AND f.version = s.version)",
                step,
                run.pipeline(),
                run.run(),
                step);
    }

    /**
     * Files whose rows are staged and in the table already.
     *
     * @param count how many
     * @param first some of them, in the order of their addresses
     * @param run the run that has brought the first
     */
    record Repeated(long count, List<String> first, String run) {}

    /**
     * The staged files that the step has brought by another run: as they are now, or, within the interval of that run, as
     * they were before they were written anew.
     */
    Repeated repeated(WarehouseSession session, RunContext run, String step, LoadedFiles staged, TableName ledger)
            throws SQLException {
        if (!SafetyTables.exists(session, table)) {
            return new Repeated(0, List.of(), "");
        }
        String same = " FROM " + table.sql() + " f JOIN " + staged.table.sql() + " s ON s.uri = f.uri JOIN "
                + ledger.sql() + " l ON l.pipeline = f.pipeline AND l.step = f.step AND l.run = f.run"
                + " WHERE f.pipeline = ? AND f.step = ? AND f.run <> ? AND s.pipeline = ? AND s.run = ?"
                + " AND l.rows_out > 0 AND (f.version = s.version"
                + " OR (l.interval_start < cast(? AS timestamp) AND l.interval_end > cast(? AS timestamp)))";
        Object[] values = {
            run.pipeline(),
            step,
            run.run(),
            run.pipeline(),
            run.run(),
            Ledger.time(run.intervalEnd()),
            Ledger.time(run.intervalStart())
        };
        long count = session.number("SELECT count(DISTINCT s.uri)" + same, values);
        List<String[]> first = session.query(
                row -> new String[] {row.getString(1), row.getString(2)},
                "SELECT s.uri, min(f.run)" + same + " GROUP BY s.uri ORDER BY s.uri LIMIT 3",
                values);
        return first.isEmpty()
                ? new Repeated(0, List.of(), "")
                : new Repeated(count, first.stream().map(each -> each[0]).toList(), first.get(0)[1]);
    }
}
