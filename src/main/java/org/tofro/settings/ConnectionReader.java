package org.tofro.settings;

import static org.tofro.yaml.FieldReader.quoted;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problems;
import org.tofro.settings.CassandraConnection.Consistency;
import org.tofro.settings.RedshiftConnection.Grantee;
import org.tofro.settings.RedshiftConnection.Permission;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/** Reads one entry of {@code connections} in a runner file. */
final class ConnectionReader {
    private static final List<String> TYPES = List.of("postgres", "mysql", "redshift", "s3", "cassandra");
    private static final List<String> ADDRESS = List.of(
            "host",
            "port",
            "user",
            "password",
            "properties",
            "iam",
            "iam_role",
            "region",
            "endpoint",
            "contact_points",
            "local_datacenter",
            "tls",
            "tls_root",
            "cassandra_home");
    /** What GRANT on a table takes: https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html. */
    private static final List<String> PRIVILEGES =
            List.of("select", "insert", "update", "delete", "drop", "references", "alter", "truncate", "all");

    private final References references;
    private final TlsReader tls;
    private final Problems problems;

    /** @param certificates takes the files of certificates that connections name beside the runner file */
    ConnectionReader(
            Path runnerFile, References references, Problems problems, Consumer<CertificateFile> certificates) {
        this.references = references;
        this.tls = new TlsReader(runnerFile, problems, certificates);
        this.problems = problems;
    }

