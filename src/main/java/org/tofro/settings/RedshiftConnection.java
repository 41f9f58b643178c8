package org.tofro.settings;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Redshift warehouse.
 *
 * @param name the connection's name
 * @param standIn whether a stand-in serves it; the address is then filled in when it has started
 * @param host host name or address
 * @param port TCP port
 * @param database the database to connect to
 * @param user user name
 * @param password the user's password; empty where {@code iam} is true
 * @param iam whether the driver gets temporary credentials from IAM
 * @param iamRole the ARN of the role that COPY and UNLOAD use, or null for the cluster's default role
 * @param region the region of the staging bucket for COPY, or null where it is the cluster's own
 * @param permissions granted on tables that Tofro creates
 * @param properties further properties for the driver
 * @param tls how sessions are encrypted
 */
public record RedshiftConnection(
        String name,
        boolean standIn,
        String host,
        int port,
        String database,
        String user,
        Secret password,
        boolean iam,
        @Nullable String iamRole,
        @Nullable String region,
        List<Permission> permissions,
        Map<String, String> properties,
        Tls tls)
        implements Connection {
    /** A warehouse that the driver reaches as it does by itself. */
    public RedshiftConnection(
            String name,
            boolean standIn,
            String host,
            int port,
            String database,
            String user,
            Secret password,
            boolean iam,
            @Nullable String iamRole,
            @Nullable String region,
            List<Permission> permissions,
            Map<String, String> properties) {
        this(
                name,
                standIn,
                host,
                port,
                database,
                user,
                password,
                iam,
                iamRole,
                region,
                permissions,
                properties,
                Tls.DRIVER);
    }

    public RedshiftConnection {
        permissions = List.copyOf(permissions);
        properties = Map.copyOf(properties);
    }

    @Override
    public String type() {
        return "redshift";
    }

    /** The same warehouse, another database. */
    public RedshiftConnection withDatabase(String other) {
        return new RedshiftConnection(
                name, standIn, host, port, other, user, password, iam, iamRole, region, permissions, properties, tls);
    }

    /**
     * A privilege on every table that Tofro creates.
     *
     * @param privilege such as {@code select}
     * @param kind user, group or role
     * @param grantee the name of it
     */
    public record Permission(String privilege, Grantee kind, String grantee) implements java.io.Serializable {}

    /** Whom a privilege is granted to. */
    public enum Grantee {
        USER,
        GROUP,
        ROLE
    }

    @Override
    public Secret secret() {
        return password;
    }
}
