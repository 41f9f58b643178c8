package org.tofro.steps;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.Mask;
import org.tofro.data.RedshiftType;
import org.tofro.pipeline.Fields;
import org.tofro.settings.Secret;

/**
 * A column that an extract takes.
 *
 * @param name its name in the source
 * @param as its name in the warehouse
 * @param type its type in the warehouse; null for the one that follows from the source's, or from the mask
 * @param mask what is staged in place of its values; null for the values
 */
public record SelectedColumn(
        String name, String as, @Nullable RedshiftType type, Mask.@Nullable Kind mask) {
    static SelectedColumn read(Fields fields) {
        String name = fields.field("name", "The column's name in the source.").text();
        String as = fields.field("as", "Its name in the warehouse, where that differs.")
                .textOr(name, "the name in the source");
        RedshiftType type = fields.field("type", "Its type in the warehouse, as Redshift spells it.")
                .optionalRedshiftType("the one that follows from the source's");
        return new SelectedColumn(name, as, type, MaskField.read(fields, type));
    }

    /** The names in the source of those that are masked. */
    static Set<String> masked(List<SelectedColumn> columns) {
        return columns.stream()
                .filter(column -> column.mask() != null)
                .map(SelectedColumn::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether one of them is masked by a key. */
    static boolean needKey(List<SelectedColumn> columns) {
        return columns.stream().anyMatch(column -> column.mask() == Mask.Kind.HMAC);
    }

    /**
     * As a source is asked for them.
     *
     * @param maskKey the environment's key; null where none is needed
     */
    static List<ColumnChoice> choices(List<SelectedColumn> columns, @Nullable Secret maskKey) {
        return columns.stream()
                .map(column -> new ColumnChoice(
                        column.name(),
                        column.as(),
                        column.type() == null ? null : column.type().ddl(),
                        MaskField.of(column.mask(), maskKey)))
                .toList();
    }

    /** As the plan prints it. */
    @Override
    public String toString() {
        return name
                + (as.equals(name) ? "" : " as " + as)
                + (type == null ? "" : " " + type.ddl())
                + (mask == null ? "" : ", masked (" + mask.word() + ")");
    }
}
