package org.tofro.connect.jdbc;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Holds {@code max_connections} of a server across all extracts of this JVM. Whoever has one connection never waits for
 * another one, so extracts cannot block each other for ever; whoever has none is served in the order of coming.
 */
final class ConnectionBudget {
    /** The one static of this package: steps that run side by side share nothing else. */
    private static final Map<String, ConnectionBudget> BY_SERVER = new ConcurrentHashMap<>();

    private final Queue<Object> waiting = new ArrayDeque<>();
    private int held;

    private ConnectionBudget() {}

    /**
     * Waits for one connection, then takes as many more as are free right now, up to the wanted number; none of them
     * while somebody else waits for a first one. Several connections of the settings may name one server: each counts
     * all that are open there against its own limit.
     */
    static Lease acquire(SourceServer source, int wanted, BooleanSupplier cancelled) throws InterruptedException {
        return BY_SERVER
                .computeIfAbsent(source.address(), key -> new ConnectionBudget())
                .acquire(Math.max(1, source.maxConnections()), wanted, cancelled);
    }

    private synchronized Lease acquire(int most, int wanted, BooleanSupplier cancelled) throws InterruptedException {
        Object place = new Object();
        waiting.add(place);
        try {
            while (waiting.peek() != place || held >= most) {
                wait(200);
                if (cancelled.getAsBoolean()) {
                    throw new InterruptedException("cancelled while waiting for a connection");
                }
            }
            int taken = waiting.size() > 1 ? 1 : Math.max(1, Math.min(wanted, most - held));
            held += taken;
            return new Lease(this, taken);
        } finally {
            waiting.remove(place);
            notifyAll();
        }
    }

    private synchronized void giveBack(int connections) {
        held -= connections;
        notifyAll();
    }

    /** Connections that may be open now. */
    static final class Lease implements AutoCloseable {
        private final ConnectionBudget budget;
        private int connections;

        private Lease(ConnectionBudget budget, int connections) {
            this.budget = budget;
            this.connections = connections;
        }

        synchronized int connections() {
            return connections;
        }

        /** Gives back what is not needed after all. */
        synchronized void keep(int fewer) {
            if (connections > fewer) {
                budget.giveBack(connections - fewer);
                connections = fewer;
            }
        }

        /** Gives one back, whose session has ended. */
        synchronized void giveBackOne() {
            keep(Math.max(0, connections - 1));
        }

        @Override
        public void close() {
            keep(0);
        }
    }
}
