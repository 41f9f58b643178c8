package org.tofro.settings;

import java.io.Serializable;

/**
 * Where a value is kept that must not stand in a file: it is looked up when it is needed, and not before.
 *
 * @param kind the kind of the expression: {@code env} or {@code file}
 * @param argument the variable's name, or the file's path
 */
public record Reference(String kind, String argument) implements Serializable {
    /** As the file spells it. */
    @Override
    public String toString() {
        return "${" + kind + ":" + argument + "}";
    }
}
