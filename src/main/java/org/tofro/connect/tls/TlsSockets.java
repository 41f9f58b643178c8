package org.tofro.connect.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.Properties;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.tofro.settings.Tls;

/**
 * Encrypts a session that a driver has opened, and verifies the server as the connection says. The drivers of PostgreSQL
 * and Redshift make this by its class name, with the connection's words as the argument.
 */
public final class TlsSockets extends SSLSocketFactory {
    private static final String NONE = "";

    private final Tls tls;
    private final SSLSocketFactory sockets;

    TlsSockets(Tls tls) {
        this.tls = tls;
        this.sockets = Trust.context(tls).getSocketFactory();
    }

    /** @param words of {@link #words} */
    public TlsSockets(String words) {
        this(parse(words));
    }

    /** Tells PostgreSQL's driver how to encrypt; nothing where it decides itself. */
    public static void tellPostgres(Properties properties, Tls tls) {
        // Verifying is the factory's business.
        tell(properties, tls, Map.of("sslmode", "require"), Map.of("sslmode", "disable"));
    }

    /** Tells Redshift's driver the same. It knows no mode that demands TLS and leaves the certificate alone. */
    public static void tellRedshift(Properties properties, Tls tls) {
        tell(properties, tls, Map.of("ssl", "true", "sslmode", "verify-ca"), Map.of("ssl", "false"));
    }

    private static void tell(Properties properties, Tls tls, Map<String, String> on, Map<String, String> off) {
        if (tls.demanded()) {
            properties.putAll(on);
            properties.setProperty("sslfactory", TlsSockets.class.getName());
            properties.setProperty("sslfactoryarg", words(tls));
        } else if (tls.mode() == Tls.Mode.OFF) {
            properties.putAll(off);
        }
    }

    /** How a connection is encrypted, as a text that a driver can carry. */
    public static String words(Tls tls) {
        return tls.mode() + "\n" + (tls.roots() == null ? NONE : tls.roots());
    }

    private static Tls parse(String words) {
        int end = words.indexOf('\n');
        String roots = words.substring(end + 1);
        return new Tls(Tls.Mode.valueOf(words.substring(0, end)), roots.equals(NONE) ? null : roots);
    }

    /** Encrypts what is open, as the words say; the handshake is done when this returns. */
    public static SSLSocket encrypt(String words, Socket open, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) new TlsSockets(words).createSocket(open, host, port, true);
        socket.startHandshake();
        return socket;
    }

    @Override
    public Socket createSocket(Socket open, String host, int port, boolean autoClose) throws IOException {
        return named(sockets.createSocket(open, host, port, autoClose));
    }

    @Override
    public Socket createSocket() throws IOException {
        return named(sockets.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return named(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return named(sockets.createSocket(host, port, from, fromPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return named(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        return named(sockets.createSocket(host, port, from, fromPort));
    }

    private Socket named(Socket socket) {
        if (tls.mode() == Tls.Mode.VERIFY && socket instanceof SSLSocket encrypted) {
            SSLParameters parameters = encrypted.getSSLParameters();
            // The certificate must be for the host that was asked for, as with web pages.
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            encrypted.setSSLParameters(parameters);
        }
        return socket;
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }
}
