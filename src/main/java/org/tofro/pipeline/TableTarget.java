package org.tofro.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.data.TableDefinition;
import org.tofro.data.TableName;

/**
 * A table that a step names.
 *
 * @param name its name
 * @param definition its definition; null where the step gives the name only
 */
public record TableTarget(TableName name, @Nullable TableDefinition definition) {
    /** The key's columns: those given, else the definition's; empty where neither knows any. */
    public List<String> primaryKeyOr(List<String> given) {
        return !given.isEmpty() || definition == null ? given : definition.primaryKey();
    }
}
