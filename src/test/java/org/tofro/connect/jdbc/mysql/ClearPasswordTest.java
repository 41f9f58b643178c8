package org.tofro.connect.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tofro.connect.tls.TestCertificate;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.Secret;
import org.tofro.settings.Tls;

/**
 * RDS's IAM authentication for MySQL has the client send its token as it is, after TLS has begun: "IAM database
 * authentication" in the Amazon RDS User Guide. No server at hand does; this one speaks as much of the protocol.
 */
@Timeout(60)
class ClearPasswordTest {
    private static final int CAPABILITIES = 0x1 | 0x8 | 0x200 | 0x800 | 0x2000 | 0x8000 | 0x80000;

    /** Lets a client begin TLS, has it send its password, and refuses it. */
    private static String passwordSentTo(ServerSocket listening, TestCertificate certificate) throws Exception {
        try (Socket client = listening.accept()) {
            ByteArrayOutputStream hello = new ByteArrayOutputStream();
            hello.write(10);
            hello.write("8.0.40\0".getBytes(StandardCharsets.US_ASCII));
            hello.write(new byte[] {7, 0, 0, 0});
            hello.write("saltsalt\0".getBytes(StandardCharsets.US_ASCII));
            hello.write(new byte[] {(byte) CAPABILITIES, (byte) (CAPABILITIES >> 8), 45, 2, 0});
            hello.write(new byte[] {(byte) (CAPABILITIES >> 16), (byte) (CAPABILITIES >> 24), 21});
            hello.write(new byte[10]);
            hello.write("saltsaltsalt\0mysql_native_password\0".getBytes(StandardCharsets.US_ASCII));
            send(client.getOutputStream(), 0, hello.toByteArray());
            assertThat(read(client)).as("the request for TLS").hasSize(32);
            SSLSocket encrypted =
                    (SSLSocket) certificate.context().getSocketFactory().createSocket(client, null, true);
            encrypted.setUseClientMode(false);
            encrypted.startHandshake();
            assertThat(new String(read(encrypted), StandardCharsets.ISO_8859_1)).contains("etl");
            send(encrypted.getOutputStream(), 3, "\u00femysql_clear_password\0".getBytes(StandardCharsets.ISO_8859_1));
            byte[] password = read(encrypted);
            send(
                    encrypted.getOutputStream(),
                    5,
                    "\u00ff\u0015\u0004#28000Access denied".getBytes(StandardCharsets.ISO_8859_1));
            return new String(password, StandardCharsets.UTF_8);
        }
    }

    private static void send(OutputStream out, int number, byte[] packet) throws IOException {
        out.write(new byte[] {(byte) packet.length, (byte) (packet.length >> 8), 0, (byte) number});
        out.write(packet);
        out.flush();
    }

    private static byte[] read(Socket from) throws IOException {
        DataInputStream in = new DataInputStream(from.getInputStream());
        int length = in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
        in.readUnsignedByte();
        return in.readNBytes(length);
    }

    @Test
    void aTokenIsSentAsItIsOnceSessionsAreEncrypted() throws Exception {
        String token = "127.0.0.1:3306/?Action=connect&DBUser=etl&X-Amz-Signature=" + "0123456789abcdef".repeat(50);
        TestCertificate certificate = TestCertificate.of("ip:127.0.0.1");
        try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> sent = CompletableFuture.supplyAsync(() -> {
                try {
                    return passwordSentTo(listening, certificate);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            MysqlConnection connection = new MysqlConnection(
                    "source",
                    false,
                    null,
                    "127.0.0.1",
                    listening.getLocalPort(),
                    "etl",
                    Secret.of(token),
                    8,
                    Map.of(),
                    new Tls(Tls.Mode.VERIFY, certificate.pem()));

            assertThatThrownBy(() -> new MysqlServer(connection, ZeroDates.FAIL)
                            .connect("master", "tofro:test", Duration.ofSeconds(10)))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(1045));
            assertThat(sent.get(10, TimeUnit.SECONDS)).isEqualTo(token + "\0");
        }
    }
}
