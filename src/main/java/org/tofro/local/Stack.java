package org.tofro.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.Connection;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Secret;
import org.tofro.settings.Settings;

/** The stand-ins of a checkout, as commands see them: asked for by connection, answered by addresses. */
public final class Stack {
    /** Where S3's stand-in says it is: clients sign their requests with a region. */
    static final String REGION = "us-east-1";

    /** Stands for the cluster of {@code flink} among the connections that are asked for; no connection is called so. */
    public static final String FLINK = "flink cluster";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final Pattern BUCKET = Pattern.compile("s3://([^/]*)/?.*");
    static final Pattern BUCKET_NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    private Stack() {}

    /**
     * A server of a stand-in that runs.
     *
     * @param connection its name; S3 stands in for all connections of its type
     * @param type of the connection
     * @param address where it listens
     * @param pid its process
     * @param folder where its data lies
     */
    public record Server(String connection, String type, String address, long pid, Path folder) {}

    /** As {@link #serve(Settings, Set, Path, StackOptions, Consumer)}, with this machine's options. */
    public static Settings serve(
            Settings settings, Set<String> connectionNames, Path checkout, Consumer<String> progress) {
        return serve(settings, connectionNames, checkout, StackOptions.ofThisMachine(), progress);
    }

    /**
     * Makes sure that the stand-ins among these connections run and are seeded. They stay as long as this process lives,
     * and then for {@link StackOptions#idle()}.
     *
     * @param connectionNames what the command needs; connections that are no stand-ins are left alone
     * @param checkout where stand-ins keep their data; seeds are looked up there
     * @param progress takes a line for each thing that was started
     * @return the settings with the stand-ins' addresses
     * @throws StackException where one cannot be served
     */
    public static Settings serve(
            Settings settings,
            Set<String> connectionNames,
            Path checkout,
            StackOptions options,
            Consumer<String> progress) {
        List<Wire.Wanted> wanted = new ArrayList<>();
        for (String name : new TreeSet<>(connectionNames)) {
            Connection connection = settings.connections().get(name);
            if (connection != null && connection.standIn()) {
                wanted.add(wanted(connection, settings, checkout));
            }
        }
        if (connectionNames.contains(FLINK) && settings.flink().standIn()) {
            wanted.add(new Wire.Wanted(FLINK, Wire.Kind.FLINK, null, null, null));
        }
        if (wanted.isEmpty()) {
            return settings;
        }
        demandStandIns(settings, wanted);
        Wire.Reply reply = client(checkout, options, progress).serve(wanted);
        Map<String, Wire.Address> addresses = reply.addresses();
        if (reply.error() != null || addresses == null) {
            throw new StackException(String.valueOf(reply.error()));
        }
        Map<String, Connection> connections = new LinkedHashMap<>(settings.connections());
        addresses.forEach(
                (name, address) -> connections.computeIfPresent(name, (key, old) -> at(address, old, checkout)));
        Settings served = settings.withConnections(connections);
        Wire.Address flink = addresses.get(FLINK);
        return flink == null ? served : served.withFlinkAt(flink.host() + ":" + flink.port());
    }

    /** The jar for clusters comes without them. */
    private static void demandStandIns(Settings settings, List<Wire.Wanted> wanted) {
        if (Stack.class.getResource("StackDaemon.class") == null) {
            throw new StackException("'" + wanted.get(0).connection() + "' of runner '" + settings.name()
                    + "' is a stand-in, and there are none on a cluster; give the address of a server that the cluster"
                    + " reaches");
        }
    }

    /** Starts every stand-in of the settings. */
    public static Settings up(Settings settings, Path checkout, Consumer<String> progress) {
        Set<String> all = new LinkedHashSet<>(settings.connections().keySet());
        all.add(FLINK);
        return serve(settings, all, checkout, progress);
    }

    /** Stops the daemon and all servers, whether other commands need them or not; false where nothing ran. */
    public static boolean down(Path checkout) {
        return client(checkout, StackOptions.ofThisMachine(), line -> {}).down();
    }

    /** The servers that run; empty where there is no daemon. */
    public static Optional<List<Server>> status(Path checkout) {
        Wire.Reply reply =
                client(checkout, StackOptions.ofThisMachine(), line -> {}).askIfRunning(Wire.Operation.STATUS);
        if (reply == null) {
            return Optional.empty();
        }
        if (reply.error() != null) {
            throw new StackException(reply.error());
        }
        List<Wire.State> states = reply.states() == null ? List.of() : reply.states();
        return Optional.of(states.stream()
                .map(state -> new Server(
                        state.connection(), state.type(), state.address(), state.pid(), Path.of(state.folder())))
                .toList());
    }

