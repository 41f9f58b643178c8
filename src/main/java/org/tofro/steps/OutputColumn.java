package org.tofro.steps;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.RedshiftType;
import org.tofro.pipeline.Fields;

/**
 * A column that a transform writes or takes.
 *
 * @param name its name
 * @param type its type in the warehouse; null for the widest varchar
 * @param output the output that has it; null for each
 */
public record OutputColumn(
        String name, @Nullable RedshiftType type, @Nullable String output) {

    static OutputColumn read(Fields fields) {
        OutputColumn column = input(fields);
        String output = fields.field("output", "The output node that has it; each where it is missing.")
                .optionalText();
        return new OutputColumn(column.name, column.type, output);
    }

    static OutputColumn input(Fields fields) {
        String name = fields.field("name", "The column's name.").text();
        RedshiftType type =
                fields.field("type", "Its type, as Redshift spells it.").optionalRedshiftType("`varchar(65535)`");
        return new OutputColumn(name, type, null);
    }

    /** Those of one output. */
    static List<ColumnChoice> of(List<OutputColumn> columns, @Nullable String output) {
        return columns.stream()
                .filter(column -> column.output == null || column.output.equals(output))
                .map(column -> new ColumnChoice(column.name, null, column.ddl()))
                .toList();
    }

    private String ddl() {
        return (type == null ? RedshiftType.varchar(RedshiftType.MAX_VARCHAR) : type).ddl();
    }

    /** As the plan prints it. */
    @Override
    public String toString() {
        return name + " " + ddl() + (output == null ? "" : " in " + output);
    }
}
