package org.tofro.settings;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A value that no message, log or report may show: it prints as {@code ***}. Where it is kept by a service it travels as
 * its reference, and is asked for where it is needed.
 */
public final class Secret implements Serializable {
    private final Source source;

    private Secret(Source source) {
        this.source = source;
    }

    public static Secret of(String value) {
        return new Secret(new Value(value));
    }

    /** A secret that is kept elsewhere. */
    public static Secret from(Source source) {
        return new Secret(source);
    }

    /** The value itself, for a driver's ears only; throws a {@link SecretException} where it cannot be had. */
    public String reveal() {
        return source.value();
    }

    /** The value where it is known here, without asking anybody; else null. */
    public @Nullable String known() {
        return source.known();
    }

    /** Whether the value is known here, and nobody has to be asked for it. */
    public boolean isAtHand() {
        return source instanceof Value;
    }

    /** Where the value comes from, which is plain data. Equal sources give equal values. */
    @FunctionalInterface
    public interface Source extends Serializable {
        /** Asks for the value; throws a {@link SecretException} where it cannot be had. */
        String value();

        /** The value where it is known already; else null. */
        default @Nullable String known() {
            return null;
        }
    }

    private record Value(String value) implements Source {
        @Override
        public String known() {
            return value;
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.source.equals(source);
    }

    @Override
    public int hashCode() {
        return source.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
