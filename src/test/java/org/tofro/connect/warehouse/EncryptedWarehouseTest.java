package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tofro.connect.tls.TestCertificate;
import org.tofro.connect.tls.TlsFront;
import org.tofro.local.redshift.LocalWarehouse;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.Secret;
import org.tofro.settings.SecretException;
import org.tofro.settings.Tls;

/** Sessions with a warehouse behind TLS, by password and by IAM, and with one that has no TLS. */
@Timeout(120)
class EncryptedWarehouseTest {
    private static final Tls ENCRYPT = new Tls(Tls.Mode.ENCRYPT, null);

    private static TestCertificate certificate;
    private static TlsFront front;

    @BeforeAll
    static void start() throws Exception {
        certificate = TestCertificate.of("ip:127.0.0.1");
        front = TlsFront.whenAsked(certificate, LocalWarehouse.shared().front.port());
    }

    @AfterAll
    static void stop() throws Exception {
        front.close();
    }

    private static RedshiftConnection connection(int port, Secret password, Tls tls) {
        return connection("127.0.0.1", port, password, false, Map.of(), tls);
    }

    private static RedshiftConnection connection(
            String host, int port, Secret password, boolean iam, Map<String, String> properties, Tls tls) {
        return new RedshiftConnection(
                "redshift", false, host, port, "dev", "etl", password, iam, null, null, List.of(), properties, tls);
    }

    private static void works(RedshiftConnection connection) throws Exception {
        try (WarehouseSession session = WarehouseSession.open(connection, "tofro:test")) {
            assertThat(session.number("SELECT 1")).isEqualTo(1);
        }
    }

    private static void fails(RedshiftConnection connection, String message) {
        assertThatThrownBy(() -> WarehouseSession.open(connection, "tofro:test").close())
                .isInstanceOf(WarehouseException.class)
                .hasMessage(message.replace("PORT", Integer.toString(connection.port())))
                .extracting(e -> ((WarehouseException) e).isTransient())
                .isEqualTo(false);
    }

    @Test
    void aVerifiedWarehouseIsReachedByTls() throws Exception {
        Secret password = Secret.of("Secret1");
        works(connection(front.port(), password, new Tls(Tls.Mode.VERIFY, certificate.pem())));
        works(connection(front.port(), password, ENCRYPT));
        fails(
                connection(front.port(), password, new Tls(Tls.Mode.VERIFY, null)),
                "cannot connect to 'redshift' at 127.0.0.1:PORT/dev as user 'etl': the certificate of 127.0.0.1:PORT is of"
                        + " no authority that is trusted here; give the authority's certificate by `tls_root: file.pem`"
                        + " (RDS: https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem); `tls: encrypt` goes"
                        + " without the check, where nobody can stand in between");
        fails(
                connection(LocalWarehouse.shared().front.port(), password, ENCRYPT),
                "cannot connect to 'redshift' at 127.0.0.1:PORT/dev as user 'etl': 127.0.0.1:PORT offers no TLS; switch it"
                        + " on there, or say `tls: off` where nobody can listen in between");
    }

    @Test
    void aPasswordThatCannotBeHadIsSaid() {
        Secret.Source nowhere = () -> {
            throw new SecretException("there is no such secret", false, null);
        };
        fails(
                connection(front.port(), Secret.from(nowhere), ENCRYPT),
                "connection 'redshift': there is no such secret");
    }

    /** Redshift's own service, which gives passwords of a quarter of an hour. */
    private static final class Credentials implements AutoCloseable {
        final List<String> asked = new CopyOnWriteArrayList<>();
        private final HttpServer service;

        Credentials(String type, String answer) throws IOException {
            service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            service.createContext("/", exchange -> {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                asked.add(exchange.getRequestHeaders().getFirst("X-Amz-Target") + " "
                        + URLDecoder.decode(body, StandardCharsets.UTF_8));
                asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))
                        .replaceFirst("/\\d{8}/", "/DAY/")
                        .replaceFirst(",.*", ""));
                byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", type);
                exchange.sendResponseHeaders(200, bytes.length);
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(bytes);
                }
            });
            service.start();
            // The driver has the first AWS client, whose chain calls the secret key otherwise than the second's.
            System.setProperty("aws.accessKeyId", "AKIATESTTESTTEST");
            System.setProperty("aws.secretKey", "test/secret/access/key");
        }

        String endpoint() {
            return "http://127.0.0.1:" + service.getAddress().getPort();
        }

        @Override
        public void close() {
            service.stop(0);
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretKey");
        }
    }

    private static RedshiftConnection byIam(Map<String, String> properties) throws Exception {
        return connection(
                "127.0.0.1",
                front.port(),
                Secret.of(""),
                true,
                properties,
                new Tls(Tls.Mode.VERIFY, certificate.pem()));
    }

    @Test
    void iamGivesTheCredentialsOfACluster() throws Exception {
        try (Credentials service = new Credentials("text/xml", """
                <GetClusterCredentialsResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/">
                  <GetClusterCredentialsResult>
                    <DbUser>etl</DbUser><DbPassword>Secret1</DbPassword>
                    <Expiration>2099-01-01T00:00:00Z</Expiration>
                  </GetClusterCredentialsResult>
                </GetClusterCredentialsResponse>
                """)) {
            works(byIam(
                    Map.of("ClusterID", "examplecluster", "Region", "eu-west-1", "EndpointUrl", service.endpoint())));

            assertThat(service.asked)
                    .anySatisfy(body -> assertThat(body)
                            .contains(
                                    "Action=GetClusterCredentials&",
                                    "DbUser=etl",
                                    "DbName=dev",
                                    "ClusterIdentifier=examplecluster"))
                    .contains("AWS4-HMAC-SHA256 Credential=AKIATESTTESTTEST/DAY/eu-west-1/redshift/aws4_request");
        }
    }

    @Test
    void iamGivesTheCredentialsOfAWorkgroup() throws Exception {
        try (Credentials service = new Credentials(
                "application/x-amz-json-1.1",
                "{\"dbUser\": \"etl\", \"dbPassword\": \"Secret1\", \"expiration\": 4070908800}")) {
            works(byIam(Map.of(
                    "isServerless",
                    "true",
                    "serverlessAcctId",
                    "123456789012",
                    "serverlessWorkGroup",
                    "examplegroup",
                    "Region",
                    "eu-west-1",
                    "EndpointUrl",
                    service.endpoint())));

            assertThat(service.asked)
                    .anySatisfy(body -> assertThat(body)
                            .startsWith("RedshiftServerless.GetCredentials ")
                            .contains("\"workgroupName\":\"examplegroup\"", "\"dbName\":\"dev\""))
                    .contains(
                            "AWS4-HMAC-SHA256 Credential=AKIATESTTESTTEST/DAY/eu-west-1/redshift-serverless/aws4_request");
        }
    }
}
