package org.tofro.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The servers of one checkout. They start when they are first wanted, side by side. */
final class StandIns implements AutoCloseable {
    private final StackFolder folder;
    private final Path cache;
    private final String password;
    private final Map<String, StandIn> standIns = new ConcurrentHashMap<>();
    private final ExecutorService starters = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "stand-in");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable PostgresPrograms programs;

    StandIns(StackFolder folder, Path cache) {
        this.folder = folder;
        this.cache = cache;
        this.password = password(folder.passwordFile());
    }

    /** The addresses of what is wanted, by connection; everything runs and is seeded when it returns. */
    Map<String, Wire.Address> serve(List<Wire.Wanted> wanted, Consumer<String> progress) {
        Map<String, Future<Wire.Address>> pending = new LinkedHashMap<>();
        for (Wire.Wanted one : wanted) {
            pending.put(one.connection(), starters.submit(() -> standIn(one).serve(one, progress)));
        }
        Map<String, Wire.Address> addresses = new LinkedHashMap<>();
        List<String> failures = new ArrayList<>();
        pending.forEach((connection, address) -> {
            try {
                addresses.put(connection, address.get());
            } catch (ExecutionException e) {
                failures.add(sentence(e.getCause()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failures.add("interrupted while the stand-in of '" + connection + "' started");
            }
        });
        if (!failures.isEmpty()) {
            throw new StackException(String.join("\n", failures));
        }
        return addresses;
    }

    private static String sentence(@Nullable Throwable cause) {
        if (cause instanceof StackException known) {
            return String.valueOf(known.getMessage());
        }
        System.getLogger(StandIns.class.getName()).log(System.Logger.Level.ERROR, "a stand-in failed", cause);
        return "A stand-in failed: " + cause;
    }

    private StandIn standIn(Wire.Wanted wanted) {
        return switch (wanted.kind()) {
            case POSTGRES ->
                standIns.computeIfAbsent(
                        "postgres." + wanted.connection(),
                        key -> new PostgresStandIn(wanted.connection(), folder, password, programs()));
            case MYSQL ->
                standIns.computeIfAbsent(
                        "mysql." + wanted.connection(),
                        key -> new MysqlStandIn(wanted.connection(), folder, password, MariadbPrograms.unpack(cache)));
            case REDSHIFT -> {
                StandIn s3 = s3();
                yield standIns.computeIfAbsent(
                        "redshift." + wanted.connection(),
                        key -> new RedshiftStandIn(wanted.connection(), folder, password, programs(), s3));
            }
            case S3 -> s3();
            case CASSANDRA ->
                standIns.computeIfAbsent(
                        "cassandra." + wanted.connection(),
                        key -> new CassandraStandIn(wanted.connection(), folder, password));
            case FLINK -> standIns.computeIfAbsent("flink", key -> new FlinkStandIn(wanted.connection(), folder));
        };
    }

    private StandIn s3() {
        return standIns.computeIfAbsent("s3", key -> new S3StandIn(folder, password));
    }

    private synchronized PostgresPrograms programs() {
        if (programs == null) {
            programs = PostgresPrograms.unpack(cache, folder);
        }
        return programs;
    }

    List<Wire.State> states() {
        return standIns.values().stream()
                .flatMap(standIn -> standIn.state().stream())
                .sorted(Comparator.comparing(Wire.State::type).thenComparing(Wire.State::connection))
                .toList();
    }

    /** Ends the servers that live in this process; those that are processes of their own go on. */
    @Override
    public void close() {
        standIns.values().forEach(StandIn::close);
        standIns.clear();
        starters.shutdownNow();
    }

    /** Stops every server of the checkout that is a process of its own, whoever started it. */
    static void stopServers(StackFolder folder) {
        List<Thread> stopping = new ArrayList<>();
        List<String> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (Path server : folder.servers()) {
            Thread thread = new Thread(() -> {
                try {
                    stop(server);
                } catch (IOException e) {
                    failures.add("Cannot stop the server of '" + server + "': " + StackFolder.reason(e));
                }
            });
            thread.start();
            stopping.add(thread);
        }
        for (Thread thread : stopping) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StackException("Interrupted while the servers stopped");
            }
        }
        if (!failures.isEmpty()) {
            throw new StackException(String.join("\n", failures));
        }
    }

    /** Whether a server runs on that folder. */
    static boolean runsOn(Path server) throws IOException {
        return Postmaster.on(server.resolve("data")).isPresent()
                || CassandraProcess.on(server).isPresent();
    }

    private static void stop(Path server) throws IOException {
        Optional<Postmaster> postgres = Postmaster.on(server.resolve("data"));
        if (postgres.isPresent()) {
            postgres.get().stop();
        }
        Optional<MariadbProcess> mariadb = MariadbProcess.on(server);
        if (mariadb.isPresent()) {
            mariadb.get().stop();
        }
        Path kind = server.getParent();
        if (kind != null && kind.endsWith("flink")) {
            Optional<FlinkProcess> flink = FlinkProcess.on(server);
            if (flink.isPresent()) {
                flink.get().stop();
            }
            return;
        }
        Optional<CassandraProcess> cassandra = CassandraProcess.on(server);
        if (cassandra.isPresent()) {
            cassandra.get().stop();
        }
    }

    private static String password(Path file) {
        try {
            if (!Files.exists(file)) {
                byte[] random = new byte[16];
                new SecureRandom().nextBytes(random);
                StackFolder.writeForOwner(file, HexFormat.of().formatHex(random));
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new StackException("Cannot keep the stand-ins' password: " + StackFolder.reason(e), e);
        }
    }
}
