package org.tofro.pipeline;

import java.util.List;
import java.util.Optional;
import org.tofro.data.TableDefinition;
import org.tofro.settings.Settings;

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

    /** How many earlier steps' files it takes. */
    default FileInputs fileInputs() {
        return consumesFiles() ? FileInputs.ONE : FileInputs.NONE;
    }

    /** Whether the steps whose files it takes are named in fields of its own, by {@link Field#optionalInputNode}. */
    default boolean namesItsFiles() {
        return false;
    }

    /** Of how many columns the rows are that its graph has for elements; 0 where these are whole files. */
    default int columnsInGraph() {
        return 0;
    }

    /** The names by which later steps take its several outputs; empty where it has one, which goes by the step's name. */
    default List<String> outputNodes() {
        return List.of();
    }

    /** How it reads only what is new since the last run, where it does. */
    default Optional<Incremental> incremental() {
        return Optional.empty();
    }

    /** Whether it has to do with the run's interval only, beyond what expressions in its fields say. */
    default boolean dated() {
        return false;
    }

    /** The field by which it reads again what earlier runs have read; empty where it does not. */
    default Optional<String> repeats() {
        return Optional.empty();
    }

    /** The definition of the table that it loads files into, where it has one. */
    default Optional<TableDefinition> loads() {
        return Optional.empty();
    }

    /** Whether its files do not say what their columns are, so that the table they are loaded into has to. */
    default boolean columnsFromLoad() {
        return false;
    }

    /** Whether it masks values by the environment's key. */
    default boolean needsMaskKey() {
        return false;
    }

    /** How it carries the rows of one table into another, where that is what it does. */
    default Optional<Publishing> publishing() {
        return Optional.empty();
    }

    /**
     * Whether its failure stops what reads the tables that it reads: later steps that read one of them wait for it, with
     * {@code depends_on} or without.
     */
    default boolean gate() {
        return false;
    }

    /**
     * Pipelines that it waits for, where that is all it does: the launcher then waits in its stead, and it joins no graph.
     */
    default List<Need> needs() {
        return List.of();
    }

    /** Files that it waits for, where that is all it does: as with {@link #needs}, the launcher waits in its stead. */
    default Optional<AwaitedFiles> awaitedFiles() {
        return Optional.empty();
    }

    /** Whether it does nothing but wait for what others do. */
    default boolean isWait() {
        return !needs().isEmpty() || awaitedFiles().isPresent();
    }

    /** What a reader of the plan should know of it beyond its tables, one phrase each: the guards that are on. */
    default List<String> details() {
        return List.of();
    }

    /**
     * What the step's databases say of how it would be done, a line each: {@code plan --connect}. Opens connections, reads
     * no row. A step that has nothing to say about it opens none.
     *
     * @param settings the environment, with stand-ins' addresses filled in
     */
    default List<String> inspect(Settings settings) {
        return List.of();
    }

    /**
     * Joins the graph. Side effects hang on {@link Upstream#ready()}, of which exactly one element arrives when all that
     * the step waits for has succeeded, and none otherwise. Connects to nothing.
     */
    Flow expand(Upstream upstream);
}
