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
 * @param conversion how its values get into their type in Redshift
 */
public record TypedColumn(String source, String name, SourceType type, Conversion conversion) {
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
        return new Column(name, target().ddl(), type.ddl());
    }

    /** How the column's values travel, for a reader of the plan. */
    public String fidelity() {
        return "%s: %s -> %s".formatted(name, type.ddl(), conversion.fidelity());
    }
}
