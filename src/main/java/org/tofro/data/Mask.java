package org.tofro.data;

import java.io.Serializable;
import java.util.function.UnaryOperator;

/** Takes out of a text what nobody may see who reads what a run leaves behind; it travels to workers. */
@FunctionalInterface
public interface Mask extends UnaryOperator<String>, Serializable {
    /** Leaves all as it is. */
    Mask NONE = text -> text;
}
