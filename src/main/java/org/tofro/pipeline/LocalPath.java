package org.tofro.pipeline;

import java.io.Serializable;

/**
 * A place of this machine.
 *
 * @param written as the pipeline has it
 * @param absolute where that is
 */
public record LocalPath(String written, String absolute) implements Serializable {
    /** Stands in for a path that could not be read; the problem is reported already. */
    static final LocalPath NONE = new LocalPath("?", "/?");

    /** As the plan prints it: the same wherever the pipeline's file is. */
    @Override
    public String toString() {
        return written;
    }
}
