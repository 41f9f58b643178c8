package org.tofro.data;

import java.io.Serializable;
import java.util.List;

/** The columns of staged rows, in the order in which the files hold them. */
public record Schema(List<Column> columns) implements Serializable {
    public Schema {
        columns = List.copyOf(columns);
    }

    public List<String> names() {
        return columns.stream().map(Column::name).toList();
    }
}
