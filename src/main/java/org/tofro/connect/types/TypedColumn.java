package org.tofro.connect.types;

import org.jspecify.annotations.Nullable;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;

/**
 * One column on its way.
 *
 * @param source its name at the source
 * @param name its name in the staged files
 * @param type its type at the source
 * @param conversion how its values, or what a mask leaves of them, get into their type in Redshift
 * @param mask what is staged in place of its values; null for the values
 */
public record TypedColumn(
        String source,
        String name,
        SourceType type,
        Conversion conversion,
        @Nullable Mask mask) {
    /** A column whose values are staged as they are. */
    public TypedColumn(String source, String name, SourceType type, Conversion conversion) {
        this(source, name, type, conversion, null);
    }

    /** The type of its values as a reader is told, with what becomes of them. */
    private String shown() {
        return mask == null ? type.ddl() : type.ddl() + ", " + mask;
    }

    /** Its type in Redshift. */
    public RedshiftType target() {
        return conversion.target();
    }

    /** What every value is looked at for, or null. */
    public @Nullable ValueCheck check() {
        return conversion.check();
    }

    /** Whether values stand in quotes in the staged files. */
    public boolean quoted() {
        return target().kind().quoted();
    }

    /** As the schema of staged files has it. */
    public Column staged() {
        return new Column(name, target().ddl(), shown());
    }

    /** How the column's values travel, for a reader of the plan. */
    public String fidelity() {
        return "%s: %s -> %s".formatted(name, shown(), conversion.fidelity());
    }
}
