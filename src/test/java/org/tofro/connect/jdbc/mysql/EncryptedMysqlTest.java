package org.tofro.connect.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.ReadSource;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.tls.TestCertificate;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.TableName;
import org.tofro.local.LocalMysql;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.Secret;
import org.tofro.settings.Tls;

/** Sessions with a MariaDB that speaks TLS, and with one that does not. */
@Timeout(120)
class EncryptedMysqlTest {
    private static final Tls ENCRYPT = new Tls(Tls.Mode.ENCRYPT, null);

    private static LocalMysql encrypted;
    private static TestCertificate certificate;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        certificate = TestCertificate.of("ip:127.0.0.1,dns:db.example.org");
        Path key = Files.writeString(folder.resolve("key.pem"), certificate.keyPem());
        Path pem = Files.writeString(folder.resolve("certificate.pem"), certificate.pem());
        encrypted = LocalMysql.start("--ssl-cert=" + pem, "--ssl-key=" + key);
        encrypted.execute("", "CREATE USER robot IDENTIFIED BY 'token' REQUIRE SSL");
    }

    @AfterAll
    static void stop() {
        if (encrypted != null) {
            encrypted.close();
        }
    }

    private static MysqlConnection connection(LocalMysql server, String host, Secret password, Tls tls) {
        return new MysqlConnection("source", false, null, host, server.port(), "robot", password, 8, Map.of(), tls);
    }

    private static MysqlConnection connection(LocalMysql server, String host, Tls tls) {
        return connection(server, host, Secret.of("token"), tls);
    }

    private static String cipher(MysqlConnection connection) throws SQLException {
        try (Connection session =
                        new MysqlServer(connection, ZeroDates.FAIL).connect("", "tofro:test", Duration.ofSeconds(10));
                Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery("SHOW SESSION STATUS LIKE 'Ssl_cipher'")) {
            row.next();
            return row.getString(2);
        }
    }

    private static void fails(MysqlConnection connection, String message) {
        MysqlServer server = new MysqlServer(connection, ZeroDates.FAIL);
        ExtractRequest request = new ExtractRequest(
                server,
                "any",
                new ReadSource.OfTable(TableName.parse("money").orElseThrow()),
                List.of(),
                List.of(),
                1,
                OptionalLimit.NONE,
                new AttemptPath("people", "run-1", "extract", "1"));
        assertThatThrownBy(() -> cipher(connection)).isInstanceOfSatisfying(SQLException.class, e -> {
            ExtractException said = server.translate(request, e);
            assertThat(said).hasMessage(message.replace("PORT", Integer.toString(connection.port())));
            assertThat(said.transientTrouble()).isFalse();
        });
    }

    @Test
    void aVerifiedServerIsReadByTls() throws Exception {
        assertThat(cipher(connection(encrypted, "127.0.0.1", new Tls(Tls.Mode.VERIFY, certificate.pem()))))
                .startsWith("TLS");
        assertThat(cipher(connection(encrypted, "localhost", ENCRYPT))).startsWith("TLS");
    }

    @Test
    void aTokenIsMadeForEachSession() throws Exception {
        int[] made = {0};
        Secret.Source tokens = () -> {
            made[0]++;
            return "token";
        };
        MysqlConnection connection = connection(encrypted, "127.0.0.1", Secret.from(tokens), ENCRYPT);
        cipher(connection);
        cipher(connection);

        assertThat(made[0]).isEqualTo(2);
    }

    @Test
    void whatCannotBeTrustedIsRefused() throws Exception {
        fails(
                connection(encrypted, "127.0.0.1", new Tls(Tls.Mode.VERIFY, null)),
                "connection 'source': the certificate of 127.0.0.1:PORT is of no authority that is trusted here; give the"
                        + " authority's certificate by `tls_root: file.pem` (RDS:"
                        + " https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem); `tls: encrypt` goes"
                        + " without the check, where nobody can stand in between");
        fails(
                connection(encrypted, "localhost", new Tls(Tls.Mode.VERIFY, certificate.pem())),
                "connection 'source': the certificate of localhost:PORT is for another host; connect by the name that it"
                        + " is for; `tls: encrypt` goes without the check, where nobody can stand in between");
        fails(
                connection(LocalMysql.shared(), "127.0.0.1", ENCRYPT),
                "connection 'source': 127.0.0.1:PORT offers no TLS; switch it on there, or say `tls: off` where nobody can"
                        + " listen in between");
    }
}
