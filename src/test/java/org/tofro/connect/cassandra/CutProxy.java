package org.tofro.connect.cassandra;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between the driver and a server, and cuts or holds what passes. */
public final class CutProxy implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final int server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong passed = new AtomicLong();
    private final AtomicLong cutAt = new AtomicLong(Long.MAX_VALUE);
    private volatile boolean gone;
    private volatile boolean held;
    private volatile int cuts;

    public CutProxy(int server) throws IOException {
        this.server = server;
        start(this::accept);
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** Ends every connection when the server has sent so many bytes from now on; after {@code gone}, for good. */
    public void cutAfter(long bytes, boolean forGood) {
        cutAt.set(passed.get() + bytes);
        onCutGone = forGood;
    }

    private volatile boolean onCutGone;

    /** Lets nothing through any more, and ends nothing. */
    public void hold() {
        held = true;
    }

    /** Lets everything through again. */
    public void letGo() {
        held = false;
    }

    public int cuts() {
        return cuts;
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                if (gone) {
                    client.close();
                    continue;
                }
                Socket to = new Socket("127.0.0.1", server);
                sockets.add(client);
                sockets.add(to);
                start(() -> pump(client, to, false));
                start(() -> pump(to, client, true));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void pump(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                while (held) {
                    Thread.sleep(10);
                }
                if (answers && passed.addAndGet(n) >= cutAt.get()) {
                    cut();
                    return;
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException | InterruptedException e) {
            // One side has ended; so does the other.
        }
    }

    private synchronized void cut() throws IOException {
        if (passed.get() < cutAt.get()) {
            return;
        }
        cutAt.set(Long.MAX_VALUE);
        gone = onCutGone;
        cuts++;
        for (Socket each : sockets) {
            each.close();
        }
        sockets.clear();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "cut-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        held = false;
        socket.close();
        for (Socket each : sockets) {
            each.close();
        }
    }
}
