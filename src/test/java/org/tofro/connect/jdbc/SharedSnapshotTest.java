package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.StagedFiles;

/** A server that lets nobody export a snapshot is read by one reader, and both the plan and the report say why. */
class SharedSnapshotTest {
    private static SourceDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start("synchronous_commit", "off");
        MovingMoney.make(database);
        database.execute("""
                CREATE ROLE etl LOGIN;
                GRANT SELECT ON money TO etl;
                REVOKE EXECUTE ON FUNCTION pg_catalog.pg_export_snapshot() FROM PUBLIC
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private static ExtractRequest by(String user, int splits) {
        ExtractRequest money = MovingMoney.request(database, splits);
        return new ExtractRequest(
                database.server(user, "hush", 8),
                "postgres",
                money.source(),
                money.columns(),
                money.splitBy(),
                splits,
                OptionalLimit.NONE,
                money.path());
    }

    @Test
    void theServerRefusesToExportOne() throws Exception {
        String reason =
                "one reader: the server does not share a snapshot among sessions (permission denied for function"
                        + " pg_export_snapshot)";
        ReadPlan plan = Extract.plan(by("etl", 4));
        assertThat(plan.reason()).isEqualTo(reason);
        assertThat(plan.readers()).isEqualTo(1);
        assertThat(plan.ranges()).hasSize(1);

        Background extract = Background.start(by("etl", 4), folder);
        StagedFiles files = extract.files();

        assertThat(files.rowsRead()).isEqualTo(MovingMoney.ROWS);
        assertThat(MovingMoney.total(folder, files)).isEqualTo(MovingMoney.TOTAL);
        assertThat(files.files()).hasSize(1);
        assertThat(extract.progress.notes()).containsExactly(reason);
    }

    @Test
    void nobodyAsksForOneWhereThereIsOneReader() throws Exception {
        assertThat(Extract.plan(by("etl", 1)).reason()).isEqualTo("one reader: `splits` is 1");
        Background extract = Background.start(by("etl", 1), folder);
        assertThat(extract.files().rowsRead()).isEqualTo(MovingMoney.ROWS);
        assertThat(extract.progress.notes()).isEmpty();
    }

    @Test
    void othersAreReadByAsManyAsBefore() {
        assertThat(Extract.plan(by("postgres", 4)).readers()).isEqualTo(4);
    }
}
