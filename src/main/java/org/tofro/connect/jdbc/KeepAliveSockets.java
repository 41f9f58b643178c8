package org.tofro.connect.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets that notice within a minute that the other side is gone, and that hang up last. A read timeout would notice
 * too, but also end a query that computes for long before its first row. The driver makes this by its class name.
 */
public final class KeepAliveSockets extends SocketFactory {
    @Override
    public Socket createSocket() throws IOException {
        Socket socket = new HangingUpLast();
        socket.setKeepAlive(true);
        set(socket, ExtendedSocketOptions.TCP_KEEPIDLE, 20);
        set(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, 10);
        set(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        return socket;
    }

    private static void set(Socket socket, SocketOption<Integer> option, int value) throws IOException {
        if (socket.supportedOptions().contains(option)) {
            socket.setOption(option, value);
        }
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new IOException("only unconnected sockets are made here");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket(host.getHostName(), port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return createSocket(address, port);
    }

    /**
     * After an orderly goodbye, the server hangs up when its session has ended; until then the session counts against the
     * server's limits, though the driver has closed it. The driver sets a read timeout of at most a second when it says
     * goodbye. Where it aborts a connection there is none, and another thread may be reading; where it asks the server to
     * cancel a query it is longer, and the answer has been waited for already: then this one does not wait.
     */
    private static final class HangingUpLast extends Socket {
        private static final int GOODBYE_MILLIS = 1000;
        private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // Another thread may abort what waits here.
        public void close() throws IOException {
            if (!isClosed() && isConnected() && getSoTimeout() > 0 && getSoTimeout() <= GOODBYE_MILLIS) {
                awaitHangUp();
            }
            super.close();
        }

        private void awaitHangUp() {
            long end = System.nanoTime() + LONGEST_NANOS;
            byte[] unread = new byte[1 << 14];
            try {
                shutdownOutput();
                InputStream in = getInputStream();
                while (in.read(unread) >= 0 && System.nanoTime() < end) {
                    // The rest of a result that nobody wants any more.
                }
            } catch (IOException e) {
                // Reset, or silent for as long as the read timeout: there is nothing to wait for.
            }
        }
    }
}
