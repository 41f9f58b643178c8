package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.tofro.connect.StepRefusal;
import org.tofro.data.CursorRange;
import org.tofro.data.EventFile;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.data.WorkRules;

/** Appending without a key what another run of the same step has appended already. */
final class RowsAgainTest {
    private final TestWarehouse warehouse = new TestWarehouse();
    private final String pipeline = TestWarehouse.fresh("again");
    private final TableName staging = TableName.of("public", TestWarehouse.fresh("staging"));
    private final TableName prod = TableName.of("public", TestWarehouse.fresh("prod"));

    private RunContext day(String name, int days, boolean backfill, Map<String, String> accepted) throws Exception {
        RunContext run = warehouse.launch(pipeline, name, 60, accepted);
        return new RunContext(
                pipeline,
                name,
                run.token(),
                run.intervalStart().plus(Duration.ofDays(days)),
                run.intervalEnd().plus(Duration.ofDays(days)),
                run.limit(),
                backfill,
                accepted,
                WorkRules.NONE);
    }

    private RunContext day(String name, int days) throws Exception {
        return day(name, days, false, Map.of());
    }

    private Figures append(RunContext run, StagedFiles files, String step, String... key) throws Exception {
        TestWarehouse.perform(warehouse.load(run, staging), files);
        return append(run, step, key);
    }

    private Figures append(RunContext run, String step, String... key) throws Exception {
        return TestWarehouse.perform(
                new AppendRows(warehouse.publication(run, step, staging, true, prod, List.of(key)), List.of(), false));
    }

    private void rows(RunContext run, @Nullable String... values) throws Exception {
        append(run, warehouse.stage(run, values), "publish");
    }

    private Figures append(RunContext run, List<EventFile> read, String... values) throws Exception {
        StagedFiles files = warehouse.stage(run, values);
        return append(
                run,
                new StagedFiles(
                        files.step(),
                        files.attempt(),
                        files.format(),
                        files.nullMarker(),
                        files.schema(),
                        files.rowsRead(),
                        files.leftOut(),
                        files.files(),
                        null,
                        read),
                "publish");
    }

    private StagedFiles ranged(RunContext run, boolean moves) {
        StagedFiles files = warehouse.stage(run, "1", "one");
        return new StagedFiles(
                files.step(),
                files.attempt(),
                files.format(),
                files.nullMarker(),
                files.schema(),
                files.rowsRead(),
                files.files(),
                new CursorRange("0", "1", true, moves));
    }

    private void refused(Appending again, String sentence) throws Exception {
        List<String> before = warehouse.content(prod);
        List<String> ledger = warehouse.ledger(prod);
        assertThatThrownBy(again::perform)
                .isInstanceOf(StepRefusal.class)
                .hasMessage(sentence.replace("PROD", prod.toString()));
        assertThat(warehouse.content(prod)).isEqualTo(before);
        assertThat(warehouse.ledger(prod)).isEqualTo(ledger);
    }

    private interface Appending {
        void perform() throws Exception;
    }

    private static EventFile file(String name, String version) {
        return new EventFile("s3://log/" + name, version, 10);
    }

    @Test
    void anIntervalIsRefusedAndAnotherOneIsNot() throws Exception {
        rows(day("run-1", 0), "1", "one", "2", null);
        rows(day("run-2", 1), "1", "one");
        RunContext run = day("run-3", 0);
        refused(
                () -> rows(run, "1", "one", "2", null),
                "run 'run-1' has added 2 rows of the interval from 2026-11-23T00:00:00Z to 2026-11-24T00:00:00Z to PROD"
                        + " already, and no key tells which of these are the same. Nothing was changed. If that run did"
                        + " not end well, `tofro resume run-1` goes on with it; `replace-interval` or `upsert` puts rows"
                        + " in the place of earlier ones for good, `tofro resume run-3 --accept again=\"reason\"` adds"
                        + " them once more for this run");

        Figures accepted = append(day("run-3", 0, false, Map.of("again", "both count")), "publish");

        assertThat(accepted.notes())
                .containsExactly(
                        "added to 3 rows", "accepted again: both count", "duplicates: not checked (no primary_key)");
        assertThat(warehouse.content(prod)).containsExactly("1|one", "1|one", "1|one", "2|~", "2|~");
    }

    @Test
    void aRunThatIsResumedFindsItsWorkDone() throws Exception {
        rows(day("run-1", 0), "1", "one");
        assertThat(append(day("run-1", 0), "publish").resumed()).isTrue();
        assertThat(warehouse.content(prod)).containsExactly("1|one");
    }

