package org.tofro.settings;

import java.io.Serializable;
import java.util.List;

/**
 * Where a value is kept that must not stand in a file: it is looked up when it is needed, and not before.
 *
 * @param kind the kind of the expression: one of {@link #KINDS}
 * @param argument the name of the variable, secret or parameter, or the file's path
 */
public record Reference(String kind, String argument) implements Serializable {
    static final List<String> KINDS = List.of("env", "file", "aws-secret", "aws-parameter");

    /** As the file spells it. */
    @Override
    public String toString() {
        return "${" + kind + ":" + argument + "}";
    }
}
