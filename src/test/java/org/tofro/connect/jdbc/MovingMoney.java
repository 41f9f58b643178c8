package org.tofro.connect.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.StagedFiles;

/**
 * A table {@code money} in which money moves from row to row all the time, a transaction each. Whoever sees one moment
 * sees all of it, and whoever sees several moments does not.
 */
final class MovingMoney implements AutoCloseable {
    static final int ROWS = 160_000;
    static final long TOTAL = 1000L * ROWS;

    private final SourceDatabase database;
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong moves = new AtomicLong();
    private final CompletableFuture<?> mover;

    private MovingMoney(SourceDatabase database, Movement movement) {
        this.database = database;
        this.mover = Background.run(() -> {
            while (!done.get()) {
                move(movement);
            }
            return null;
        });
    }

    /** Between which rows the money moves; a reader of eight has some 20,000 of them. */
    enum Movement {
        /** From the first ranges to the last ones. */
        FORWARD("1 + step % 40000", "160000 - step * 7 % 40000"),
        /** From the last ranges to the first ones. */
        BACKWARD("160000 - step % 40000", "1 + step * 7 % 40000"),
        /** From everywhere into the next range. */
        NEIGHBOURS("1 + step * 7919 % 160000", "1 + (step * 7919 + 20000) % 160000"),
        /** From anywhere to anywhere. */
        RANDOM("1 + floor(random() * 160000)::int", "1 + floor(random() * 160000)::int");

        private final String from;
        private final String to;

        Movement(String from, String to) {
            this.from = from;
            this.to = to;
        }
    }

    /** Makes the table; some 37 MiB. */
    static void make(SourceDatabase database) throws SQLException {
        database.execute("""
                CREATE TABLE money (id int, amount bigint, pad text) WITH (fillfactor = 90);
                INSERT INTO money SELECT i, 1000, repeat('z', 200) FROM generate_series(1, 160000) i;
                CREATE UNIQUE INDEX ON money (id);
                """);
        database.execute("VACUUM ANALYZE money");
        for (Movement movement : Movement.values()) {
            database.execute("""
                    CREATE PROCEDURE move_%s(start int, moves int) LANGUAGE plpgsql AS $$
                    DECLARE
                        giver int;
                        taker int;
                    BEGIN
                        FOR step IN start .. start + moves - 1 LOOP
                            giver := %s;
                            taker := %s;
                            CONTINUE WHEN giver = taker;
                            UPDATE money
                            SET amount = amount + (1 + step %% 89) * CASE id WHEN giver THEN -1 ELSE 1 END
                            WHERE id IN (giver, taker);
                            COMMIT;
                        END LOOP;
                    END $$
                    """.formatted(movement, movement.from, movement.to));
        }
    }

    /** Lets money move until the result is closed. */
    static MovingMoney start(SourceDatabase database, Movement movement) throws InterruptedException {
        MovingMoney money = new MovingMoney(database, movement);
        money.awaitMoves(500);
        return money;
    }

    private void move(Movement movement) {
        try {
            database.execute("CALL move_%s(%d, 50)".formatted(movement, moves.get() % 10_000_000));
            moves.addAndGet(50);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until money has moved so many times more. */
    void awaitMoves(int more) throws InterruptedException {
        for (long before = moves.get(); moves.get() < before + more && !mover.isDone(); ) {
            Thread.sleep(1);
        }
    }

    /** How often money has moved, transactions all of them. */
    long moves() {
        return moves.get();
    }

    static ExtractRequest request(SourceDatabase database, int splits) {
        return database.table("money", new ColumnChoice("id", null, null), new ColumnChoice("amount", null, null))
                .readBy(splits);
    }

    /** The same, stopping at the {@link Gate}. */
    static ExtractRequest gated(SourceDatabase database, int splits) {
        return database.sql("SELECT id, amount, pass(id) AS passed FROM money").readBy(splits);
    }

    /** All the money in the files of an extract. */
    static long total(Path folder, StagedFiles files) throws IOException {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            return SourceDatabase.rows(area, files).stream()
                    .mapToLong(row -> Long.parseLong(row.split("\t", -1)[1]))
                    .sum();
        }
    }

    @Override
    public void close() {
        done.set(true);
        mover.join();
    }
}
