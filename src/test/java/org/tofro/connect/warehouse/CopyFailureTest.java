package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.local.redshift.Faults;
import org.tofro.local.redshift.LocalWarehouse;
import org.tofro.settings.Settings;

/** A COPY that fails says where and why, shows no row data and leaves nothing behind. */
final class CopyFailureTest {
    private static final String PART = "[a-z0-9_.-]+\\.csv\\.zst";

    private final TestWarehouse warehouse = new TestWarehouse();
    private final String pipeline = TestWarehouse.fresh("copied");
    private final TableName staging = TableName.of("public", TestWarehouse.fresh("staging"));
    private RunContext run;

    @BeforeEach
    void launch() throws Exception {
        warehouse.sql(
                "CREATE TABLE " + staging.sql() + " (id integer, name varchar(3))",
                "INSERT INTO " + staging.sql() + " VALUES (1, 'old')");
        run = warehouse.launch(pipeline, "run-1");
        // Another session's error, which must not be taken for this one's.
        warehouse.server.put("other/rows.csv", "x\n");
        warehouse.sql("CREATE TABLE other_" + staging.name() + " (id integer)");
        assertThatThrownBy(() -> warehouse.sql("COPY other_" + staging.name()
                        + " FROM 's3://staging/other/rows.csv' IAM_ROLE '" + LocalWarehouse.ROLE + "' CSV"))
                .isInstanceOf(java.sql.SQLException.class);
    }

    @AfterEach
    void clear() {
        warehouse.faults().clear();
    }

    private void fails(LoadStaging load, StagedFiles files, String pattern) throws Exception {
        assertThatThrownBy(() -> TestWarehouse.perform(load, files))
                .isInstanceOf(WarehouseException.class)
                .message()
                .matches(pattern);
        assertThat(warehouse.content(staging)).containsExactly("1|old");
        assertThat(warehouse.ledger(staging)).isEmpty();
    }

    @Test
    void aValueThatIsTooLong() throws Exception {
        fails(
                warehouse.load(run, staging),
                warehouse.stage(run, "1", "abc", "2", "secret", "3", "\u00e9\u00e9", "4", null),
                "COPY into " + staging + " failed at line 2 of " + PART
                        + ", column 'name': String length exceeds DDL length; column 'name' has 2 values of more than its 3"
                        + " bytes, the longest has 6: make it varchar\\(6\\)");
    }

    @Test
    void aValueThatIsNoNumber() throws Exception {
        fails(
                warehouse.load(run, staging),
                warehouse.stage(run, "1", "a", "x77", "b"),
                "COPY into " + staging + " failed at line 2 of " + PART
                        + ", column 'id': Invalid digit, value \\(not shown\\), Pos 0, Type: Integer");
    }

    /** Both errors stand in the view when each of the two looks for its own. */
    @Test
    void twoThatFailSideBySideSayEachItsOwn() throws Exception {
        Faults.Fault looks = warehouse.faults().add(Faults.Kind.FREEZE_SESSION, "FROM sys_load_error_detail", 0, 400);
        TableName second = TableName.of("public", TestWarehouse.fresh("staging"));
        warehouse.sql("CREATE TABLE " + second.sql() + " (id integer, name varchar(3))");
        RunContext other = warehouse.launch(TestWarehouse.fresh("beside"), "run-2");
        StagedFiles files = warehouse.stage(run, "1", "abc", "2", "secret");
        StagedFiles others = warehouse.stage(other, "1", "a", "2", "b", "3", "c", "x77", "d");
        CompletableFuture<String> beside = CompletableFuture.supplyAsync(() -> failure(other, second, others));

        String mine = failure(run, staging, files);

        assertThat(mine)
                .matches("COPY into " + staging + " failed at line 2 of " + PART
                        + ", column 'name': String length exceeds DDL length; .*");
        assertThat(beside.get(30, TimeUnit.SECONDS))
                .matches("COPY into " + second + " failed at line 4 of " + PART
                        + ", column 'id': Invalid digit, value \\(not shown\\), Pos 0, Type: Integer");
        assertThat(looks.fired()).isEqualTo(2);
        assertThat(warehouse.content(staging)).containsExactly("1|old");
        assertThat(warehouse.content(second)).isEmpty();
    }

    private String failure(RunContext context, TableName table, StagedFiles files) {
        try {
            return "loaded " + TestWarehouse.perform(warehouse.load(context, table), files);
        } catch (Exception e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void aRowThatTheServerCannotRead() throws Exception {
        Faults.Fault fault = warehouse.faults().add(Faults.Kind.FAIL_COPY_ROW, "^COPY", 1, 2);
        fails(
                warehouse.load(run, staging),
                warehouse.stage(run, "1", "a", "2", "b"),
                "COPY into " + staging + " failed at line 2 of " + PART + ".*");
        assertThat(fault.fired()).isEqualTo(1);
    }

    @Test
    void aRoleThatMayNotRead() throws Exception {
        LoadStaging load = new LoadStaging(
                warehouse.connection(LocalWarehouse.DENIED_ROLE, List.of()),
                warehouse.s3(),
                TestWarehouse.STAGING,
                Settings.Limits.DEFAULT,
                run,
                "load",
                staging,
                null,
                List.of());
        fails(
                load,
                warehouse.stage(run, "1", "a"),
                "COPY into " + staging + " failed: S3ServiceException:Access Denied,Status 403,Error AccessDenied.*");
    }

    @Test
    void aFileThatIsGone() throws Exception {
        StagedFiles files = warehouse.stage(run, "1", "a");
        StagedFile file = files.files().get(0);
        StagedFiles gone = new StagedFiles(
                "extract",
                "a",
                files.format(),
                files.nullMarker(),
                files.schema(),
                1,
                List.of(new StagedFile(file.uri() + "-gone", 1, file.bytes(), file.checksum(), file.longestRow())),
                null);
        fails(
                warehouse.load(run, staging),
                gone,
                "1 of the 1 files that step 'extract' staged are not in the staging area any more as they were, the first of them "
                        + Pattern.quote(file.uri() + "-gone")
                        + "\\. `resume` cannot bring them back: start a new run");
    }

    @Test
    void troubleThatPassesIsTriedAgain() throws Exception {
        Faults.Fault fault = warehouse.faults().add(Faults.Kind.SERIALIZATION_FAILURE, "^COPY", 1, 0);
        StagedFiles files = warehouse.stage(
                run, TestWarehouse.TWO_COLUMNS, List.of(Arrays.asList("1", "a"), Arrays.asList("2", null)));
        Figures figures = TestWarehouse.perform(warehouse.load(run, staging), files);
        assertThat(fault.fired()).isEqualTo(1);
        assertThat(figures.rowsOut()).isEqualTo(2);
        assertThat(warehouse.content(staging)).containsExactly("1|a", "2|~");
    }
}