    /** The connection; empty where not even its type is known. */
    Optional<Connection> read(Node.Entry entry) {
        String name = entry.key();
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")) {
            problems.add(
                    entry.keySpan(),
                    quoted(name) + " cannot be a connection's name: up to 100 letters, digits, '_', '-' and '.'");
        }
        if (!(entry.value() instanceof Node.Entries entries)) {
            problems.addUnquoted(
                    entry.value().span(),
                    "the connection '" + name + "' is a mapping with the key 'type', and this is "
                            + entry.value().kind());
            return Optional.empty();
        }
        FieldReader reader = new FieldReader("the connection '" + name + "'", entries, problems, references::expand);
        String type = reader.choice("type", TYPES);
        if (type == null) {
            if (!reader.wasBad("type")) {
                problems.addUnquoted(entries.span(), reader.subject() + " needs the field 'type'");
            }
            return Optional.empty();
        }
        boolean standIn = Boolean.TRUE.equals(reader.flag("stand_in"));
        if (standIn) {
            refuseAddress(reader);
        }
        Connection connection = switch (type) {
            case "postgres" -> rds(name, standIn, reader, 5432, PostgresConnection::new);
            case "mysql" -> rds(name, standIn, reader, 3306, MysqlConnection::new);
            case "redshift" -> redshift(name, standIn, reader);
            case "cassandra" -> cassandra(name, standIn, reader);
            default -> s3(name, standIn, reader);
        };
        reader.finish(false);
        return Optional.of(connection);
    }

    private void refuseAddress(FieldReader reader) {
        for (String field : ADDRESS) {
            FieldReader.Entry entry = reader.unwanted(field);
            if (entry != null) {
                problems.add(
                        entry.keySpan(),
                        "a stand-in has an address of its own; leave out '" + field + "', or 'stand_in'");
            }
        }
    }

    /** The two servers of RDS are described alike. */
    private <C extends Connection> C rds(
            String name, boolean standIn, FieldReader reader, int usualPort, RdsConnections<C> type) {
        int maxConnections = maxConnections(reader);
        if (standIn) {
            String seed = optional(reader, "seed");
            return type.of(name, true, seed, "", 0, "", Secret.of(""), maxConnections, Map.of(), Tls.DRIVER);
        }
        refuseSeed(reader);
        String host = required(reader, "host");
        int port = port(reader, usualPort);
        String user = required(reader, "user");
        Map<String, String> properties = properties(reader);
        Tls encryption = tls.read(reader, List.of(host), properties, Tls.DRIVER);
        Secret password = passwordOrToken(reader, host, port, user, encryption);
        return type.of(name, false, null, host, port, user, password, maxConnections, properties, encryption);
    }

    /** Makes connections of one type. */
    @FunctionalInterface
    private interface RdsConnections<C extends Connection> {
        C of(
                String name,
                boolean standIn,
                @Nullable String seed,
                String host,
                int port,
                String user,
                Secret password,
                int maxConnections,
                Map<String, String> properties,
                Tls tls);
    }

    private static int maxConnections(FieldReader reader) {
        Integer most = reader.integer("max_connections", 1, 10_000);
        return most == null ? 8 : most;
    }

    private RedshiftConnection redshift(String name, boolean standIn, FieldReader reader) {
        List<Permission> permissions = permissions(reader.items("permissions"));
        if (standIn) {
            String database = optional(reader, "database");
            return new RedshiftConnection(
                    name,
                    true,
                    "",
                    0,
                    database == null ? "dev" : database,
                    "",
                    Secret.of(""),
                    false,
                    null,
                    null,
                    permissions,
                    Map.of());
        }
        refuseSeed(reader);
        boolean iam = iam(reader);
        String host = required(reader, "host");
        Map<String, String> properties = properties(reader);
        return new RedshiftConnection(
                name,
                false,
                host,
                port(reader, 5439),
                required(reader, "database"),
                required(reader, "user"),
                iam ? Secret.of("") : password(reader),
                iam,
                role(reader),
                optional(reader, "region"),
                permissions,
                properties,
                tls.read(reader, List.of(host), properties, Tls.DRIVER));
    }

    private S3Connection s3(String name, boolean standIn, FieldReader reader) {
        if (standIn) {
            return new S3Connection(name, true, optional(reader, "seed"), null, null, null, null);
        }
        refuseSeed(reader);
        Node.Scalar endpoint = reader.scalar("endpoint");
        if (endpoint != null && !endpoint.text().matches("https?://[^\\s/]+.*")) {
            problems.add(
                    endpoint.span(),
                    "'endpoint' takes an address such as https://host:port, not " + quoted(endpoint.text()));
        }
        return new S3Connection(
                name, false, optional(reader, "region"), endpoint == null ? null : endpoint.text(), null, null);
    }

    private CassandraConnection cassandra(String name, boolean standIn, FieldReader reader) {
        Consistency consistency = consistency(reader);
        if (standIn) {
            Node.Scalar seed = reader.scalar("seed");
            return new CassandraConnection(
                    name,
                    true,
                    seed == null ? null : seed.text(),
                    List.of(),
                    CassandraConnection.DEFAULT_PORT,
                    "",
                    null,
                    Secret.of(""),
                    Tls.OFF,
                    consistency);
        }
        refuseSeed(reader);
        String user = optional(reader, "user");
        Node.Scalar given = reader.raw("password");
        if (user == null && given != null) {
            problems.addUnquoted(given.span(), reader.subject() + " has a 'password' and no 'user'");
        }
        List<String> contactPoints = contactPoints(reader);
        return new CassandraConnection(
                name,
                false,
                null,
                contactPoints,
                port(reader, CassandraConnection.DEFAULT_PORT),
                required(reader, "local_datacenter"),
                user,
                user == null ? Secret.of("") : password(reader),
                tls.read(reader, contactPoints, Map.of(), Tls.OFF),
                consistency,
                optional(reader, "cassandra_home"));
    }

    private Consistency consistency(FieldReader reader) {
        Node.Scalar level = reader.scalar("consistency");
        if (level == null) {
            return Consistency.LOCAL_QUORUM;
        }
        List<String> levels =
                Stream.of(Consistency.values()).map(Consistency::name).toList();
        String word = level.text().toUpperCase(Locale.ROOT);
        if (!levels.contains(word)) {
            problems.add(
                    level.span(),
                    "'consistency' takes " + String.join(", ", levels) + ", not " + quoted(level.text())
                            + org.tofro.problem.Spelling.hint(word, levels));
            return Consistency.LOCAL_QUORUM;
        }
        return Consistency.valueOf(word);
    }

    private List<String> contactPoints(FieldReader reader) {
        List<Node.Scalar> points = reader.scalars("contact_points");
        if (points == null || points.isEmpty()) {
            if (!reader.wasBad("contact_points")) {
                reader.missing("contact_points");
            }
            return List.of();
        }
        for (Node.Scalar point : points) {
            if (!point.text().matches("[^\\s:/]+(:[0-9]{1,5})?|\\[[0-9a-fA-F:.]+](:[0-9]{1,5})?")) {
                problems.add(
                        point.span(),
                        "'contact_points' takes hosts such as node1.example.org or node1.example.org:9042, not "
                                + quoted(point.text()));
            }
        }
        return points.stream().map(Node.Scalar::text).toList();
    }

    private void refuseSeed(FieldReader reader) {
        FieldReader.Entry seed = reader.unwanted("seed");
        if (seed != null) {
            problems.add(
                    seed.keySpan(),
                    "'seed' fills a stand-in; it goes with 'stand_in: true' and the types postgres, mysql, s3 and cassandra");
        }
    }

    private static String required(FieldReader reader, String field) {
        String text = optional(reader, field);
        if (text == null) {
            reader.missing(field);
        }
        return text == null ? "" : text;
    }

    private static @Nullable String optional(FieldReader reader, String field) {
        Node.Scalar scalar = reader.scalar(field);
        return scalar == null ? null : scalar.text();
    }

    private static int port(FieldReader reader, int missing) {
        Integer port = reader.integer("port", 1, 65_535);
        return port == null ? missing : port;
    }

    private boolean iam(FieldReader reader) {
        boolean iam = Boolean.TRUE.equals(reader.flag("iam"));
        Node.Scalar given = reader.raw("password");
        if (iam && given != null) {
            problems.addUnquoted(given.span(), reader.subject() + " takes either 'password' or 'iam: true', not both");
        }
        return iam;
    }

    private Secret passwordOrToken(FieldReader reader, String host, int port, String user, Tls encryption) {
        String region = optional(reader, "region");
        if (!iam(reader)) {
            return password(reader);
        }
        if (!encryption.demanded()) {
            problems.addUnquoted(
                    reader.span(),
                    reader.subject()
                            + " logs in by tokens of IAM, with which whoever listens could log in too; it needs"
                            + " 'tls: verify', or 'tls: encrypt'");
        }
        return references.databaseToken(host, port, user, region);
    }

    private Secret password(FieldReader reader) {
        Node.Scalar password = reader.raw("password");
        if (password == null) {
            reader.missing("password");
            return Secret.of("");
        }
        return references.secret("password", password);
    }

    private @Nullable String role(FieldReader reader) {
        Node.Scalar role = reader.scalar("iam_role");
        if (role == null) {
            return null;
        }
        if (!role.text()
                        .matches(
                                "arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\w+=,.@/-]+(,arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\w+=,.@/-]+)*")
                && !role.text().isEmpty()) {
            problems.add(
                    role.span(),
                    "'iam_role' takes a role's ARN such as arn:aws:iam::123456789012:role/name, not "
                            + quoted(role.text()));
        }
        return role.text();
    }

    private Map<String, String> properties(FieldReader reader) {
        Node.Entries entries = reader.entries("properties");
        for (Node.Entry entry : entries == null ? List.<Node.Entry>of() : entries.entries()) {
            if (entry.key().toLowerCase(Locale.ROOT).matches("user|.*(pass|pwd|secret|token).*")) {
                problems.addUnquoted(
                        entry.keySpan(),
                        "the property " + quoted(entry.key()) + " is refused, as properties are printed; use 'user' and"
                                + " 'password' of the connection");
            }
        }
        return SettingsReader.texts("a property of the driver", entries, references, problems);
    }

    private List<Permission> permissions(Node.@Nullable Items items) {
        List<Permission> permissions = new ArrayList<>();
        for (Node item : items == null ? List.<Node>of() : items.items()) {
            if (item instanceof Node.Entries entries) {
                permissions.addAll(permission(entries));
            } else {
                problems.add(
                        item.span(),
                        "a permission looks like {group: readers, permission: select}, and this is " + item.kind());
            }
        }
        return permissions;
    }

    private List<Permission> permission(Node.Entries entries) {
        FieldReader reader = new FieldReader("a permission", entries, problems, references::expand);
        List<Permission> permissions = new ArrayList<>();
        List<Node.Scalar> privileges = reader.scalars("permission");
        if (privileges == null) {
            reader.missing("permission");
        }
        int grantees = 0;
        for (Grantee kind : Grantee.values()) {
            Node.Scalar grantee = reader.scalar(kind.name().toLowerCase(Locale.ROOT));
            grantees += grantee == null ? 0 : 1;
            if (grantee != null && privileges != null) {
                for (Node.Scalar privilege : privileges) {
                    permissions.add(new Permission(privilege.text().toLowerCase(Locale.ROOT), kind, grantee.text()));
                }
            }
        }
        for (Node.Scalar privilege : privileges == null ? List.<Node.Scalar>of() : privileges) {
            if (!PRIVILEGES.contains(privilege.text().toLowerCase(Locale.ROOT))) {
                problems.add(
                        privilege.span(),
                        "there is no permission " + quoted(privilege.text())
                                + org.tofro.problem.Spelling.hint(privilege.text(), PRIVILEGES));
            }
        }
        if (grantees != 1) {
            problems.add(entries.span(), "a permission goes to exactly one of 'user', 'group' and 'role'");
        }
        reader.finish();
        return permissions;
    }
}
