package org.tofro.connect.cassandra.session;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tofro.connect.tls.Trust;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.SecretException;

/**
 * The driver's sessions: one for each connection in this JVM, however many readers and writers use it; it is closed when
 * the last of them has ended.
 */
public final class CassandraSessions {
    /** The one static of this package: steps that run side by side share nothing else. */
    private static final Map<CassandraConnection, Shared> OPEN = new HashMap<>();

    private static final Duration REQUEST = Duration.ofSeconds(30);
    private static final Duration LOGIN = Duration.ofSeconds(15);

    private CassandraSessions() {}

    private static final class Shared {
        private final CqlSession session;
        private int users = 1;

        Shared(CqlSession session) {
            this.session = session;
        }
    }

    /** The use of a session, until it is closed. */
    public static final class Lease implements AutoCloseable {
        private final CassandraConnection connection;
        private final CqlSession session;
        private boolean open = true;

        private Lease(CassandraConnection connection, CqlSession session) {
            this.connection = connection;
            this.session = session;
        }

        public CqlSession session() {
            return session;
        }

        @Override
        public void close() {
            synchronized (OPEN) {
                Shared shared = OPEN.get(connection);
                if (!open || shared == null) {
                    return;
                }
                open = false;
                if (--shared.users > 0) {
                    return;
                }
                OPEN.remove(connection);
            }
            // Nobody waits for answers that are still on their way.
            session.forceCloseAsync().toCompletableFuture().join();
        }
    }

    /** Joins the connection's session, or opens it; throws a {@link CassandraException} where that fails. */
    public static Lease open(CassandraConnection connection) {
        synchronized (OPEN) {
            Shared shared = OPEN.get(connection);
            if (shared != null) {
                shared.users++;
                return new Lease(connection, shared.session);
            }
            CqlSession session = connect(connection);
            OPEN.put(connection, new Shared(session));
            return new Lease(connection, session);
        }
    }

    private static CqlSession connect(CassandraConnection connection) {
        CqlSessionBuilder builder = CqlSession.builder()
                .withLocalDatacenter(connection.localDatacenter())
                .withApplicationName("tofro")
                .withConfigLoader(config());
        connection.contactPoints().forEach(point -> builder.addContactPoint(address(point, connection.port())));
        if (connection.user() != null) {
            builder.withAuthCredentials(connection.user(), password(connection));
        }
        if (connection.tls().demanded()) {
            builder.withSslContext(Trust.context(connection.tls()));
        }
        CqlSession session;
        try {
            session = builder.build();
        } catch (DriverException e) {
            throw CassandraException.connecting(connection, e);
        }
        Set<String> datacenters = new TreeSet<>();
        session.getMetadata()
                .getNodes()
                .values()
                .forEach(node -> datacenters.add(String.valueOf(node.getDatacenter())));
        if (!datacenters.contains(connection.localDatacenter())) {
            session.close();
            throw CassandraException.permanent(
                    "connection '%s': the cluster has no data centre '%s'; 'local_datacenter' is one of: %s"
                            .formatted(
                                    connection.name(), connection.localDatacenter(), String.join(", ", datacenters)));
        }
        return session;
    }

    private static DriverConfigLoader config() {
        return DriverConfigLoader.programmaticBuilder()
                .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, REQUEST)
                .withDuration(DefaultDriverOption.CONNECTION_CONNECT_TIMEOUT, LOGIN)
                .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, LOGIN)
                .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, LOGIN)
                .withDuration(DefaultDriverOption.METADATA_SCHEMA_REQUEST_TIMEOUT, REQUEST)
                .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, Duration.ofMillis(500))
                .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, Duration.ofSeconds(5))
                // Else it waits for two seconds, idle, whenever a session ends.
                .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
                .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_TIMEOUT, 5)
                .withBoolean(DefaultDriverOption.REQUEST_DEFAULT_IDEMPOTENCE, true)
                .withBoolean(DefaultDriverOption.TIMESTAMP_GENERATOR_FORCE_JAVA_CLOCK, true)
                // Several keyspaces may be asked of one session, which sets none.
                .withBoolean(DefaultDriverOption.REQUEST_WARN_IF_SET_KEYSPACE, false)
                .build();
    }

    private static InetSocketAddress address(String point, int port) {
        int colon = point.lastIndexOf(':');
        boolean bare = colon < 0 || (point.startsWith("[") && point.endsWith("]"));
        String host = bare ? point : point.substring(0, colon);
        String plain = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new InetSocketAddress(plain, bare ? port : Integer.parseInt(point.substring(colon + 1)));
    }

    private static String password(CassandraConnection connection) {
        try {
            return connection.password().reveal();
        } catch (SecretException e) {
            throw new CassandraException(
                    "connection '" + connection.name() + "': " + e.getMessage(), e.transientTrouble(), e);
        }
    }
}
