package org.tofro.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tofro.local.redshift.FrontSettings;
import org.tofro.local.redshift.Isolation;
import org.tofro.local.redshift.RedshiftCatalog;
import org.tofro.local.redshift.RedshiftFront;

/** Redshift: a PostgreSQL server of its own, and before it the front that Amazon's driver connects to. */
final class RedshiftStandIn implements StandIn {
    /** What Redshift calls the database that it makes by default. */
    static final String DEFAULT_DATABASE = "dev";

    private final String connection;
    private final Path folder;
    private final Path portMemory;
    private final String password;
    private final PostgresServer server;
    private final StandIn s3;
    private final Set<String> prepared = new HashSet<>();
    private @Nullable RedshiftFront front;
    private FrontSettings.@Nullable S3 frontStore;

    /** @param s3 the stand-in that COPY reads from where the environment has no real S3 */
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
        int behind = server.start(progress);
        FrontSettings.Postgres postgres =
                new FrontSettings.Postgres("127.0.0.1", behind, PostgresServer.USER, password, "");
        String database = wanted.database() == null ? DEFAULT_DATABASE : wanted.database();
        try {
            if (prepared.add(database)) {
                RedshiftCatalog.create(postgres, database);
            }
        } catch (SQLException e) {
            prepared.remove(database);
            throw new StackException("Cannot prepare the stand-in of '" + connection + "': " + e.getMessage(), e);
        }
        FrontSettings.S3 store = store(wanted, progress);
        RedshiftFront started = front;
        if (started != null && !store.equals(frontStore)) {
            started.close();
            started = null;
        }
        if (started == null) {
            started = start(postgres, store);
            front = started;
            frontStore = store;
            progress.accept("started Redshift's front of " + connection + " on 127.0.0.1:" + started.port());
        }
        return new Wire.Address("127.0.0.1", started.port(), PostgresServer.USER, password);
    }

    private FrontSettings.S3 store(Wire.Wanted wanted, Consumer<String> progress) {
        Wire.Store real = wanted.store();
        if (real != null) {
            String region = Objects.requireNonNullElse(real.region(), "us-east-1");
            String endpoint =
                    Objects.requireNonNullElse(real.endpoint(), "https://s3." + region + ".amazonaws.com");
            return new FrontSettings.S3(
                    URI.create(endpoint),
                    region,
                    Objects.requireNonNullElse(real.accessKey(), ""),
                    Objects.requireNonNullElse(real.secretKey(), ""));
        }
        Wire.Address address = s3.serve(
                new Wire.Wanted("s3", Wire.Kind.S3, null, null, List.of(), null), progress);
        return new FrontSettings.S3(
                URI.create("http://" + address.host() + ":" + address.port()),
                "us-east-1",
                address.user(),
                address.password());
    }

    private RedshiftFront start(FrontSettings.Postgres postgres, FrontSettings.S3 store) {
        try {
            int port = 0;
            for (int attempt = 0; ; attempt++) {
                port = Ports.choose(portMemory, port);
                try {
                    return RedshiftFront.start(new FrontSettings(
                            port,
                            postgres,
                            store,
                            Isolation.SNAPSHOT,
                            PostgresServer.USER,
                            password,
                            Set.of()));
                } catch (RuntimeException e) {
                    if (attempt == 5) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new StackException("The stand-in of '" + connection + "' did not start: " + StackFolder.reason(e), e);
        }
    }

    @Override
    public synchronized Optional<Wire.State> state() {
        RedshiftFront started = front;
        return server.running()
                .filter(process -> started != null)
                .map(process -> new Wire.State(
                        connection,
                        Wire.Kind.REDSHIFT.type,
                        "127.0.0.1:" + Objects.requireNonNull(started).port(),
                        process.process().pid(),
                        folder.toString()));
    }

    /** Ends the front; the server is a process of its own. */
    @Override
    public synchronized void close() {
        if (front != null) {
            front.close();
            front = null;
        }
    }
}
