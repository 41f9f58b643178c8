package org.tofro.connect.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** What real servers do not show in the tests of the connectors. */
class TlsTroubleTest {
    private static SQLException beneath(Throwable cause) {
        SSLHandshakeException handshake = new SSLHandshakeException("PKIX path validation failed");
        handshake.initCause(cause);
        return new SQLException("SSL error", handshake);
    }

    @Test
    void anExpiredCertificateIsSaid() {
        assertThat(TlsTrouble.of(
                        beneath(new CertPathValidatorException("expired", new CertificateExpiredException("1999"))),
                        "db:5432"))
                .isEqualTo(
                        "the certificate of db:5432 is not valid at this time; have it renewed, or set this machine's"
                                + " clock; `tls: encrypt` goes without the check, where nobody can stand in between");
    }

    @Test
    void anyOtherTroubleIsOfNoTerms() {
        assertThat(TlsTrouble.of(beneath(new IOException("reset")), "db:5432"))
                .isEqualTo("db:5432 and this machine do not come to terms about TLS");
        assertThat(TlsTrouble.of(new SQLException("no route"), "db:5432")).isNull();
    }
}
