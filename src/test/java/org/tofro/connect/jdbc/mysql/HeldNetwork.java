package org.tofro.connect.jdbc.mysql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network between an extract and its server that lets a megabyte of each connection's answers pass and then holds the
 * rest: every reader stands in the middle of its rows, and the server waits to send more.
 */
final class HeldNetwork implements AutoCloseable {
    private static final long PASSES = 1 << 20;
    /** Small, so that the server has not sent everything into it while it is held. */
    private static final int BUFFER = 64 << 10;

    private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final int server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger held = new AtomicInteger();
    private volatile CountDownLatch opened = new CountDownLatch(1);

    HeldNetwork(int server) throws IOException {
        this.server = server;
        start(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    /** Waits until that many connections are held. */
    void await(int connections) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (held.get() != connections) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("held: " + held.get() + " connections");
            }
            Thread.sleep(10);
        }
    }

    /** Lets those pass that are held now; others will be held again. */
    void letPass() {
        CountDownLatch before = opened;
        opened = new CountDownLatch(1);
        before.countDown();
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket client = entrance.accept();
                sockets.add(client);
                Socket behind = new Socket();
                behind.setReceiveBufferSize(BUFFER);
                behind.connect(new InetSocketAddress("127.0.0.1", server));
                sockets.add(behind);
                start(() -> pass(client, behind, Long.MAX_VALUE));
                start(() -> pass(behind, client, PASSES));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void pass(Socket from, Socket to, long free) {
        byte[] buffer = new byte[BUFFER];
        long passed = 0;
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                passed += n;
                if (passed > free) {
                    hold();
                    passed = Long.MIN_VALUE;
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException | InterruptedException e) {
            // One side has ended; so does the other.
        }
    }

    private void hold() throws InterruptedException {
        CountDownLatch opening = opened;
        held.incrementAndGet();
        opening.await();
        held.decrementAndGet();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "held-network");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        letPass();
        entrance.close();
        for (Socket each : sockets) {
            each.close();
        }
    }
}
