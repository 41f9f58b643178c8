package org.tofro.plan;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;
import org.tofro.data.TableDefinition;
import org.tofro.pipeline.StepSpec;
import org.tofro.problem.Problems;

/** Checks that of plain files which do not say what their columns are, the table that they are loaded into does. */
final class FileColumnsCheck {
    private static final String NAME_THEM = "'columns: [{name: ..., type: ...}]'";

    private FileColumnsCheck() {}

    static void check(StepGraph graph, Problems problems) {
        for (StepSpec step : graph.steps()) {
            if (step.step().columnsFromLoad()) {
                String wrong = wrong(graph.definitions(step.name()));
                if (wrong != null) {
                    problems.add(step.span(), "the step '" + step.name() + "' " + wrong);
                }
            }
        }
    }

    private static @Nullable String wrong(List<TableDefinition> definitions) {
        if (definitions.isEmpty()) {
            return "reads files that do not say what their columns are; give it " + NAME_THEM
                    + ", or give the step that loads them a 'table_definition'";
        }
        List<Column> columns = definitions.get(0).columns();
        if (definitions.stream().anyMatch(other -> !other.columns().equals(columns))) {
            return "reads files that are loaded into tables with different columns; say by " + NAME_THEM
                    + " what they hold";
        }
        for (Column column : columns) {
            Optional<RedshiftType> type = RedshiftType.parse(column.type());
            if (type.isEmpty() || type.get().kind() == RedshiftType.Kind.SUPER) {
                return "takes the columns of " + definitions.get(0).table() + ", of which '" + column.name() + "' is "
                        + column.type() + ", which no file of text holds; say by " + NAME_THEM + " what it holds";
            }
        }
        return null;
    }
}
