package org.tofro.connect.cassandra.session;

import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.auth.AuthenticationException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.tls.TlsTrouble;
import org.tofro.settings.CassandraConnection;

/** Cassandra did not do what it was asked: one sentence that says what to do, without secrets and row data. */
public final class CassandraException extends RuntimeException {
    private final boolean transientTrouble;

    public CassandraException(String message, boolean transientTrouble, @Nullable Throwable cause) {
        super(message, cause);
        this.transientTrouble = transientTrouble;
    }

    public static CassandraException permanent(String message) {
        return new CassandraException(message, false, null);
    }

    /** Whether the same may succeed a moment later: a lost connection, a busy server. */
    public boolean transientTrouble() {
        return transientTrouble;
    }

    /** Why a session was not had. */
    static CassandraException connecting(CassandraConnection connection, DriverException e) {
        String name = "connection '%s': ".formatted(connection.name());
        String points = String.join(", ", connection.contactPoints())
                + (connection.contactPoints().stream().allMatch(point -> point.contains(":"))
                        ? ""
                        : ", port " + connection.port());
        if (DriverErrors.find(e, AuthenticationException.class) != null) {
            return permanent(
                    connection.user() == null
                            ? name + points + " asks for a user; give the connection 'user' and 'password'"
                            : name + points + " refuses user '" + connection.user()
                                    + "': wrong password, or no such user");
        }
        SSLException encryption = DriverErrors.find(e, SSLException.class);
        String trouble = encryption == null ? null : TlsTrouble.of(encryption, points);
        if (trouble != null) {
            return new CassandraException(name + trouble, false, e);
        }
        if (DriverErrors.find(e, UnknownHostException.class) != null
                || DriverErrors.find(e, UnresolvedAddressException.class) != null) {
            return new CassandraException(name + "the host of " + points + " is unknown", false, e);
        }
        return new CassandraException(name + points + " cannot be reached", true, e);
    }
}
