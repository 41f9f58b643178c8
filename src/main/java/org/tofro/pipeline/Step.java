package org.tofro.pipeline;

/** One step of a pipeline, its fields read and checked: a record of plain values that can join a Beam graph. */
public interface Step {
    /** The tables that it reads and writes, and the connections that it needs. */
    TableUse tables();

    /** Whether later steps can take staged files from it. */
    default boolean producesFiles() {
        return false;
    }

    /** Whether it takes the staged files of one earlier step. */
    default boolean consumesFiles() {
        return false;
    }

    /**
     * Joins the graph. Side effects hang on {@link Upstream#ready()}, of which exactly one element arrives when all that
     * the step waits for has succeeded, and none otherwise. Connects to nothing.
     */
    Flow expand(Upstream upstream);
}