    @Test
    void noRowsAnotherStepAndAKeyAreNotAffected() throws Exception {
        rows(day("run-0", 0));
        rows(day("run-1", 0), "1", "one");
        rows(day("run-2", 0));
        RunContext other = day("run-3", 0);
        append(other, warehouse.stage(other, "2", "two"), "publish also");
        RunContext keyed = day("run-4", 0);
        append(keyed, warehouse.stage(keyed, "3", "three"), "publish", "id");
        assertThat(warehouse.content(prod)).containsExactly("1|one", "2|two", "3|three");
    }

    @Test
    void anIncrementalStretchIsNeverTheSameAndABackfillsMayBe() throws Exception {
        RunContext first = day("run-1", 0);
        append(first, ranged(first, true), "publish");
        RunContext second = day("run-2", 0);
        append(second, ranged(second, true), "publish");
        RunContext backfill = day("run-3", 0, true, Map.of());
        refused(
                () -> append(backfill, ranged(backfill, false), "publish"),
                "run 'run-2' has added 1 row of the interval from 2026-11-23T00:00:00Z to 2026-11-24T00:00:00Z to PROD"
                        + " already, and no key tells which of these are the same. Nothing was changed. If that run did"
                        + " not end well, `tofro resume run-2` goes on with it; `replace-interval` or `upsert` puts rows"
                        + " in the place of earlier ones for good, `tofro resume run-3 --accept again=\"reason\"` adds"
                        + " them once more for this run");
    }

    @Test
    void eventFilesAreRefusedWhateverTheInterval() throws Exception {
        List<EventFile> files = List.of(file("a", "1"), file("b", "1"), file("c", "1"), file("d'\\", "1"));
        append(day("run-1", 0), files, "1", "one");
        append(day("run-2", 0), List.of(file("e", "1")), "2", "two");
        RunContext run = day("run-3", 1);
        refused(
                () -> append(
                        run,
                        List.of(
                                file("a", "1"),
                                file("b", "1"),
                                file("c", "1"),
                                file("d'\\", "1"),
                                file("e", "2"),
                                file("f", "1")),
                        "3",
                        "three"),
                "4 of the 6 event files that were read are in PROD already: s3://log/a, s3://log/b, s3://log/c and 1"
                        + " more, the first by run 'run-1'. Nothing was changed. If that run did not end well, `tofro"
                        + " resume run-1` goes on with it; `replace-interval` or `upsert` puts rows in the place of"
                        + " earlier ones for good, `tofro resume run-3 --accept again=\"reason\"` adds them once more"
                        + " for this run");

        append(day("run-3", 1, false, Map.of("again", "known")), "publish");
        assertThat(warehouse.content(prod)).containsExactly("1|one", "2|two", "3|three");
        assertThat(warehouse.rows("SELECT run, uri, version FROM "
                        + SafetyTables.files(prod).sql() + " WHERE pipeline = '" + pipeline + "' ORDER BY 2, 3"))
                .as("each file by the run that first brought it")
                .containsExactly(
                        "run-1|s3://log/a|1",
                        "run-1|s3://log/b|1",
                        "run-1|s3://log/c|1",
                        "run-1|s3://log/d'\\|1",
                        "run-2|s3://log/e|1",
                        "run-3|s3://log/e|2",
                        "run-3|s3://log/f|1");
    }

    @Test
    void aFileThatWasWrittenAnewIsTheSameWithinItsInterval() throws Exception {
        append(day("run-1", 0), List.of(file("today", "1")), "1", "one");
        RunContext run = day("run-2", 0);
        refused(
                () -> append(run, List.of(file("today", "2")), "1", "one"),
                "1 of the 1 event files that were read are in PROD already: s3://log/today, the first by run 'run-1'."
                        + " Nothing was changed. If that run did not end well, `tofro resume run-1` goes on with it;"
                        + " `replace-interval` or `upsert` puts rows in the place of earlier ones for good, `tofro resume"
                        + " run-2 --accept again=\"reason\"` adds them once more for this run");
        append(day("run-3", 1), List.of(file("today", "2")), "2", "two");
        assertThat(warehouse.content(prod)).containsExactly("1|one", "2|two");
    }

    @Test
    void aLedgerOfBeforeGetsItsColumns() throws Exception {
        rows(day("run-1", 0), "1", "one");
        String ledger = SafetyTables.ledger(prod).sql();
        warehouse.sql(
                "ALTER TABLE " + ledger + " DROP COLUMN interval_start",
                "ALTER TABLE " + ledger + " DROP COLUMN interval_end");
        rows(day("run-2", 1), "2", "two");
        assertThat(warehouse.rows("SELECT run, interval_start, interval_end FROM " + ledger + " ORDER BY place"))
                .containsExactly("run-1|~|~", "run-2|2026-11-24 00:00:00|2026-11-25 00:00:00");
    }
}
