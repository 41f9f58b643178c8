package org.tofro.connect.jdbc;

import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.PostgresTypes.SourceType;
import org.tofro.data.Column;
import org.tofro.data.TableName;

/**
 * One column on its way.
 *
 * @param source its name at the source
 * @param name its name in the staged files
 * @param type its type at the source
 * @param target its type in Redshift
 * @param check what every value is looked at for, or null
 */
record SourceColumn(
        String source,
        String name,
        SourceType type,
        RedshiftType target,
        @Nullable ValueCheck check) {
    /** Whether values stand in quotes in the staged files. */
    boolean quoted() {
        return target.kind().text() || !PostgresTypes.bare(type);
    }

    /** The column in a select list. */
    String sql() {
        String quoted = TableName.quote(source);
        return type.typeName().equals("bytea") ? "encode(%s, 'hex') AS %s".formatted(quoted, quoted) : quoted;
    }

    Column staged() {
        return new Column(name, target.ddl(), type.ddl());
    }

    /** How the column's values travel, for a reader of the plan. */
    String fidelity() {
        String checked = check instanceof ValueCheck.Width width
                ? "; a value of more than %d bytes fails the extract".formatted(width.bytes())
                : check instanceof ValueCheck.Digits
                        ? "; NaN, infinity and digits that do not fit fail the extract"
                        : check instanceof ValueCheck.FiniteDate
                                ? "; infinity and years outside of 1 to 9999 fail the extract"
                                : "";
        return "%s: %s -> %s%s".formatted(name, type.ddl(), target.ddl(), checked);
    }
}
