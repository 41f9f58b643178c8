package org.tofro.connect.tls;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Speaks TLS for a server on this machine that does not: at once, or when a client asks as PostgreSQL's do. */
public final class TlsFront implements AutoCloseable {
    private static final int SSL_REQUEST = 80877103;

    private final ServerSocket listening;
    private final SSLContext context;
    private final int behind;
    private final boolean asked;

    private TlsFront(SSLContext context, int behind, boolean asked) throws IOException {
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.context = context;
        this.behind = behind;
        this.asked = asked;
        thread(this::accept);
    }

    /** Clients begin with TLS. */
    public static TlsFront atOnce(TestCertificate certificate, int behind)
            throws IOException, GeneralSecurityException {
        return new TlsFront(certificate.context(), behind, false);
    }

    /** Clients ask for TLS by PostgreSQL's SSLRequest. */
    public static TlsFront whenAsked(TestCertificate certificate, int behind)
            throws IOException, GeneralSecurityException {
        return new TlsFront(certificate.context(), behind, true);
    }

    public int port() {
        return listening.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            thread(() -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException {
        if (asked) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            if (in.readInt() != 8 || in.readInt() != SSL_REQUEST) {
                client.close();
                return;
            }
            client.getOutputStream().write('S');
        }
        SSLSocket encrypted = (SSLSocket) context.getSocketFactory().createSocket(client, null, true);
        encrypted.setUseClientMode(false);
        encrypted.startHandshake();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), behind);
        thread(() -> copy(encrypted.getInputStream(), server.getOutputStream(), encrypted, server));
        copy(server.getInputStream(), encrypted.getOutputStream(), encrypted, server);
    }

    private static void copy(InputStream from, OutputStream to, Socket one, Socket other) throws IOException {
        try (one;
                other) {
            from.transferTo(to);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void thread(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // One of the two has hung up.
                    }
                },
                "tls-front");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
