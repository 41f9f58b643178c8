package org.tofro.connect.types;

import java.io.Serializable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tofro.data.RedshiftType;
import org.tofro.settings.Secret;

/**
 * What is staged in place of a column's values, so that the values themselves leave the source for nobody. NULL stays NULL.
 *
 * @param kind what of a value is left
 * @param key the key of an {@link Kind#HMAC}; null for the others
 */
public record Mask(Kind kind, @Nullable Secret key) implements Serializable {
    /** What is left of a value. */
    public enum Kind {
        /** The SHA-256 of its text, in hexadecimal digits. Whoever can guess a value can check the guess. */
        HASH,

        /** The HMAC-SHA-256 of its text by a key, in hexadecimal digits: only who has the key can check a guess. */
        HMAC,

        /**
         * Three asterisks, and behind them an e-mail's part from its last @ on, or the last four characters of a text of
         * more than eight.
         */
        PARTIAL,

        /** Three asterisks. */
        REDACT;

        /** As a pipeline names it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether what is staged of two values differs where they do. */
    public boolean tellsApart() {
        return kind == Kind.HASH || kind == Kind.HMAC;
    }

    /** The type in Redshift of what is staged. */
    public RedshiftType target(SourceType source) {
        return switch (kind) {
            case HASH, HMAC -> RedshiftType.varchar(64);
            case REDACT -> RedshiftType.varchar(3);
            case PARTIAL -> RedshiftType.varchar(source.widest() > 0 ? source.widest() + 3L : RedshiftType.MAX_VARCHAR);
        };
    }

    /** Bytes of the longest text that is staged; 0 where there is no telling. */
    int widest(SourceType source) {
        return switch (kind) {
            case HASH, HMAC -> 64;
            case REDACT -> 3;
            case PARTIAL -> source.widest() > 0 ? source.widest() + 3 : 0;
        };
    }

    /** For a reader of the plan, without the key. */
    @Override
    public String toString() {
        return "masked (" + kind.word() + ")";
    }
}
