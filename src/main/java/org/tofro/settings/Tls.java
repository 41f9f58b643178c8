package org.tofro.settings;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How connections to a server are encrypted.
 *
 * @param mode what is demanded of the server
 * @param roots certificates of the authorities that are trusted, as PEM; null for those of the JDK
 */
public record Tls(Mode mode, @Nullable String roots) implements Serializable {
    /** As the driver does by itself, or as the connection's own properties say. */
    public static final Tls DRIVER = new Tls(Mode.DRIVER, null);

    public static final Tls OFF = new Tls(Mode.OFF, null);

    /** What is demanded of the server. */
    public enum Mode {
        /** TLS, with a certificate of a trusted authority for the server's name. */
        VERIFY,
        /** TLS with any certificate: who listens learns nothing, who stands in between does. */
        ENCRYPT,
        /** No TLS. */
        OFF,
        /** Nothing: the driver decides. */
        DRIVER
    }

    /** Whether connections go by TLS or not at all. */
    public boolean demanded() {
        return mode == Mode.VERIFY || mode == Mode.ENCRYPT;
    }
}
