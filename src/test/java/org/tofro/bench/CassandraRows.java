package org.tofro.bench;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;

/**
 * Fills a table of a Cassandra on this machine, unless it is there. Arguments: port, user, table, rows; the password is
 * {@code PGPASSWORD} of the environment.
 */
public final class CassandraRows {
    private static final int IN_FLIGHT = 500;

    private CassandraRows() {}

    public static void main(String[] args) {
        try (CqlSession session = CqlSession.builder()
                .addContactPoint(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])))
                .withLocalDatacenter("datacenter1")
                .withAuthCredentials(args[1], System.getenv("PGPASSWORD"))
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofMinutes(1))
                        .build())
                .build()) {
            session.execute("CREATE KEYSPACE IF NOT EXISTS bench"
                    + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
            String table = "bench." + args[2];
            String marks = "SELECT id FROM " + table + " WHERE id = " + args[3];
            session.execute("CREATE TABLE IF NOT EXISTS " + table + " (id bigint PRIMARY KEY, account bigint, code int,"
                    + " hash text, seen timestamp, amount decimal, note text, flag boolean)");
            if (session.execute(marks).one() == null) {
                fill(session, table, Long.parseLong(args[3]));
            }
        }
    }

    private static void fill(CqlSession session, String table, long rows) {
        PreparedStatement insert = session.prepare("INSERT INTO " + table
                + " (id, account, code, hash, seen, amount, note, flag) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        ArrayDeque<CompletionStage<AsyncResultSet>> pending = new ArrayDeque<>();
        for (long i = 1; i <= rows; i++) {
            pending.add(session.executeAsync(insert.bind(
                    i,
                    i * 7919 % 1_000_003,
                    (int) (i % 1000),
                    "%016x%016x".formatted(i * 0x9e3779b97f4a7c15L, i * 0xbf58476d1ce4e5b9L),
                    Instant.parse("2020-01-01T00:00:00Z").plusSeconds(i),
                    BigDecimal.valueOf(i % 1_000_000, 2),
                    i % 5 == 0 ? null : "note, " + i + ", with commas",
                    i % 2 == 0)));
            if (pending.size() == IN_FLIGHT) {
                pending.remove().toCompletableFuture().join();
            }
        }
        pending.forEach(each -> each.toCompletableFuture().join());
    }
}
