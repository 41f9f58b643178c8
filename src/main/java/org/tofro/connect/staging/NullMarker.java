package org.tofro.connect.staging;

import java.security.SecureRandom;

/** The bare word that stands for NULL in staged files: letters, digits and underscores, unique to a run. */
public final class NullMarker {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

    private NullMarker() {}

    /** A new marker with 82 random bits, so that no value of any source equals it. */
    public static String generate() {
        SecureRandom random = new SecureRandom();
        StringBuilder marker = new StringBuilder("tofro_null_");
        for (int i = 0; i < 16; i++) {
            marker.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return marker.toString();
    }
}
