package org.tofro.local;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Brings a server's keyspaces to what a seed says. A keyspace whose seed has not changed is left as it is, whatever was
 * done to it since; one whose seed changed is made afresh.
 */
final class CassandraSeedLoader {
    private static final int IN_FLIGHT = 128;

    private final CassandraServer server;
    private final Path marks;
    private final String connection;
    private final Consumer<String> progress;

    /** @param folder of the server, where the hash of each keyspace's seed is kept */
    CassandraSeedLoader(CassandraServer server, Path folder, String connection, Consumer<String> progress) {
        this.server = server;
        this.marks = folder.resolve("seeded");
        this.connection = connection;
        this.progress = progress;
    }

    private record Inserted(int line, CompletionStage<AsyncResultSet> done) {}

    void load(CassandraSeed seed) {
        try {
            Files.createDirectories(marks);
            if (isLoaded(seed)) {
                return;
            }
            try (CqlSession session = server.connect()) {
                for (CassandraSeed.Keyspace keyspace : seed.keyspaces()) {
                    if (!isLoaded(keyspace)) {
                        loadAfresh(session, keyspace);
                    }
                }
                for (String gone : others(seed)) {
                    session.execute("DROP KEYSPACE IF EXISTS \"" + gone + "\"");
                    Files.delete(marks.resolve(gone));
                }
            }
        } catch (DriverException e) {
            throw new StackException("Cannot seed the stand-in of '" + connection + "': " + e.getMessage(), e);
        } catch (IOException e) {
            throw new StackException("Cannot seed the stand-in of '" + connection + "': " + StackFolder.reason(e), e);
        }
    }

    private boolean isLoaded(CassandraSeed seed) throws IOException {
        for (CassandraSeed.Keyspace keyspace : seed.keyspaces()) {
            if (!isLoaded(keyspace)) {
                return false;
            }
        }
        return others(seed).isEmpty();
    }

    private boolean isLoaded(CassandraSeed.Keyspace keyspace) throws IOException {
        Path mark = marks.resolve(keyspace.name());
        return Files.exists(mark) && Files.readString(mark).equals(keyspace.hash());
    }

    /** Keyspaces that were seeded and are in the seed no more. */
    private java.util.List<String> others(CassandraSeed seed) throws IOException {
        try (Stream<Path> files = Files.list(marks)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> seed.keyspaces().stream()
                            .noneMatch(keyspace -> keyspace.name().equals(name)))
                    .toList();
        }
    }

    private void loadAfresh(CqlSession session, CassandraSeed.Keyspace keyspace) throws IOException {
        long begun = System.nanoTime();
        String name = "\"" + keyspace.name() + "\"";
        Files.deleteIfExists(marks.resolve(keyspace.name()));
        session.execute("DROP KEYSPACE IF EXISTS " + name);
        session.execute(
                "CREATE KEYSPACE " + name + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        session.execute("USE " + name);
        for (Path script : keyspace.scripts()) {
            for (CqlScript.Statement statement : CqlScript.read(script)) {
                try {
                    session.execute(statement.text());
                } catch (DriverException e) {
                    throw new StackException(script + ":" + statement.line() + ": " + e.getMessage(), e);
                }
            }
        }
        for (Path table : keyspace.tables()) {
            insert(session, name, table);
        }
        Files.writeString(marks.resolve(keyspace.name()), keyspace.hash());
        progress.accept("seeded " + connection + "/" + keyspace.name() + " in "
                + (System.nanoTime() - begun) / 1_000_000 + " ms");
    }

    /** Many rows at a time are on their way; the first that is refused ends it, with its line. */
    private static void insert(CqlSession session, String keyspace, Path rows) throws IOException {
        String file = rows.getFileName().toString();
        String table = file.substring(0, file.length() - ".jsonl".length());
        PreparedStatement insert;
        try {
            insert = session.prepare("INSERT INTO " + keyspace + ".\"" + table + "\" JSON ? DEFAULT UNSET");
        } catch (DriverException e) {
            throw new StackException(rows + ": " + e.getMessage(), e);
        }
        Deque<Inserted> pending = new ArrayDeque<>();
        try (BufferedReader in = Files.newBufferedReader(rows)) {
            int line = 0;
            for (String row = in.readLine(); row != null; row = in.readLine()) {
                line++;
                if (!row.isBlank()) {
                    pending.add(new Inserted(line, session.executeAsync(insert.bind(row))));
                }
                if (pending.size() == IN_FLIGHT) {
                    await(rows, pending.remove());
                }
            }
        }
        while (!pending.isEmpty()) {
            await(rows, pending.remove());
        }
    }

    private static void await(Path rows, Inserted row) {
        try {
            row.done().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new StackException(
                    rows + ":" + row.line() + ": " + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
    }
}
