package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.MovingMoney.Movement;
import org.tofro.connect.jdbc.Reading.Way;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFiles;

/** All ranges of an extract are of one moment, whatever moves between them while they are read. */
@Timeout(120)
class OneMomentTest {
    private static final int RUNS = 20;
    private static final int READERS = 8;
    private static SourceDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start("synchronous_commit", "off", "autovacuum", "off", "max_wal_size", "2GB");
        MovingMoney.make(database);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    /** What an extract found. */
    private record Found(long rows, long total, int readers) {
        static final Predicate<Found> RIGHT =
                found -> found.rows == MovingMoney.ROWS && found.total == MovingMoney.TOTAL;
    }

    /** What up to twenty extracts find, each while money moves in one of the ways; ends with the first that is wrong. */
    private List<Found> read(Fault fault) throws Exception {
        List<Found> all = new ArrayList<>();
        try (StagingArea area = SourceDatabase.folder(folder)) {
            while (all.size() < RUNS && all.stream().allMatch(Found.RIGHT)) {
                Movement movement = Movement.values()[all.size() % Movement.values().length];
                Way way = Way.values()[all.size() / Movement.values().length % Way.values().length];
                try (MovingMoney money = MovingMoney.start(database, movement)) {
                    long before = money.moves();
                    ExtractProgress progress = new ExtractProgress();
                    StagedFiles files = new Extract(area, way, fault)
                            .run(MovingMoney.request(database, READERS), progress, new Cancellation());
                    assertThat(money.moves() - before).as("moves meanwhile").isGreaterThan(50);
                    assertThat(progress.notes()).isEmpty();
                    all.add(new Found(
                            files.rowsRead(),
                            MovingMoney.total(folder, files),
                            files.files().size()));
                }
            }
        }
        return all;
    }

    @Test
    void theTotalIsConstantInTwentyRuns() throws Exception {
        assertThat(Extract.plan(MovingMoney.request(database, READERS)))
                .satisfies(plan -> assertThat(plan.ranges()).hasSizeGreaterThanOrEqualTo(READERS))
                .satisfies(plan -> assertThat(plan.readers()).isEqualTo(READERS));

        List<Found> all = read(Fault.NONE);

        assertThat(all).hasSize(RUNS).allMatch(Found.RIGHT);
        assertThat(all).as("a run in which every reader had a range").anyMatch(found -> found.readers == READERS);
    }

    /** Proves that the test above can fail: on this table, by these movements, in as many runs. */
    @Test
    void theTotalIsWrongWhereReadersDoNotImportTheSnapshot() throws Exception {
        assertThat(read(Fault.SNAPSHOT_NOT_IMPORTED)).anyMatch(Found.RIGHT.negate());
    }
}
