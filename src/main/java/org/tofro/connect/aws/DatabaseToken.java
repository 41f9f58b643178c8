package org.tofro.connect.aws;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.Secret;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * Tokens by which RDS lets a user in: the address of a request to connect, signed for a quarter of an hour. Nobody is asked
 * for one. As "Signature Version 4" in the AWS General Reference has it; a module of AWS's client of 5 MB does the same.
 *
 * @param region where the database is; null for what AWS's own settings say
 */
record DatabaseToken(
        String host, int port, String user, @Nullable String region) implements Secret.Source {
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int SECONDS = 15 * 60;

    @Override
    public String value() {
        return token(AwsTrouble.demandCredentials("a token for user '" + user + "' at " + host), Clock.systemUTC());
    }

    String token(AwsCredentials credentials, Clock clock) {
        String moment = MOMENT.format(clock.instant());
        String day = moment.substring(0, 8);
        String scope = day + "/" + inRegion() + "/rds-db/aws4_request";
        Map<String, String> query = new TreeMap<>(Map.of(
                "Action",
                "connect",
                "DBUser",
                user,
                "X-Amz-Algorithm",
                "AWS4-HMAC-SHA256",
                "X-Amz-Credential",
                credentials.accessKeyId() + "/" + scope,
                "X-Amz-Date",
                moment,
                "X-Amz-Expires",
                Integer.toString(SECONDS),
                "X-Amz-SignedHeaders",
                "host"));
        if (credentials instanceof AwsSessionCredentials session) {
            query.put("X-Amz-Security-Token", session.sessionToken());
        }
        String asked = query.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
        String request = "GET\n/\n" + asked + "\nhost:" + host + ":" + port + "\n\nhost\n" + sha256("");
        String toSign = "AWS4-HMAC-SHA256\n" + moment + "\n" + scope + "\n" + sha256(request);
        byte[] key = ("AWS4" + credentials.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/")) {
            key = hmac(key, part);
        }
        return host + ":" + port + "/?" + asked + "&X-Amz-Signature="
                + HexFormat.of().formatHex(hmac(key, toSign));
    }

    private String inRegion() {
        return AwsPlace.region(region, "the database at " + host).id();
    }

    private static String encode(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", e);
        }
    }
}
