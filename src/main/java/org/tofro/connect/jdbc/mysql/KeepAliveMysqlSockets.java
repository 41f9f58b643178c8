package org.tofro.connect.jdbc.mysql;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.conf.RuntimeProperty;
import com.mysql.cj.log.Log;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.protocol.SocketConnection;
import com.mysql.cj.protocol.StandardSocketFactory;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketOption;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.tofro.connect.tls.TlsSockets;

/**
 * Sockets that notice within a minute that the server is gone, however long a query computes, and that hang up last where
 * the driver says goodbye. The driver makes this by its class name.
 */
public final class KeepAliveMysqlSockets extends StandardSocketFactory {
    /** A property of ours among the driver's: how the session is encrypted, as {@link TlsSockets#words} says it. */
    static final String TLS = "tofroTls";

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // The driver gets the socket that it asks for.
    public <T extends Closeable> T performTlsHandshake(SocketConnection connection, ServerSession session, Log log)
            throws IOException {
        RuntimeProperty<String> words = connection.getPropertySet().getStringProperty(TLS);
        if (words == null || words.getValue() == null) {
            return super.performTlsHandshake(connection, session, log);
        }
        sslSocket = TlsSockets.encrypt(words.getValue(), rawSocket, host, port);
        return (T) sslSocket;
    }

    @Override
    protected Socket createSocket(PropertySet properties) {
        Socket socket = new HangingUpLast();
        try {
            socket.setKeepAlive(true);
            set(socket, ExtendedSocketOptions.TCP_KEEPIDLE, 20);
            set(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, 10);
            set(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        } catch (IOException e) {
            // A socket without these notices later.
        }
        return socket;
    }

    private static void set(Socket socket, SocketOption<Integer> option, int value) throws IOException {
        if (socket.supportedOptions().contains(option)) {
            socket.setOption(option, value);
        }
    }

    /**
     * The server hangs up when its session has ended; until then the session counts against the server's limits. The driver
     * shuts the input down before it says goodbye, and at no other time.
     */
    private static final class HangingUpLast extends Socket {
        private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(2);
        private volatile boolean goodbye;

        @Override
        public void shutdownInput() {
            goodbye = true;
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // Another thread may abort what waits here.
        public void close() throws IOException {
            if (goodbye && !isClosed() && isConnected()) {
                goodbye = false;
                awaitHangUp();
            }
            super.close();
        }

        private void awaitHangUp() {
            long end = System.nanoTime() + LONGEST_NANOS;
            byte[] unread = new byte[1 << 14];
            try {
                setSoTimeout(1000);
                shutdownOutput();
                InputStream in = getInputStream();
                while (in.read(unread) >= 0 && System.nanoTime() < end) {
                    // The rest of a result that nobody wants any more.
                }
            } catch (IOException e) {
                // Reset, or silent: there is nothing to wait for.
            }
        }
    }
}
