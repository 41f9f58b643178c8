package org.tofro.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Cassandra cluster. The step names the keyspace.
 *
 * @param name the connection's name
 * @param standIn whether a stand-in serves it; contact points, data centre, user and password are then filled in when it
 *     has started
 * @param seed the stand-in's seed folder, or null
 * @param contactPoints host names or addresses of nodes that are asked first, each perhaps with a port of its own behind
 *     a colon
 * @param port the port of those that name none
 * @param localDatacenter the data centre whose nodes are asked
 * @param user user name, or null where the cluster asks for none
 * @param password the user's password
 * @param tls how connections are encrypted. Nodes are known by addresses, so that of their certificates the authority is
 *     checked and not the name
 * @param consistency how many replicas must answer a read
 * @param home where Cassandra's own programs are on the machines that write SSTables: an installation, a folder of jars, or
 *     a file that holds their class path; null where SSTables are not written
 */
public record CassandraConnection(
        String name,
        boolean standIn,
        @Nullable String seed,
        List<String> contactPoints,
        int port,
        String localDatacenter,
        @Nullable String user,
        Secret password,
        Tls tls,
        Consistency consistency,
        @Nullable String home)
        implements Connection {
    public static final int DEFAULT_PORT = 9042;

    /** The levels of consistency that a read can have. */
    public enum Consistency {
        ONE,
        TWO,
        THREE,
        QUORUM,
        ALL,
        LOCAL_QUORUM,
        LOCAL_ONE
    }

    public CassandraConnection {
        contactPoints = List.copyOf(contactPoints);
    }

    /** A cluster that no SSTables are written for. */
    public CassandraConnection(
            String name,
            boolean standIn,
            @Nullable String seed,
            List<String> contactPoints,
            int port,
            String localDatacenter,
            @Nullable String user,
            Secret password,
            Tls tls,
            Consistency consistency) {
        this(name, standIn, seed, contactPoints, port, localDatacenter, user, password, tls, consistency, null);
    }

    @Override
    public String type() {
        return "cassandra";
    }

    /** The same for an address. */
    public CassandraConnection at(
            List<String> contacts, int portOfThem, String datacenter, @Nullable String account, Secret secret) {
        return new CassandraConnection(
                name, standIn, seed, contacts, portOfThem, datacenter, account, secret, tls, consistency, home);
    }

    /** The same with Cassandra's programs at that place. */
    public CassandraConnection withHome(@Nullable String place) {
        return new CassandraConnection(
                name, standIn, seed, contactPoints, port, localDatacenter, user, password, tls, consistency, place);
    }

    @Override
    public Secret secret() {
        return password;
    }
}
