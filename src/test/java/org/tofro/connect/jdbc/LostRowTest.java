package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.extract.CommittedAttempt;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractTransform;
import org.tofro.connect.extract.ExtractTransform.Done;
import org.tofro.connect.extract.ExtractTransform.Work;
import org.tofro.connect.warehouse.TestWarehouse;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.settings.Settings;

/** A row that an extract loses is missed before its files are committed, wherever it is lost. */
final class LostRowTest {
    private static SourceDatabase database;
    private final TestWarehouse warehouse = new TestWarehouse();

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        database.execute("""
                CREATE TABLE lines AS
                SELECT i AS id, CASE WHEN i % 3 = 0 THEN 'two' || chr(10) || '"lines"' ELSE 'one' END AS text
                FROM generate_series(1, 500) i
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private Work work(RunContext run, Fault fault) {
        return new Work(
                new RdsExtraction(
                        database.server(),
                        "postgres",
                        new ReadSource.OfTable(TableName.parse("lines").orElseThrow()),
                        null,
                        List.of(),
                        List.of(),
                        1,
                        run,
                        fault),
                new CommittedAttempt.Place(
                        warehouse.connection(),
                        Settings.Limits.DEFAULT,
                        TestWarehouse.STAGING,
                        warehouse.s3(),
                        run,
                        "extract"));
    }

    @ParameterizedTest
    @CsvSource({"ROW_LOST_AT_READ, 499", "ROW_LOST_AT_ENCODE, 499", "PART_LOST_AT_STAGE, 0"})
    void nothingIsCommitted(Fault fault, int staged) throws Exception {
        RunContext run = warehouse.launch(TestWarehouse.fresh("lost"), "run-1");
        try (RunningSteps.Work running = RunningSteps.apart().start("extract")) {
            assertThatThrownBy(() -> ExtractTransform.perform(work(run, fault), running))
                    .isInstanceOf(ExtractException.class)
                    .hasMessage("read 500 rows but staged " + staged
                            + "; nothing was committed. Run `resume`; if it happens twice, report it");
            assertThat(warehouse.records(run).find("extract", running)).isEmpty();
        }
    }

    @Test
    void theFilesOfTheFirstAttemptAreWhatASecondOneFinds() throws Exception {
        RunContext run = warehouse.launch(TestWarehouse.fresh("kept"), "run-1");
        try (RunningSteps.Work running = RunningSteps.apart().start("extract")) {
            Done first = ExtractTransform.perform(work(run, Fault.NONE), running);
            assertThat(first.figures().resumed()).isFalse();
            assertThat(first.files().rows()).isEqualTo(500);

            Done second = ExtractTransform.perform(work(run, Fault.NONE), running);

            assertThat(second.figures().resumed()).isTrue();
            assertThat(second.files()).isEqualTo(first.files());
            assertThat(warehouse.records(run).find("extract", running)).isNotEqualTo(Optional.empty());
        }
    }
}
