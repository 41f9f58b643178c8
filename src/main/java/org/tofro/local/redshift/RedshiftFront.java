package org.tofro.local.redshift;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server on the loopback address that Amazon's Redshift driver takes for Redshift; a PostgreSQL behind it does the work.
 * One thread per connection. The database behind needs {@link RedshiftCatalog} once.
 */
public final class RedshiftFront implements AutoCloseable {
    /** 2026-01-01T00:00:00Z; query ids start from the time since then, so that a restart gives none twice. */
    private static final long EPOCH_SECONDS = 1_767_225_600L;

    private static final int QUERIES_PER_SECOND = 16;

    private final FrontSettings settings;
    private final ServerSocket server;
    private final Faults faults = new Faults();
    private final StoredObjects objects;
    private final History history;
    private final AtomicLong queryIds =
            new AtomicLong((System.currentTimeMillis() / 1000 - EPOCH_SECONDS) * QUERIES_PER_SECOND);
    private final Set<Closeable> sessions = ConcurrentHashMap.newKeySet();

    private RedshiftFront(FrontSettings settings) throws IOException {
        this.settings = settings;
        this.objects = new StoredObjects(settings.s3());
        this.history = new History(settings.postgres());
        this.server = new ServerSocket(settings.port(), 128, InetAddress.getLoopbackAddress());
    }

    /** Starts listening; what it serves is ready when this returns. */
    public static RedshiftFront start(FrontSettings settings) {
        try {
            RedshiftFront front = new RedshiftFront(settings);
            Thread thread = new Thread(front::accept, "redshift-front");
            thread.setDaemon(true);
            thread.start();
            return front;
        } catch (IOException e) {
            throw new UncheckedIOException("the Redshift front cannot listen on port " + settings.port(), e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.getLocalPort();
    }

    /** What goes wrong on purpose; nothing at first. */
    public Faults faults() {
        return faults;
    }

    /** How many connections are open. */
    public int connections() {
        return sessions.size();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread thread = new Thread(() -> serve(socket), "redshift-session");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                // Closed, or the client had gone before it was accepted.
            }
        }
    }

    private void serve(Socket socket) {
        Closeable open = socket;
        sessions.add(open);
        try (Channel client = new Channel(socket)) {
            Startup startup = Startup.read(client);
            if (startup.cancel() != null) {
                Startup.forwardCancel(settings.postgres(), startup.cancel());
                return;
            }
            new Session(settings, client, startup, objects, faults, queryIds, history).serve();
        } catch (IOException | RuntimeException e) {
            // The connection ends; whoever held the other side sees that it did.
            System.getLogger(RedshiftFront.class.getName()).log(System.Logger.Level.DEBUG, "session ended", e);
        } finally {
            sessions.remove(open);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Closeable session : sessions) {
            try {
                session.close();
            } catch (IOException e) {
                // It was closed already.
            }
        }
        objects.close();
    }
}
