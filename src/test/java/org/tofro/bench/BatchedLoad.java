package org.tofro.bench;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.BatchableStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A hand-tuned loop that loads plain CSV, sorted by partition: prepared, unlogged batches of one partition, a fixed number of
 * rows in flight; it neither checks nor retries. With {@code make} it makes the table and the file instead.
 *
 * <p>Arguments: what ({@code make} or {@code load}), port, user, table, file, rows; the password is {@code PGPASSWORD} of the
 * environment. Prints the seconds of the load alone.
 */
public final class BatchedLoad {
    private static final int PARTITION = 20;
    private static final int ROWS_IN_FLIGHT = Integer.getInteger("rows", 2048);

    private BatchedLoad() {}

    public static void main(String[] args) throws Exception {
        try (CqlSession session = CqlSession.builder()
                .addContactPoint(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[1])))
                .withLocalDatacenter("datacenter1")
                .withAuthCredentials(args[2], System.getenv("PGPASSWORD"))
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofMinutes(1))
                        .withBoolean(DefaultDriverOption.TIMESTAMP_GENERATOR_FORCE_JAVA_CLOCK, true)
                        .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                        .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
                        .build())
                .build()) {
            if (args[0].equals("make")) {
                make(session, args[3], Path.of(args[4]), Long.parseLong(args[5]));
            } else {
                long begun = System.nanoTime();
                load(session, args[3], Path.of(args[4]));
                System.out.printf("%.2f%n", (System.nanoTime() - begun) / 1e9);
            }
        }
    }

    /** An empty table of five columns, and a file of rows for it, 20 to a partition. */
    private static void make(CqlSession session, String table, Path file, long rows) throws IOException {
        session.execute("CREATE KEYSPACE IF NOT EXISTS bench"
                + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        session.execute("CREATE TABLE IF NOT EXISTS bench." + table + " (account bigint, seen timestamp, hash text,"
                + " amount decimal, flag boolean, PRIMARY KEY (account, seen))");
        session.execute("TRUNCATE bench." + table);
        if (Files.exists(file)) {
            return;
        }
        try (var out = Files.newBufferedWriter(file)) {
            for (long i = 0; i < rows; i++) {
                out.write((i / PARTITION * 7919 % 1_000_003) + "," + Instant.ofEpochSecond(1_577_836_800 + i) + ","
                        + "%016x%016x".formatted(i * 0x9e3779b97f4a7c15L, i * 0xbf58476d1ce4e5b9L) + ","
                        + BigDecimal.valueOf(i % 1_000_000, 2) + "," + (i % 2 == 0) + "\n");
            }
        }
    }

    private static void load(CqlSession session, String table, Path file) throws Exception {
        PreparedStatement insert = session.prepare(
                "INSERT INTO bench." + table + " (account, seen, hash, amount, flag) VALUES (?, ?, ?, ?, ?)");
        Semaphore room = new Semaphore(ROWS_IN_FLIGHT);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<BatchableStatement<?>> batch = new ArrayList<>();
        String partition = "";
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] values = line.split(",");
                if (!batch.isEmpty() && (!values[0].equals(partition) || batch.size() == 64)) {
                    send(session, batch, room, failure);
                    batch = new ArrayList<>();
                }
                partition = values[0];
                batch.add(insert.bind(
                        Long.parseLong(values[0]),
                        Instant.parse(values[1]),
                        values[2],
                        new BigDecimal(values[3]),
                        values[4].equals("true")));
            }
        }
        send(session, batch, room, failure);
        room.acquire(ROWS_IN_FLIGHT);
        if (failure.get() != null) {
            throw new IllegalStateException("a write failed", failure.get());
        }
    }

    private static void send(
            CqlSession session, List<BatchableStatement<?>> batch, Semaphore room, AtomicReference<Throwable> failure)
            throws InterruptedException {
        int rows = batch.size();
        room.acquire(rows);
        session.executeAsync(BatchStatement.newInstance(BatchType.UNLOGGED, batch)
                        .setConsistencyLevel(DefaultConsistencyLevel.LOCAL_QUORUM)
                        .setIdempotent(true))
                .whenComplete((answer, e) -> {
                    if (e != null) {
                        failure.set(e);
                    }
                    room.release(rows);
                });
    }
}
