package org.tofro.connect.emr;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;

/**
 * The check that AWS makes of every request: it is signed anew, as it came, with the secret that belongs to its access key.
 *
 * @param accessKey the only one that is known
 */
record RequestSignature(String accessKey, String secretKey, String region, String service) {
    private static final Pattern AUTHORIZATION =
            Pattern.compile("AWS4-HMAC-SHA256 Credential=([^/]+)/([0-9]{8})/([^/]+)/([^/]+)/aws4_request,"
                    + " SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}");
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Duration VALID = Duration.ofMinutes(5);

    void demand(HttpExchange exchange, byte[] body) throws Refusal {
        Headers headers = exchange.getRequestHeaders();
        String given = headers.getFirst("Authorization");
        if (given == null) {
            throw Refusal.of("MissingAuthenticationTokenException", "Missing Authentication Token");
        }
        Matcher parts = AUTHORIZATION.matcher(given);
        Instant moment = moment(headers.getFirst("X-Amz-Date"));
        if (!parts.matches() || !MOMENT.format(moment).startsWith(parts.group(2))) {
            throw Refusal.of("IncompleteSignatureException", "'" + given + "' is no signature of version 4");
        }
        if (!parts.group(1).equals(accessKey)) {
            throw Refusal.of("UnrecognizedClientException", "The security token included in the request is invalid.");
        }
        List<String> signed = List.of(parts.group(5).split(";"));
        if (!parts.group(3).equals(region)
                || !parts.group(4).equals(service)
                || !signed.containsAll(List.of("host", "x-amz-date", "x-amz-target"))) {
            throw Refusal.of(
                    "InvalidSignatureException", "The signature is not of a request to " + service + " in " + region);
        }
        if (Duration.between(moment, Instant.now()).abs().compareTo(VALID) > 0) {
            throw Refusal.of("InvalidSignatureException", "Signature expired: it is of " + moment);
        }
        if (!given.equals(authorization(exchange, body, signed, moment))) {
            throw Refusal.of(
                    "InvalidSignatureException",
                    "The request signature we calculated does not match the signature you provided. Check your AWS"
                            + " Secret Access Key and signing method. Consult the service documentation for details.");
        }
    }

    private static Instant moment(String text) throws Refusal {
        try {
            return Instant.from(MOMENT.parse(String.valueOf(text)));
        } catch (DateTimeException e) {
            throw Refusal.of("IncompleteSignatureException", "'" + text + "' is no X-Amz-Date");
        }
    }

    private String authorization(HttpExchange exchange, byte[] body, List<String> signed, Instant moment) {
        Headers headers = exchange.getRequestHeaders();
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(exchange.getRequestMethod()))
                .uri(URI.create("http://" + headers.getFirst("Host") + exchange.getRequestURI()));
        for (String name : signed) {
            if (headers.containsKey(name)) {
                request.putHeader(name, headers.get(name));
            }
        }
        return AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(AwsBasicCredentials.create(accessKey, secretKey))
                        .request(request.build())
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(moment, ZoneOffset.UTC)))
                .request()
                .firstMatchingHeader("Authorization")
                .orElseThrow();
    }
}
