package org.tofro.connect.types;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.Secret;

/** Masks values, one after another. For one thread. */
public final class Masking {
    private static final byte[] STARS = {'*', '*', '*'};
    private static final int LAST = 4;
    private static final int LONG = 8;

    private final Mask.Kind kind;
    private final @Nullable MessageDigest digest;
    private final @Nullable Mac mac;

    public Masking(Mask mask) {
        this.kind = mask.kind();
        try {
            this.digest = kind == Mask.Kind.HASH ? MessageDigest.getInstance("SHA-256") : null;
            this.mac = kind == Mask.Kind.HMAC ? mac(mask.key()) : null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256 and HMAC-SHA-256", e);
        }
    }

    private static Mac mac(@Nullable Secret key) throws GeneralSecurityException {
        if (key == null) {
            throw new IllegalStateException("the plan demands a key");
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return mac;
    }

    /** What is staged in place of the value. */
    public byte[] mask(byte[] value) {
        if (digest != null) {
            return hexadecimal(digest.digest(value));
        }
        if (mac != null) {
            return hexadecimal(mac.doFinal(value));
        }
        return kind == Mask.Kind.PARTIAL ? partial(value) : STARS;
    }

    private static byte[] hexadecimal(byte[] sum) {
        return HexFormat.of().formatHex(sum).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] partial(byte[] value) {
        int kept = value.length;
        for (int i = value.length - 2; i > 0; i--) {
            if (value[i] == '@') {
                kept = i;
                break;
            }
        }
        if (kept == value.length && characters(value, 0) > LONG) {
            while (characters(value, kept) < LAST) {
                kept--;
            }
        }
        byte[] masked = new byte[STARS.length + value.length - kept];
        System.arraycopy(STARS, 0, masked, 0, STARS.length);
        System.arraycopy(value, kept, masked, STARS.length, value.length - kept);
        return masked;
    }

    /** Characters that begin from there on: each of UTF-8 has one byte that no other byte continues. */
    private static int characters(byte[] value, int from) {
        int characters = 0;
        for (int i = from; i < value.length; i++) {
            characters += (value[i] & 0xc0) == 0x80 ? 0 : 1;
        }
        return characters;
    }
}
