package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.connect.StepRefusal;
import org.tofro.data.CursorRange;
import org.tofro.data.Figures;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;

/**
 * Replaces the rows of an interval of time in a production table by those of a staging table, in one transaction. The
 * interval is the run's own, or the stretch of the cursor that an incremental extract has staged. Rows outside of it are
 * refused: the next run over their interval would delete them, or they would stand there twice.
 *
 * @param publication the two tables
 * @param column the column that says when a row happened, of both tables
 * @param guards what is refused, of the interval's rows
 */
public record ReplaceIntervalRows(Publication publication, String column, Guards guards) implements StepAction {
    private static final Set<Kind> TIMES = Set.of(Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ);

    @Override
    public Figures perform(RunningSteps.Work work, List<StagedFiles> none) throws Exception {
        return publication.publish(
                work, (session, tables, range) -> new Replacement(session, tables, range).apply(work));
    }

    /** Rows of a table: all of them, those in the interval, and those without a time. */
    private record Counted(long all, long inside, long timeless) {}

    /** One replacement, under way. */
    private final class Replacement {
        private final WarehouseSession session;
        private final TablePair tables;
        private final Kind type;
        private final TimeInterval interval;
        private final String condition;
        private final List<String> notes = new ArrayList<>();

        Replacement(WarehouseSession session, TablePair tables, @Nullable CursorRange range) throws StepRefusal {
            this.session = session;
            this.tables = tables;
            demandStaged();
            this.type = demandTime();
            this.interval = interval(range);
            this.condition = interval.condition(TableName.quote(column), type);
            demandDays();
        }

        Ledger.Entry apply(RunningSteps.Work work) throws SQLException, WarehouseException, StepRefusal {
            Counted staged = count(tables.source());
            demandInside(staged);
            Counted before = count(tables.destination());
            Key key = tables.key(publication.primaryKey());
            String what = tables.destination() + " in " + interval;
            guards.check(
                    session,
                    publication.run(),
                    key,
                    new Guards.Replaced(what, "interval", before.inside, staged.all),
                    notes);

            work.phase("replacing rows");
            long deleted = session.execute(
                    "DELETE FROM " + tables.destination().sql() + " WHERE " + condition, interval.values(type));
            StagedRows rows = StagedRows.all(key, staged.all);
            if (deleted == before.inside) {
                demandNotElsewhere(rows);
            }
            long inserted = session.execute(rows.insert());
            Counted after = count(tables.destination());
            new Balance(tables, staged.all, 0, before.all, before.inside, deleted, inserted, after.all)
                    .demandEven("replacement");
            if (after.inside != staged.all) {
                throw new WarehouseException(
                        tables.source() + " holds " + staged.all + " rows and " + what + " would hold " + after.inside
                                + "; the replacement was rolled back",
                        false,
                        null);
            }
            notes.add(0, "replaced " + deleted + " of " + before.all + " rows: those in " + interval);
            return new Ledger.Entry(staged.all, inserted, null, notes);
        }

        private void demandStaged() throws StepRefusal {
            if (tables.from().field(column) == null) {
                throw new StepRefusal("`column` names '" + column + "', which " + tables.source()
                        + " does not have; its columns are "
                        + String.join(", ", tables.from().names()));
            }
        }

        private Kind demandTime() throws StepRefusal {
            TableShape.Field field = tables.to().field(column);
            String declared = field == null ? "missing" : field.type();
            Kind kind = RedshiftType.parse(declared).map(RedshiftType::kind).orElse(Kind.VARCHAR);
            if (!TIMES.contains(kind)) {
                throw new StepRefusal("column '" + column + "' of " + tables.destination() + " is " + declared
                        + ", and an interval of time needs a date, timestamp or timestamptz");
            }
            return kind;
        }

        private TimeInterval interval(@Nullable CursorRange range) throws StepRefusal {
            if (range == null) {
                return TimeInterval.of(publication.run());
            }
            return TimeInterval.of(range)
                    .orElseThrow(() -> new StepRefusal(tables.source() + " holds the stretch " + range.text()
                            + " of a cursor that is no time, so no interval can be replaced by it; use upsert or"
                            + " append"));
        }

        private void demandDays() throws StepRefusal {
            if (type == Kind.DATE && !interval.isWholeDays()) {
                throw new StepRefusal("column '" + column + "' of " + tables.destination()
                        + " is a date, and the interval " + interval
                        + " is not of whole days: rows of its days that lie outside of it would be deleted. Run whole"
                        + " days, or give a timestamp column");
            }
        }

        private Counted count(TableName table) throws SQLException {
            String time = TableName.quote(column);
            return session.first(
                            row -> new Counted(row.getLong(1), row.getLong(2), row.getLong(3)),
                            "SELECT count(*), coalesce(sum(CASE WHEN " + condition
                                    + " THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN " + time
                                    + " IS NULL THEN 1 ELSE 0 END), 0) FROM " + table.sql(),
                            interval.values(type))
                    .orElseThrow();
        }

        private void demandInside(Counted staged) throws StepRefusal {
            long outside = staged.all - staged.inside - staged.timeless;
            if (outside == 0 && staged.timeless == 0) {
                return;
            }
            List<String> wrong = new ArrayList<>();
            if (outside > 0) {
                wrong.add(outside + " row" + (outside == 1 ? "" : "s") + " outside of the interval " + interval);
            }
            if (staged.timeless > 0) {
                wrong.add(staged.timeless + " row" + (staged.timeless == 1 ? "" : "s") + " without a value");
            }
            throw new StepRefusal(tables.source() + " has " + String.join(" and ", wrong) + " in column '" + column
                    + "'. Nothing was changed; extract the rows of the interval only");
        }

        /** A row whose time has changed stands in another interval; inserting it again would double it. */
        private void demandNotElsewhere(StagedRows rows) throws SQLException, StepRefusal {
            Key key = rows.key();
            if (!key.isKnown()
                    || guards.allowDuplicates()
                    || publication.run().limit().isPresent()) {
                return;
            }
            long elsewhere = key.standing(session, rows).keys();
            if (elsewhere > 0) {
                Guards.refuse(
                        publication.run(),
                        "duplicates",
                        notes,
                        tables.source() + " has " + key.counted(elsewhere) + " that "
                                + (elsewhere == 1 ? "stands" : "stand") + " in " + tables.destination()
                                + " outside of the interval too. `allow_duplicates: true` allows them for good");
            }
        }
    }
}
