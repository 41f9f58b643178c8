package org.tofro.connect.jdbc;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.tls.TlsTrouble;

/** What the network, or the encryption on it, said beneath a driver's exception. */
public final class NetworkTrouble {
    private NetworkTrouble() {}

    /** Why the address was not reached, in a few words; null where the network is not to blame. */
    public static @Nullable String of(Throwable failure, String address) {
        String encryption = TlsTrouble.of(failure, address);
        if (encryption != null) {
            return encryption;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "the host of %s is unknown".formatted(address);
            }
            if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
                return "%s cannot be reached".formatted(address);
            }
            if (cause instanceof SocketTimeoutException) {
                return "%s does not answer".formatted(address);
            }
        }
        return null;
    }
}
