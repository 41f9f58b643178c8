package org.tofro.steps;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.RedshiftType;
import org.tofro.pipeline.Fields;

/**
 * A column that an extract takes.
 *
 * @param name its name in the source
 * @param as its name in the warehouse
 * @param type its type in the warehouse; null for the one that follows from the source's
 */
public record SelectedColumn(
        String name, String as, @Nullable RedshiftType type) {

    static SelectedColumn read(Fields fields) {
        String name = fields.field("name", "The column's name in the source.").text();
        String as = fields.field("as", "Its name in the warehouse, where that differs.")
                .textOr(name, "the name in the source");
        RedshiftType type = fields.field("type", "Its type in the warehouse, as Redshift spells it.")
                .optionalRedshiftType("the one that follows from the source's");
        return new SelectedColumn(name, as, type);
    }

    /** As a source is asked for them. */
    static List<ColumnChoice> choices(List<SelectedColumn> columns) {
        return columns.stream()
                .map(column -> new ColumnChoice(
                        column.name(),
                        column.as(),
                        column.type() == null ? null : column.type().ddl()))
                .toList();
    }

    /** As the plan prints it. */
    @Override
    public String toString() {
        return name + (as.equals(name) ? "" : " as " + as) + (type == null ? "" : " " + type.ddl());
    }
}
