package org.tofro.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The process that keeps a checkout's stand-ins. It listens on 127.0.0.1, answers only who knows its token, and ends
 * itself when no process that asked for stand-ins has been alive for a while, or when its folder has been deleted.
 */
final class StackDaemon {
    /** Begins the line of the log that says why the daemon did not start. */
    static final String FAILURE = "Cannot start: ";

    private static final System.Logger LOG = System.getLogger(StackDaemon.class.getName());

    private final StackFolder folder;
    private final Duration idle;
    private final StandIns standIns;
    private final Wire.Daemon self;
    private final ServerSocket socket;
    private final Set<Wire.Lease> leases = ConcurrentHashMap.newKeySet();
    private final AtomicInteger talking = new AtomicInteger();
    private final AtomicLong lastNeeded = new AtomicLong(System.nanoTime());
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean keepServers;

    private StackDaemon(StackFolder folder, StackOptions options, String build) throws IOException {
        this.folder = folder;
        this.idle = options.idle();
        this.standIns = new StandIns(folder, options.cache());
        this.socket = new ServerSocket(0, 50, Ports.loopback());
        byte[] token = new byte[24];
        new SecureRandom().nextBytes(token);
        this.self = new Wire.Daemon(
                ProcessHandle.current().pid(),
                socket.getLocalPort(),
                HexFormat.of().formatHex(token),
                build);
    }

    /** Arguments: the checkout, the cache for programs, the idle time (ISO 8601), the build's fingerprint. */
    public static void main(String[] arguments) throws IOException {
        StackFolder folder = StackFolder.of(Path.of(arguments[0]));
        StackOptions options = new StackOptions(Duration.parse(arguments[2]), Path.of(arguments[1]));
        try (FileChannel channel =
                        FileChannel.open(folder.daemonLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lock(channel)) {
            if (lock == null) {
                fail("another daemon holds '" + folder.daemonLock() + "'");
            }
            new StackDaemon(folder, options, arguments[3]).run();
        } catch (IOException e) {
            fail(StackFolder.reason(e));
        } catch (StackException e) {
            fail(String.valueOf(e.getMessage()));
        }
        System.exit(0);
    }

    /** Commands try the lock for a moment to see whether a daemon has it. */
    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        for (int attempt = 0; attempt < 50; attempt++) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
            sleep(20);
        }
        return null;
    }

    private static void fail(String reason) {
        System.err.println(FAILURE + reason);
        System.exit(1);
    }

    private void run() throws IOException {
        Thread atExit = new Thread(this::stop, "stop");
        Runtime.getRuntime().addShutdownHook(atExit);
        StackFolder.writeForOwner(folder.daemonFile(), Json.write(self));
        LOG.log(System.Logger.Level.INFO, "serving {0}, process {1}", folder.checkout(), Long.toString(self.pid()));
        Thread accepting = new Thread(this::accept, "accept");
        accepting.setDaemon(true);
        accepting.start();
        try {
            while (!stopping.await(1, TimeUnit.SECONDS)) {
                stopWhereNotNeeded();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // The last reply is on its way.
        for (int i = 0; i < 100 && talking.get() > 0; i++) {
            sleep(20);
        }
        Runtime.getRuntime().removeShutdownHook(atExit);
        stop();
    }

    private void stopWhereNotNeeded() {
        leases.removeIf(lease -> !lease.isAlive());
        if (!leases.isEmpty() || talking.get() > 0) {
            lastNeeded.set(System.nanoTime());
        }
        if (System.nanoTime() - lastNeeded.get() > idle.toNanos()) {
            LOG.log(System.Logger.Level.INFO, "stopping: not needed for {0}", idle);
            stopping.countDown();
        } else if (!isStillNamed()) {
            LOG.log(System.Logger.Level.INFO, "stopping: {0} no longer names this daemon", folder.daemonFile());
            stopping.countDown();
        }
    }

    private boolean isStillNamed() {
        try {
            return self.equals(Json.read(Files.readString(folder.daemonFile()), Wire.Daemon.class));
        } catch (IOException e) {
            return false;
        }
    }

    /** Also runs when the process is told to end. */
    private synchronized void stop() {
        try {
            socket.close();
            if (isStillNamed()) {
                Files.delete(folder.daemonFile());
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the daemon did not stop cleanly", e);
        }
        standIns.close();
        if (!keepServers) {
            try {
                StandIns.stopServers(folder);
            } catch (StackException e) {
                LOG.log(System.Logger.Level.ERROR, e.getMessage());
            }
        }
        LOG.log(System.Logger.Level.INFO, "stopped");
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                talking.incrementAndGet();
                Thread answering = new Thread(() -> answer(client), "client");
                answering.setDaemon(true);
                answering.start();
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    LOG.log(System.Logger.Level.WARNING, "no connection could be taken", e);
                    sleep(100);
                }
            }
        }
    }

    private void answer(Socket client) {
        try (client;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                PrintWriter out = new PrintWriter(
                        new OutputStreamWriter(client.getOutputStream(), StandardCharsets.UTF_8), true)) {
            client.setSoTimeout(10_000);
            String line = in.readLine();
            Wire.Request request = line == null ? null : Json.read(line, Wire.Request.class);
            if (request == null || !isOurs(request.token())) {
                out.println(Json.write(Wire.Reply.error("The daemon does not know this client's token.")));
                return;
            }
            // Progress comes from several stand-ins at once.
            out.println(Json.write(reply(request, progress -> {
                LOG.log(System.Logger.Level.INFO, progress);
                synchronized (out) {
                    out.println(Json.write(Wire.Reply.progress(progress)));
                }
            })));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "a client was lost", e);
        } finally {
            talking.decrementAndGet();
        }
    }

    private boolean isOurs(String token) {
        return MessageDigest.isEqual(
                token.getBytes(StandardCharsets.UTF_8), self.token().getBytes(StandardCharsets.UTF_8));
    }

    private Wire.Reply reply(Wire.Request request, java.util.function.Consumer<String> progress) {
        try {
            switch (request.operation()) {
                case STATUS -> {
                    return Wire.Reply.states(standIns.states());
                }
                case SERVE -> {
                    leases.add(request.client());
                    List<Wire.Wanted> wanted = request.wanted() == null ? List.of() : request.wanted();
                    return Wire.Reply.addresses(standIns.serve(wanted, progress));
                }
                case HAND_OVER -> {
                    leases.removeIf(lease -> !lease.isAlive() || lease.equals(request.client()));
                    if (!leases.isEmpty()) {
                        return Wire.Reply.error("The daemon is in use.");
                    }
                    keepServers = true;
                    stopping.countDown();
                    return Wire.Reply.done();
                }
                case DOWN -> {
                    stopping.countDown();
                    return Wire.Reply.done();
                }
            }
            throw new IllegalStateException("unknown operation " + request.operation());
        } catch (StackException e) {
            LOG.log(System.Logger.Level.ERROR, e.getMessage());
            return Wire.Reply.error(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a request failed", e);
            return Wire.Reply.error("The stack failed: " + e + "; its log is '" + folder.log() + "'");
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
