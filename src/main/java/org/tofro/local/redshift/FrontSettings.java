package org.tofro.local.redshift;

import java.net.URI;
import java.util.Set;

/**
 * What a front is started with.
 *
 * @param port TCP port on the loopback address, 0 for a free one
 * @param postgres the server behind
 * @param s3 where COPY reads and UNLOAD writes
 * @param isolation the isolation of every transaction
 * @param user the user that clients must name
 * @param password the password that clients must give
 * @param deniedRoles ARNs that COPY and UNLOAD refuse, as if the role may not read the bucket
 */
public record FrontSettings(
        int port,
        Postgres postgres,
        S3 s3,
        Isolation isolation,
        String user,
        String password,
        Set<String> deniedRoles) {
    public FrontSettings {
        deniedRoles = Set.copyOf(deniedRoles);
    }

    /**
     * The PostgreSQL server behind; its user must be a superuser.
     *
     * @param host host name or address
     * @param port TCP port
     * @param user user name
     * @param password password; may be empty where the server trusts local connections
     * @param databasePrefix put before the name of the database that a client asks for
     */
    public record Postgres(String host, int port, String user, String password, String databasePrefix) {
        /** The JDBC URL of the database that clients know by this name. */
        public String jdbcUrl(String database) {
            return "jdbc:postgresql://" + host + ":" + port + "/" + databasePrefix + database;
        }

        @Override
        public String toString() {
            return "Postgres[" + user + "@" + host + ":" + port + "]";
        }
    }

    /**
     * The S3 that COPY and UNLOAD use; path style.
     *
     * @param endpoint its address
     * @param region its region
     * @param accessKey access key id
     * @param secretKey secret access key
     */
    public record S3(URI endpoint, String region, String accessKey, String secretKey) {
        @Override
        public String toString() {
            return "S3[" + endpoint + "]";
        }
    }

    @Override
    public String toString() {
        return "FrontSettings[port=" + port + ", " + postgres + ", " + s3 + ", " + isolation + "]";
    }
}
