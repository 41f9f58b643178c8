package org.tofro.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Chooses a stand-in's port: the one of last time where it is free, so that addresses in a user's tools stay good. */
final class Ports {
    // Below the ports that operating systems hand out for outgoing connections (from 32768 on Linux, 49152 on macOS).
    private static final int FIRST = 15_000;
    private static final int COUNT = 15_000;

    private Ports() {}

    /** 127.0.0.1, also where the JVM prefers IPv6. */
    static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of four bytes is always good", e);
        }
    }

    /**
     * A free port on 127.0.0.1, remembered in the file.
     *
     * @param avoid a port that was found taken, or 0
     */
    static int choose(Path memory, int avoid) throws IOException {
        int last = remembered(memory);
        if (last != 0 && last != avoid && isFree(last)) {
            return last;
        }
        int start = Math.floorMod(memory.toString().hashCode(), COUNT);
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + (start + i) % COUNT;
            if (port != avoid && isFree(port)) {
                Files.writeString(memory, Integer.toString(port));
                return port;
            }
        }
        throw new IOException("no port from " + FIRST + " to " + (FIRST + COUNT - 1) + " is free on 127.0.0.1");
    }

    /** The port that the file remembers; 0 where it remembers none. */
    static int remembered(Path memory) throws IOException {
        if (!Files.exists(memory)) {
            return 0;
        }
        try {
            int port = Integer.parseInt(Files.readString(memory).strip());
            return port > 1023 && port < 65_536 ? port : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers themselves do; else a port stays taken for a minute after its server has gone.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(loopback(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
