package org.tofro.connect.types;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a step's {@code columns:}.
 *
 * @param name the source's column, in the source's own spelling
 * @param as its name in the warehouse; null for the same
 * @param type its type in the warehouse, in Redshift's spelling; null for the one that follows from the source's
 */
public record ColumnChoice(
        String name, @Nullable String as, @Nullable String type) implements Serializable {}
