package org.tofro.pipeline;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.data.TableDefinition;
import org.tofro.problem.Problems;

/** Reads the definition of a table: a {@code .sql} file with one {@code CREATE TABLE} statement. */
final class TableDefinitionReader {
    private final Problems problems;

    TableDefinitionReader(Problems problems) {
        this.problems = problems;
    }

    Optional<TableDefinition> read(@Nullable Path file) {
        return Optional.empty();
    }
}
