package org.tofro.connect.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tofro.settings.Secret;
import org.tofro.settings.SecretException;

/** Secrets that AWS keeps, asked of a server that answers as AWS does. */
class AwsSecretStoresTest {
    private FakeAws aws;
    private AwsSecretStores stores;

    @BeforeEach
    void start() throws IOException {
        aws = new FakeAws();
        stores = new AwsSecretStores(aws.environment());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    private Secret secret(String id, @Nullable String key) {
        return Secret.from(stores.secretsManager(id, key));
    }

    private Secret parameter(String name) {
        return Secret.from(stores.parameterStore(name));
    }

    private static void fails(Secret secret, boolean transientTrouble, String message) {
        assertThatThrownBy(secret::reveal)
                .isInstanceOf(SecretException.class)
                .hasMessage(message)
                .extracting(e -> ((SecretException) e).transientTrouble())
                .isEqualTo(transientTrouble);
    }

    @Test
    void aTextIsAskedForOnce() throws IOException {
        aws.secret("prod/etl", "SecretString", "hunter2");

        assertThat(secret("prod/etl", null).reveal()).isEqualTo("hunter2");
        assertThat(secret("prod/etl", null).reveal()).isEqualTo("hunter2");
        assertThat(aws.requests())
                .containsExactly("secretsmanager eu-west-1 secretsmanager.GetSecretValue {\"SecretId\":\"prod/etl\"}");
    }

    @Test
    void theKeysOfAnObjectAreOneQuestion() throws IOException {
        aws.secret("prod/db", "SecretString", "{\"username\": \"etl\", \"password\": \"hun\\\"ter\", \"port\": 5432}");

        assertThat(secret("prod/db", "password").reveal()).isEqualTo("hun\"ter");
        assertThat(secret("prod/db", "username").reveal()).isEqualTo("etl");
        assertThat(secret("prod/db", "port").reveal()).isEqualTo("5432");
        assertThat(aws.requests()).hasSize(1);
        fails(
                secret("prod/db", "pasword"),
                false,
                "secret 'prod/db' of AWS Secrets Manager has no text under the key 'pasword'; did you mean 'password'?");
        fails(
                secret("prod/db", null),
                false,
                "secret 'prod/db' of AWS Secrets Manager is a JSON object; say which of its keys, as"
                        + " ${aws-secret:prod/db#key}: username, password, port");
    }

    @Test
    void anArnSaysItsRegion() throws IOException {
        String arn = "arn:aws:secretsmanager:us-east-2:123456789012:secret:db-AbCdEf";
        aws.secret(arn, "SecretString", "far away");

        assertThat(secret(arn, null).reveal()).isEqualTo("far away");
        assertThat(aws.requests().get(0)).startsWith("secretsmanager us-east-2 ");
    }

    @Test
    void aParameterIsDecrypted() throws IOException {
        aws.parameter("/prod/etl", "hunter3");

        assertThat(parameter("/prod/etl").reveal()).isEqualTo("hunter3");
        assertThat(aws.requests())
                .containsExactly(
                        "ssm eu-west-1 AmazonSSM.GetParameter {\"Name\":\"/prod/etl\",\"WithDecryption\":true}");
    }

    @Test
    void whatIsNotThereIsSaid() throws IOException {
        aws.secret("binary", "SecretBinary", "AAEC").secret("plain", "SecretString", "no object");

        fails(
                secret("nowhere", null),
                false,
                "AWS Secrets Manager in eu-west-1 has no secret 'nowhere'; look at its name and at the region (AWS_REGION)");
        fails(
                parameter("/nowhere"),
                false,
                "AWS Systems Manager in eu-west-1 has no parameter '/nowhere'; look at its name and at the region"
                        + " (AWS_REGION)");
        fails(
                secret("binary", null),
                false,
                "secret 'binary' of AWS Secrets Manager is binary, and Tofro takes text; store it as a secret string");
        fails(
                secret("plain", "password"),
                false,
                "secret 'plain' of AWS Secrets Manager is no JSON object, so it has no key 'password'; leave out"
                        + " '#password'");
    }

    @Test
    void whatIsRefusedIsSaid() {
        aws.trouble(400, "AccessDeniedException");
        fails(
                secret("denied", null),
                false,
                "AWS Secrets Manager in eu-west-1 does not give secret 'denied' to this identity; allow it"
                        + " secretsmanager:GetSecretValue, and kms:Decrypt where a key of its own encrypts it");
        aws.trouble(400, "AccessDeniedException");
        fails(
                parameter("/denied"),
                false,
                "AWS Systems Manager in eu-west-1 does not give parameter '/denied' to this identity; allow it"
                        + " ssm:GetParameter, and kms:Decrypt where a key of its own encrypts it");
        aws.trouble(400, "UnrecognizedClientException");
        fails(
                secret("denied", null),
                false,
                "AWS Secrets Manager in eu-west-1 does not accept the credentials with which it was asked for secret"
                        + " 'denied' (UnrecognizedClientException); renew them, or set this machine's clock");
        aws.trouble(400, "InvalidRequestException");
        fails(
                secret("deleted", null),
                false,
                "AWS Secrets Manager in eu-west-1 did not give secret 'deleted': InvalidRequestException");
    }

    @Test
    void aBusyServiceIsAskedAgain() throws IOException {
        aws.secret("busy", "SecretString", "at last");
        aws.trouble(400, "ThrottlingException").trouble(503, "ServiceUnavailable");

        assertThat(secret("busy", null).reveal()).isEqualTo("at last");
        assertThat(aws.requests()).hasSize(3);
    }

    @Test
    void aServiceThatStaysBusyOrAwayIsSaid() {
        for (int i = 0; i < 5; i++) {
            aws.trouble(400, "ThrottlingException");
        }
        fails(
                secret("busy", null),
                true,
                "AWS Secrets Manager in eu-west-1 is asked too often and did not give secret 'busy'; try again later");
        AwsSecretStores away = new AwsSecretStores(
                Map.of("AWS_DEFAULT_REGION", "eu-west-1", "AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:1")::get);
        fails(
                Secret.from(away.parameterStore("/x")),
                true,
                "AWS Systems Manager in eu-west-1 cannot be reached, and parameter '/x' is kept there; try again later");
    }

    @Test
    void whatTravelsHoldsNoValue() throws IOException {
        aws.secret("travels", "SecretString", "hunter2");
        Secret secret = secret("travels", null);
        secret.reveal();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(secret);
        }

        assertThat(bytes.toString(StandardCharsets.ISO_8859_1))
                .contains("travels")
                .doesNotContain("hunter2");
        assertThat(secret).hasToString("***");
    }
}
