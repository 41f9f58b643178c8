package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.local.redshift.Faults;
import org.tofro.local.redshift.LocalWarehouse;
import org.tofro.settings.Settings;

/** Rows that are lost between two counters are missed before anything is published. */
final class ReconciliationTest {
    private final TestWarehouse warehouse = new TestWarehouse();
    private final String pipeline = TestWarehouse.fresh("counted");
    private final TableName staging = TableName.of("public", TestWarehouse.fresh("staging"));
    private final TableName prod = TableName.of("public", TestWarehouse.fresh("prod"));
    private RunContext run;
    private StagedFiles files;

    @BeforeEach
    void stage() throws Exception {
        warehouse.table(staging, 2);
        warehouse.table(prod, 2);
        run = warehouse.launch(pipeline, "run-1");
        files = warehouse.stage(run, "1", "a", "2", "b", "3", "c");
    }

    @AfterEach
    void clear() {
        warehouse.faults().clear();
    }

    private void refusesToLoad(StagedFiles given, String message) throws Exception {
        assertThatThrownBy(() -> TestWarehouse.perform(warehouse.load(run, staging), given))
                .isInstanceOf(WarehouseException.class)
                .hasMessage(message);
        assertThat(warehouse.content(staging)).containsExactly("1|old", "2|old");
        // What was not loaded by this run is not published by it either.
        ReloadTable reload = new ReloadTable(
                warehouse.connection(),
                Settings.Limits.DEFAULT,
                run,
                "reload",
                staging,
                true,
                prod,
                null,
                null,
                List.of(),
                TestWarehouse.GUARDS);
        assertThatThrownBy(() -> TestWarehouse.perform(reload))
                .hasMessage(staging + " holds rows that Tofro did not load, not those of this run; start a new run"
                        + " instead of resuming this one");
        assertThat(warehouse.content(prod)).containsExactly("1|old", "2|old");
    }

    @ParameterizedTest
    @CsvSource({"DROP_COPY_ROW, 2", "LOSE_COPY_ROW, 3"})
    void aRowThatCopyDrops(Faults.Kind kind, int reported) throws Exception {
        Faults.Fault fault = warehouse.faults().add(kind, "^COPY", 1, 2);
        refusesToLoad(
                files,
                "step 'extract' staged 3 rows, COPY reports " + reported + " and " + staging
                        + " holds 2; the load was rolled back. Run `resume`; if it happens twice, report it");
        assertThat(fault.fired()).isEqualTo(1);
        assertThat(warehouse.ledger(staging)).isEmpty();

        Figures again = TestWarehouse.perform(warehouse.load(run, staging), files);
        assertThat(again.rowsOut()).isEqualTo(3);
        assertThat(warehouse.content(staging)).containsExactly("1|a", "2|b", "3|c");
    }

    @Test
    void moreRowsReadThanStaged() throws Exception {
        refusesToLoad(
                with(4, files.files()),
                "step 'extract' read 4 rows and staged 3; nothing was loaded. Run the pipeline again; if it happens"
                        + " twice, report it");
    }

    @Test
    void aFileWithLessRowsThanItsRecordSays() throws Exception {
        StagedFile file = files.files().get(0);
        refusesToLoad(
                with(5, List.of(new StagedFile(file.uri(), 5, file.bytes(), file.checksum(), file.longestRow()))),
                "step 'extract' staged 5 rows, COPY reports 3 and " + staging
                        + " holds 3; the load was rolled back. Run `resume`; if it happens twice, report it");
    }

    @Test
    void aRowThatInsertDrops() throws Exception {
        TestWarehouse.perform(warehouse.load(run, staging), files);
        try (Connection direct =
                DriverManager.getConnection(warehouse.server.settings.postgres().jdbcUrl("dev"), "postgres", "")) {
            LocalWarehouse.run(
                    direct,
                    "CREATE FUNCTION drop_" + prod.name() + "() RETURNS trigger LANGUAGE plpgsql AS"
                            + " $$ BEGIN IF NEW.id = 2 THEN RETURN NULL; END IF; RETURN NEW; END $$",
                    "CREATE TRIGGER dropping BEFORE INSERT ON " + prod.sql() + " FOR EACH ROW EXECUTE FUNCTION drop_"
                            + prod.name() + "()");
        }
        assertThatThrownBy(() -> TestWarehouse.perform(warehouse.reload(run, staging, prod)))
                .isInstanceOf(WarehouseException.class)
                .hasMessage(staging + " holds 3 rows, INSERT reports 2 and " + prod
                        + " would hold 2; the reload was rolled back");
        assertThat(warehouse.content(prod)).containsExactly("1|old", "2|old");
        assertThat(warehouse.ledger(prod)).isEmpty();
    }

    @Test
    void noRowsEmptyTheStagingTableWithoutACopy() throws Exception {
        Faults.Fault denied = warehouse.faults().add(Faults.Kind.DENY_COPY, "COPY", 0, 0);
        Figures figures = TestWarehouse.perform(warehouse.load(run, staging), warehouse.stage(run));
        assertThat(figures.rowsOut()).isZero();
        assertThat(warehouse.content(staging)).isEmpty();
        assertThat(denied.fired()).isZero();
        assertThat(warehouse.ledger(staging)).containsExactly("run-1|load|" + pipeline + "|0|0");
    }

    @Test
    void aTableThatAnotherRunHasLoadedMeanwhileIsNotPublished() throws Exception {
        TestWarehouse.perform(warehouse.load(run, staging), files);
        RunContext other = warehouse.launch(TestWarehouse.fresh("other"), "run-9");
        TestWarehouse.perform(warehouse.load(other, staging), files);
        ReloadTable reload = new ReloadTable(
                warehouse.connection(),
                Settings.Limits.DEFAULT,
                run,
                "reload",
                staging,
                true,
                prod,
                null,
                null,
                List.of(),
                TestWarehouse.GUARDS);
        assertThatThrownBy(() -> TestWarehouse.perform(reload))
                .hasMessage(staging + " holds the rows of run 'run-9' of pipeline '" + other.pipeline()
                        + "', not those of this run; start a new run instead of resuming this one");
        assertThat(warehouse.content(prod)).containsExactly("1|old", "2|old");
    }

    private StagedFiles with(long rowsRead, List<StagedFile> parts) {
        return new StagedFiles(
                "extract", "a", files.format(), files.nullMarker(), files.schema(), rowsRead, parts, null);
    }
}
