package org.tofro.data;

import java.io.IOException;
import java.net.InetAddress;

/** What this host is called by those who look for a process on it. */
public final class HostName {
    private HostName() {}

    /** Without blanks; {@code localhost} where it has no name. */
    public static String ofThisHost() {
        try {
            return InetAddress.getLocalHost().getHostName().replace(' ', '-');
        } catch (IOException e) {
            return "localhost";
        }
    }
}
