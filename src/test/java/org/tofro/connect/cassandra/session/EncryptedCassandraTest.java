package org.tofro.connect.cassandra.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tofro.connect.tls.TestCertificate;
import org.tofro.connect.tls.TlsFront;
import org.tofro.local.TestCassandra;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.Secret;
import org.tofro.settings.SecretException;
import org.tofro.settings.Tls;

/** Sessions with a Cassandra behind TLS, and with one that has none. */
@Timeout(120)
class EncryptedCassandraTest {
    private final TestCassandra server = TestCassandra.shared();

    private CassandraConnection connection(int port, Secret password, Tls tls) {
        CassandraConnection plain = server.connection();
        return new CassandraConnection(
                plain.name(),
                false,
                null,
                List.of("127.0.0.1"),
                port,
                plain.localDatacenter(),
                plain.user(),
                password,
                tls,
                plain.consistency());
    }

    private CassandraConnection connection(int port, Tls tls) {
        return connection(port, server.connection().password(), tls);
    }

    private static void fails(CassandraConnection connection, String message) {
        assertThatThrownBy(() -> CassandraSessions.open(connection).close())
                .isInstanceOf(CassandraException.class)
                .hasMessage(message.replace("PORT", Integer.toString(connection.port())))
                .extracting(e -> ((CassandraException) e).transientTrouble())
                .isEqualTo(false);
    }

    @Test
    void nodesAreReachedByTls() throws Exception {
        // Their names are not compared: nodes are known by addresses.
        TestCertificate certificate = TestCertificate.of("dns:node1.example.org");
        try (TlsFront front = TlsFront.atOnce(certificate, server.port())) {
            for (Tls tls : List.of(new Tls(Tls.Mode.VERIFY, certificate.pem()), new Tls(Tls.Mode.ENCRYPT, null))) {
                try (CassandraSessions.Lease lease = CassandraSessions.open(connection(front.port(), tls))) {
                    assertThat(lease.session()
                                    .execute("SELECT key FROM system.local")
                                    .one()
                                    .getString(0))
                            .isEqualTo("local");
                }
            }
            fails(
                    connection(front.port(), new Tls(Tls.Mode.VERIFY, null)),
                    "connection 'cassandra': the certificate of 127.0.0.1, port PORT is of no authority that is trusted"
                            + " here; give the authority's certificate by `tls_root: file.pem` (RDS:"
                            + " https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem); `tls: encrypt` goes"
                            + " without the check, where nobody can stand in between");
        }
    }

    @Test
    void aClusterWithoutTlsIsRefused() {
        fails(
                connection(server.port(), new Tls(Tls.Mode.VERIFY, null)),
                "connection 'cassandra': 127.0.0.1, port PORT offers no TLS; switch it on there, or say `tls: off` where"
                        + " nobody can listen in between");
    }

    @Test
    void aPasswordThatCannotBeHadIsSaid() {
        Secret.Source nowhere = () -> {
            throw new SecretException("there is no such secret", false, null);
        };
        fails(
                connection(server.port(), Secret.from(nowhere), Tls.OFF),
                "connection 'cassandra': there is no such secret");
    }
}
