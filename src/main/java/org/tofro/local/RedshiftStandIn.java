package org.tofro.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tofro.local.redshift.FrontSettings;
import org.tofro.local.redshift.Isolation;
import org.tofro.local.redshift.RedshiftCatalog;
import org.tofro.local.redshift.RedshiftFront;

/** Redshift: a front in the daemon, before a PostgreSQL server of its own; COPY reads from S3's stand-in. */
final class RedshiftStandIn implements StandIn {
    /** What Redshift calls the database that it makes by default. */
    static final String DEFAULT_DATABASE = "dev";

    private final String connection;
    private final Path folder;
    private final Path portMemory;
    private final String password;
    private final PostgresServer server;
    private final StandIn s3;
    private @Nullable Running running;

    /** @param prepared the databases that have Redshift's catalogue */
    private record Running(RedshiftFront front, FrontSettings settings, Set<String> prepared) {}

    RedshiftStandIn(String connection, StackFolder stack, String password, PostgresPrograms programs, StandIn s3) {
        this.connection = connection;
        this.folder = stack.redshift(connection);
        this.portMemory = stack.port("redshift." + connection);
        this.password = password;
        this.server =
                new PostgresServer(connection, folder, stack.port("redshift-behind." + connection), password, programs);
        this.s3 = s3;
    }

    @Override
    public synchronized Wire.Address serve(Wire.Wanted wanted, Consumer<String> progress) {
        int postgresPort = server.start(progress);
        Wire.Address store = s3.serve(new Wire.Wanted("s3", Wire.Kind.S3, null, null, null), progress);
        FrontSettings.Postgres behind =
                new FrontSettings.Postgres("127.0.0.1", postgresPort, PostgresServer.USER, password, "");
        FrontSettings.S3 objects = new FrontSettings.S3(
                URI.create("http://" + store.host() + ":" + store.port()),
                Stack.REGION,
                store.user(),
                store.password());
        if (running != null
                && !(running.settings().postgres().equals(behind)
                        && running.settings().s3().equals(objects))) {
            close();
        }
        if (running == null) {
            running = start(behind, objects);
            progress.accept("started Redshift's front of " + connection + " on 127.0.0.1:"
                    + running.front().port());
        }
        String database = wanted.database() == null ? DEFAULT_DATABASE : wanted.database();
        if (!running.prepared().contains(database)) {
            try {
                RedshiftCatalog.create(behind, database);
            } catch (SQLException e) {
                throw new StackException(
                        "Cannot prepare database '" + database + "' of the stand-in '" + connection + "': "
                                + e.getMessage(),
                        e);
            }
            running.prepared().add(database);
        }
        return new Wire.Address("127.0.0.1", running.front().port(), PostgresServer.USER, password);
    }

    private Running start(FrontSettings.Postgres behind, FrontSettings.S3 objects) {
        try {
            int port = 0;
            for (int attempt = 0; ; attempt++) {
                port = Ports.choose(portMemory, port);
                // SNAPSHOT is the default of new clusters.
                FrontSettings settings = new FrontSettings(
                        port, behind, objects, Isolation.SNAPSHOT, PostgresServer.USER, password, Set.of());
                try {
                    return new Running(RedshiftFront.start(settings), settings, new HashSet<>());
                } catch (UncheckedIOException e) {
                    if (attempt == 5) {
                        throw e.getCause();
                    }
                }
            }
        } catch (IOException e) {
            throw new StackException("The stand-in of '" + connection + "' did not start: " + StackFolder.reason(e), e);
        }
    }

    @Override
    public synchronized Optional<Wire.State> state() {
        return Optional.ofNullable(running)
                .map(redshift -> new Wire.State(
                        connection,
                        Wire.Kind.REDSHIFT.type,
                        "127.0.0.1:" + redshift.front().port(),
                        ProcessHandle.current().pid(),
                        folder.toString()));
    }

    @Override
    public synchronized void close() {
        if (running != null) {
            running.front().close();
            running = null;
        }
    }
}
