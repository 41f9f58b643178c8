package org.tofro.connect.aws;

import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.Secret;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;

/**
 * Tokens by which RDS lets a user in: the address of a request to connect, signed for a quarter of an hour. Nobody is asked
 * for one. The module of AWS's client for RDS makes the same, and has 5 MB.
 *
 * @param region where the database is; null for what AWS's own settings say
 */
record DatabaseToken(
        String host, int port, String user, @Nullable String region) implements Secret.Source {
    private static final Duration VALID = Duration.ofMinutes(15);
    private static final String SCHEME = "https://";

    @Override
    public String value() {
        return token(AwsTrouble.demandCredentials("a token for user '" + user + "' at " + host), Clock.systemUTC());
    }

    String token(AwsCredentials credentials, Clock clock) {
        SdkHttpRequest connect = SdkHttpRequest.builder()
                .method(SdkHttpMethod.GET)
                .protocol("https")
                .host(host)
                .port(port)
                .encodedPath("/")
                .putRawQueryParameter("Action", "connect")
                .putRawQueryParameter("DBUser", user)
                .build();
        String region = AwsPlace.region(this.region, "the database at " + host).id();
        String signed = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(credentials)
                        .request(connect)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "rds-db")
                        .putProperty(
                                AwsV4FamilyHttpSigner.AUTH_LOCATION, AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, VALID)
                        .putProperty(HttpSigner.SIGNING_CLOCK, clock))
                .request()
                .getUri()
                .toString();
        return signed.substring(SCHEME.length());
    }
}
