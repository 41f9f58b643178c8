package org.tofro.connect.transform;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.ColumnChoice;

/**
 * Something that a transform stages.
 *
 * @param node what its staged files are called
 * @param folder the folder in the output's staging folder that it is written to; null for that one itself
 * @param columns what its rows are made of; none for the same as the input's
 */
public record TransformOutput(String node, @Nullable String folder, List<ColumnChoice> columns)
        implements Serializable {
    public TransformOutput {
        columns = List.copyOf(columns);
    }

    /** Where a script writes it, as messages say it. */
    String place() {
        return "OUTPUT1_STAGING_DIR" + (folder == null ? "" : "/" + folder);
    }
}
