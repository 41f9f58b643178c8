package org.tofro.connect.eventlog;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.Mask;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;
import org.tofro.settings.Secret;

/**
 * A field of an event that becomes a column.
 *
 * @param name the column's name
 * @param pointer where it is: a JSON pointer; for CSV and TSV the header's name, or a position from 1 on
 * @param type the column's type
 * @param required whether a line without it is rejected
 * @param epoch what a number of a timestamp counts; null where timestamps are written out
 * @param mask what is staged in place of its values; null for the values
 */
public record EventField(
        String name,
        String pointer,
        RedshiftType type,
        boolean required,
        @Nullable Epoch epoch,
        @Nullable Mask mask) implements Serializable {
    /** A field whose values are staged as they are. */
    public EventField(String name, String pointer, RedshiftType type, boolean required, @Nullable Epoch epoch) {
        this(name, pointer, type, required, epoch, null);
    }

    /** The same, masked by that key where it is masked by one. */
    EventField withKey(@Nullable Secret key) {
        return mask == null ? this : new EventField(name, pointer, type, required, epoch, new Mask(mask.kind(), key));
    }

    /** What a number counts since 1970-01-01 00:00:00 UTC. */
    public enum Epoch {
        SECONDS(1_000_000),
        MILLIS(1_000);

        private final long micros;

        Epoch(long micros) {
            this.micros = micros;
        }

        long micros() {
            return micros;
        }
    }

    Column column(String format) {
        return new Column(name, type.ddl(), mask == null ? format : format + ", " + mask);
    }

    /** As messages name it: {@code field 'amount' (decimal(6,2))}. */
    String words() {
        return "field '" + name + "' (" + type.ddl() + ")";
    }

    /** How its values travel, for a reader of the plan. */
    String fidelity(String from) {
        return "%s: %s %s%s -> %s, staged %s; rejected: %s%s"
                .formatted(
                        name,
                        from,
                        pointer,
                        mask == null ? "" : ", " + mask,
                        type.ddl(),
                        type.kind().quoted() ? "in quotes" : "bare",
                        FieldForm.of(this).rejects(),
                        required ? ", lines without it" : "");
    }
}
