package org.tofro.settings;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server, such as one of RDS. The step names the database.
 *
 * @param name the connection's name
 * @param standIn whether a stand-in serves it; host, port, user and password are then filled in when it has started
 * @param seed the stand-in's seed folder, or null
 * @param host host name or address
 * @param port TCP port
 * @param user user name
 * @param password the user's password, or what makes a token for each session
 * @param maxConnections most connections that the extracts of one process may hold at a time
 * @param properties further properties for the driver, such as {@code sslmode}
 * @param tls how sessions are encrypted
 */
public record PostgresConnection(
        String name,
        boolean standIn,
        @Nullable String seed,
        String host,
        int port,
        String user,
        Secret password,
        int maxConnections,
        Map<String, String> properties,
        Tls tls)
        implements Connection {
    /** A server that the driver reaches as it does by itself. */
    public PostgresConnection(
            String name,
            boolean standIn,
            @Nullable String seed,
            String host,
            int port,
            String user,
            Secret password,
            int maxConnections,
            Map<String, String> properties) {
        this(name, standIn, seed, host, port, user, password, maxConnections, properties, Tls.DRIVER);
    }

    public PostgresConnection {
        properties = Map.copyOf(properties);
    }

    @Override
    public String type() {
        return "postgres";
    }

    @Override
    public Secret secret() {
        return password;
    }
}
