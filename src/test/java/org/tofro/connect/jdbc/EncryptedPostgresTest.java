package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.tls.TestCertificate;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.StagedFiles;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.Secret;
import org.tofro.settings.Tls;

/** Sessions with a PostgreSQL that speaks TLS, and with ones that do not, or not as they should. */
@Timeout(60)
class EncryptedPostgresTest {
    private static final String TOKEN =
            "db.example.org:5432/?Action=connect&DBUser=robot&X-Amz-Signature=" + "0123456789abcdef".repeat(60);

    private static SourceDatabase encrypted;
    private static SourceDatabase plain;
    private static TestCertificate certificate;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        certificate = TestCertificate.of("ip:127.0.0.1,dns:db.example.org");
        encrypted = server(certificate);
        encrypted.execute("""
                CREATE TABLE money (id int);
                INSERT INTO money VALUES (1);
                CREATE ROLE robot LOGIN PASSWORD '%s';
                GRANT SELECT ON money TO robot;
                DO $$ BEGIN
                    EXECUTE format(
                        'COPY (SELECT unnest(ARRAY[''hostssl all robot all password'', ''host all all all trust''])) TO %%L',
                        current_setting('hba_file'));
                    PERFORM pg_reload_conf();
                END $$
                """.formatted(TOKEN));
        plain = SourceDatabase.start();
    }

    private static SourceDatabase server(TestCertificate of) throws Exception {
        Path place = folder;
        Path key = Files.writeString(place.resolve("key.pem"), of.keyPem());
        Path pem = Files.writeString(place.resolve("certificate.pem"), of.pem());
        // The server may be another user.
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        return SourceDatabase.start("ssl", "on", "ssl_cert_file", pem.toString(), "ssl_key_file", key.toString());
    }

    @AfterAll
    static void stop() throws Exception {
        encrypted.close();
        plain.close();
    }

    private static ExtractRequest request(SourceDatabase server, String host, String user, Secret password, Tls tls) {
        ExtractRequest any = server.table("money");
        PostgresConnection connection = new PostgresConnection(
                "source", false, null, host, server.port(), user, password, 8, Map.of("connectTimeout", "5"), tls);
        return new ExtractRequest(
                new PostgresServer(connection),
                "postgres",
                any.source(),
                List.of(),
                List.of(),
                1,
                OptionalLimit.NONE,
                any.path());
    }

    private static ExtractRequest request(SourceDatabase server, String host, Tls tls) {
        return request(server, host, "postgres", Secret.of("hush"), tls);
    }

    private static Tls verify(TestCertificate root) throws Exception {
        return new Tls(Tls.Mode.VERIFY, root.pem());
    }

    private static final Tls ENCRYPT = new Tls(Tls.Mode.ENCRYPT, null);

    private static StagedFiles run(ExtractRequest request) {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            return new Extract(area).run(request, new ExtractProgress(), new Cancellation());
        }
    }

    private static void fails(ExtractRequest request, SourceDatabase server, String message) {
        assertThatThrownBy(() -> run(request))
                .isInstanceOf(ExtractException.class)
                .hasMessage(message.replace("PORT", Integer.toString(server.port())))
                .extracting(e -> ((ExtractException) e).transientTrouble())
                .isEqualTo(false);
    }

    /** How the server sees a session. */
    private static String seen(ExtractRequest request) throws Exception {
        try (PostgresSession session = SourceDatabase.session(request);
                var statement = session.statement();
                var row = statement.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void aVerifiedServerIsReadByTls() throws Exception {
        assertThat(run(request(encrypted, "127.0.0.1", verify(certificate))).rows())
                .isEqualTo(1);
        assertThat(seen(request(encrypted, "127.0.0.1", verify(certificate)))).isEqualTo("t");
        assertThat(seen(request(encrypted, "127.0.0.1", ENCRYPT))).isEqualTo("t");
        assertThat(seen(request(encrypted, "localhost", ENCRYPT))).isEqualTo("t");
        assertThat(seen(request(encrypted, "127.0.0.1", Tls.OFF))).isEqualTo("f");
    }

    @Test
    void anUnknownAuthorityIsRefused() throws Exception {
        String message =
                "connection 'source': the certificate of 127.0.0.1:PORT is of no authority that is trusted here;"
                        + " give the authority's certificate by `tls_root: file.pem` (RDS:"
                        + " https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem); `tls: encrypt` goes without the"
                        + " check, where nobody can stand in between";
        fails(request(encrypted, "127.0.0.1", new Tls(Tls.Mode.VERIFY, null)), encrypted, message);
        fails(request(encrypted, "127.0.0.1", verify(TestCertificate.of("ip:127.0.0.1"))), encrypted, message);
    }

    @Test
    void aCertificateOfAnotherHostIsRefused() throws Exception {
        fails(
                request(encrypted, "localhost", verify(certificate)),
                encrypted,
                "connection 'source': the certificate of localhost:PORT is for another host; connect by the name that it is"
                        + " for; `tls: encrypt` goes without the check, where nobody can stand in between");
    }

    @Test
    void aServerWithoutTlsIsRefused() {
        String message =
                "connection 'source': 127.0.0.1:PORT offers no TLS; switch it on there, or say `tls: off` where"
                        + " nobody can listen in between";
        fails(request(plain, "127.0.0.1", new Tls(Tls.Mode.VERIFY, null)), plain, message);
        fails(request(plain, "127.0.0.1", ENCRYPT), plain, message);
    }

    @Test
    void aTokenIsMadeForEachSession() throws Exception {
        int[] made = {0};
        Secret.Source tokens = () -> {
            made[0]++;
            return TOKEN;
        };
        ExtractRequest request = request(encrypted, "127.0.0.1", "robot", Secret.from(tokens), verify(certificate));

        assertThat(seen(request)).isEqualTo("t");
        assertThat(seen(request)).isEqualTo("t");
        assertThat(made[0]).isEqualTo(2);
    }
}
