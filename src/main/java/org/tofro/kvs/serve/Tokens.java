package org.tofro.kvs.serve;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bearer tokens that open the service. How long a comparison takes says nothing of how near a guess is. */
final class Tokens {
    private static final String SCHEME = "Bearer ";

    private final List<byte[]> hashes;

    Tokens(List<String> tokens) {
        this.hashes = tokens.stream().map(Tokens::hash).toList();
    }

    boolean admit(HttpServerExchange exchange) {
        if (hashes.isEmpty()) {
            return true;
        }
        @Nullable String given = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
        if (given == null || !given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] hash = hash(given.substring(SCHEME.length()).strip());
        boolean admitted = false;
        for (byte[] known : hashes) {
            admitted |= MessageDigest.isEqual(known, hash);
        }
        return admitted;
    }

    /** Hashes are of one length, whatever the tokens are. */
    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
