package org.tofro.connect.jdbc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.tofro.settings.PostgresConnection;

/**
 * Holds {@code max_connections} of a server across all extracts of this JVM. Whoever has one connection never waits for
 * another one, so extracts cannot block each other for ever.
 */
final class ConnectionBudget {
    /** The one static of this package: steps that run side by side share nothing else. */
    private static final Map<String, Semaphore> BY_SERVER = new ConcurrentHashMap<>();

    private ConnectionBudget() {}

    /** Waits for one connection, then takes as many more as are free right now, up to the wanted number. */
    static Lease acquire(PostgresConnection connection, int wanted, BooleanSupplier cancelled)
            throws InterruptedException {
        String server = connection.host() + ":" + connection.port();
        int most = Math.max(1, connection.maxConnections());
        Semaphore permits = BY_SERVER.computeIfAbsent(server, key -> new Semaphore(most, true));
        while (!permits.tryAcquire(200, TimeUnit.MILLISECONDS)) {
            if (cancelled.getAsBoolean()) {
                throw new InterruptedException("cancelled while waiting for a connection");
            }
        }
        return new Lease(permits, wanted);
    }

    /** Connections that may be open now. */
    static final class Lease implements AutoCloseable {
        private final Semaphore permits;
        private int held = 1;

        private Lease(Semaphore permits, int wanted) {
            this.permits = permits;
            while (held < wanted && permits.tryAcquire()) {
                held++;
            }
        }

        int connections() {
            return held;
        }

        /** Gives back what is not needed after all. */
        void keep(int connections) {
            if (held > connections) {
                permits.release(held - connections);
                held = connections;
            }
        }

        @Override
        public void close() {
            keep(0);
        }
    }
}
