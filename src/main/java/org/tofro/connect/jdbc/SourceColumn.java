package org.tofro.connect.jdbc;

import org.jspecify.annotations.Nullable;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;

/**
 * One column on its way.
 *
 * @param source its name at the source
 * @param name its name in the staged files
 * @param type its type at the source
 * @param encoding the encoding of the source's text
 * @param conversion how its values get into their type in Redshift
 */
record SourceColumn(String source, String name, SourceType type, ServerEncoding encoding, Conversion conversion) {
    /** Its type in Redshift. */
    RedshiftType target() {
        return conversion.target();
    }

    /** What every value is looked at for, or null. */
    @Nullable
    ValueCheck check() {
        return conversion.check();
    }

    /** Whether values stand in quotes in the staged files. */
    boolean quoted() {
        return target().kind().quoted();
    }

    /** The column in a select list, under a name that no other column of the list has. */
    String sql(int position) {
        return conversion.form().sql(source, encoding) + " AS " + alias(position);
    }

    static String alias(int position) {
        return "c" + position;
    }

    Column staged() {
        return new Column(name, target().ddl(), type.ddl());
    }

    /** How the column's values travel, for a reader of the plan. */
    String fidelity() {
        return "%s: %s -> %s".formatted(name, type.ddl(), conversion.fidelity());
    }
}
