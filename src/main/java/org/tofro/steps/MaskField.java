package org.tofro.steps;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.Mask;
import org.tofro.data.RedshiftType;
import org.tofro.pipeline.Fields;
import org.tofro.settings.Secret;

/** The field {@code mask} of a column. */
final class MaskField {
    private static final String NONE = "none";

    private MaskField() {}

    /**
     * Reads it.
     *
     * @param type the column's type, where the user names one
     * @return how its values are masked; null where they are not
     */
    static Mask.@Nullable Kind read(Fields fields, @Nullable RedshiftType type) {
        String mask = fields.field(
                        "mask",
                        "What is staged in place of its values: their SHA-256, an HMAC-SHA-256 by the key of the runner file,"
                                + " three asterisks and an e-mail's domain or the last four characters, or three asterisks"
                                + " alone.")
                .choice(NONE, "hash", "hmac", "partial", "redact");
        Mask.Kind kind = mask.equals(NONE) ? null : Mask.Kind.valueOf(mask.toUpperCase(Locale.ROOT));
        if (kind != null && type != null && !type.kind().quoted()) {
            fields.problem(
                    "type", "what a mask leaves is text, which " + type.ddl() + " does not hold; leave out 'type'");
        }
        return kind;
    }

    /** The mask of that kind, with the environment's key where it needs one; null for null. */
    static @Nullable Mask of(Mask.@Nullable Kind kind, @Nullable Secret key) {
        return kind == null ? null : new Mask(kind, kind == Mask.Kind.HMAC ? key : null);
    }
}