    private static DaemonClient client(Path checkout, StackOptions options, Consumer<String> progress) {
        return new DaemonClient(StackFolder.of(checkout), options, DaemonProcess.build(), progress);
    }

    private static Wire.Wanted wanted(Connection connection, Settings settings, Path checkout) {
        String name = connection.name();
        if (!NAME.matcher(name).matches()) {
            throw new StackException(
                    "The connection '" + name + "' cannot be a stand-in by that name; letters, digits, '_',"
                            + " '.' and '-' are allowed, with a letter, a digit or '_' first");
        }
        if (connection instanceof PostgresConnection rds) {
            return new Wire.Wanted(name, Wire.Kind.POSTGRES, seed(rds.seed(), checkout), null, null);
        }
        if (connection instanceof MysqlConnection rds) {
            return new Wire.Wanted(name, Wire.Kind.MYSQL, seed(rds.seed(), checkout), null, null);
        }
        if (connection instanceof CassandraConnection cassandra) {
            String seed = cassandra.seed() == null
                    ? null
                    : checkout.toAbsolutePath().resolve(cassandra.seed()).toString();
            return new Wire.Wanted(name, Wire.Kind.CASSANDRA, seed, null, null);
        }
        if (connection instanceof RedshiftConnection warehouse) {
            demandStandInStore(settings, name);
            String database = warehouse.database().isEmpty() ? RedshiftStandIn.DEFAULT_DATABASE : warehouse.database();
            return new Wire.Wanted(name, Wire.Kind.REDSHIFT, null, database, null);
        }
        Set<String> buckets = new LinkedHashSet<>();
        for (String area : List.of(settings.stagingArea(), settings.stateArea())) {
            Matcher bucket = BUCKET.matcher(area);
            if (bucket.matches()) {
                if (!BUCKET_NAME.matcher(bucket.group(1)).matches()) {
                    throw new StackException(
                            "'" + area + "' names no bucket; a bucket's name has 3 to 63 lower-case letters,"
                                    + " digits, '.' and '-'");
                }
                buckets.add(bucket.group(1));
            }
        }
        String seed = connection instanceof S3Connection s3 && s3.seed() != null
                ? checkout.toAbsolutePath().resolve(s3.seed()).toString()
                : null;
        return new Wire.Wanted(name, Wire.Kind.S3, seed, null, List.copyOf(buckets));
    }

    private static @Nullable String seed(@Nullable String seed, Path checkout) {
        return seed == null ? null : checkout.toAbsolutePath().resolve(seed).toString();
    }

    /** The front has the keys of the stand-in only, not those that AWS's chain finds for a user. */
    private static void demandStandInStore(Settings settings, String warehouse) {
        for (Connection other : settings.connections().values()) {
            if (other instanceof S3Connection && !other.standIn()) {
                throw new StackException("The stand-in '" + warehouse + "' loads from S3's stand-in only, and '"
                        + other.name() + "' is a real S3; give '" + other.name()
                        + "' 'stand_in: true' as well, or use a real Redshift");
            }
        }
    }

    private static Connection at(Wire.Address address, Connection connection, Path checkout) {
        Secret password = Secret.of(address.password());
        if (connection instanceof PostgresConnection rds) {
            return new PostgresConnection(
                    rds.name(),
                    true,
                    rds.seed(),
                    address.host(),
                    address.port(),
                    address.user(),
                    password,
                    rds.maxConnections(),
                    rds.properties());
        }
        if (connection instanceof MysqlConnection rds) {
            return new MysqlConnection(
                    rds.name(),
                    true,
                    rds.seed(),
                    address.host(),
                    address.port(),
                    address.user(),
                    password,
                    rds.maxConnections(),
                    rds.properties());
        }
        if (connection instanceof RedshiftConnection warehouse) {
            String database = warehouse.database().isEmpty() ? RedshiftStandIn.DEFAULT_DATABASE : warehouse.database();
            return new RedshiftConnection(
                    warehouse.name(),
                    true,
                    address.host(),
                    address.port(),
                    database,
                    address.user(),
                    password,
                    false,
                    warehouse.iamRole(),
                    warehouse.region(),
                    warehouse.permissions(),
                    warehouse.properties());
        }
        if (connection instanceof CassandraConnection cassandra) {
            return cassandra
                    .at(List.of(address.host()), address.port(), CassandraServer.DATACENTER, address.user(), password)
                    .withHome(CassandraServer.classPathFile(
                                    StackFolder.of(checkout).cassandra(connection.name()))
                            .toString());
        }
        return new S3Connection(
                connection.name(),
                true,
                ((S3Connection) connection).seed(),
                REGION,
                "http://" + address.host() + ":" + address.port(),
                address.user(),
                password);
    }
}
