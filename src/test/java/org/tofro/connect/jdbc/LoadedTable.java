package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.util.List;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.warehouse.LoadStaging;
import org.tofro.connect.warehouse.TestWarehouse;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.settings.Settings;

/** A table of the warehouse that an extract and a load have filled, through S3 and COPY. */
public record LoadedTable(TestWarehouse warehouse, TableName name, long rows) {
    public static LoadedTable of(TestWarehouse warehouse, ExtractRequest request) throws Exception {
        StagedFiles files;
        try (StagingArea area = StagingArea.open(TestWarehouse.STAGING, warehouse.s3())) {
            files = new Extract(area).run(request, new ExtractProgress(), new Cancellation());
        }
        RunContext run = warehouse.launch(TestWarehouse.fresh("types"), "run-1");
        TableName table = TableName.of("public", TestWarehouse.fresh("types"));
        LoadStaging load = new LoadStaging(
                warehouse.connection(),
                warehouse.s3(),
                TestWarehouse.STAGING,
                Settings.Limits.DEFAULT,
                run,
                "load",
                table,
                null,
                List.of());
        try (RunningSteps.Work work = RunningSteps.apart().start("load")) {
            return new LoadedTable(
                    warehouse, table, load.perform(work, List.of(files)).rowsOut());
        }
    }

    /** What Amazon's driver reads, fields parted by a bar. */
    public List<String> rows(String columns) throws SQLException {
        return warehouse.rows("SELECT " + columns + " FROM " + name.sql());
    }
}
