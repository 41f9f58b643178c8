package org.tofro.pipeline;

import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.PCollection;
import org.jspecify.annotations.Nullable;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableDefinition;
import org.tofro.settings.Connection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/** What a step receives when it joins the graph. */
public interface Upstream {
    /** The step's name. */
    String step();

    /** One element, the step's name, once all that the step waits for has succeeded; no element if any of it has not. */
    PCollection<String> ready();

    /** The files that this step consumes: one element of each step, or output of a step, where that succeeded. */
    PCollection<StagedFiles> files();

    /** What it consumes, in the order of the file; {@link #files} has one element for each where all have succeeded. */
    List<Input> inputs();

    /** What the staged files of one of its several outputs are called. */
    String node(String output);

    /** The values of <code>${each:name}</code> in this step; empty where it has no {@code for_each}. */
    Map<String, String> combination();

    /**
     * One of the things that a step consumes.
     *
     * @param node what the staged files are called: the step that staged them, or that output of it
     * @param folder the folder that the pipeline wants for them; null for one of their own
     * @param combination the values of the producer's {@code for_each}; empty where it has none
     */
    record Input(String node, @Nullable String folder, Map<String, String> combination) {}

    /** Whether an earlier step of this pipeline writes the table, which then must hold this run's rows. */
    boolean writtenBefore(TableUse.Ref table);

    /** Where the files of an incremental extract are published in the end; the plan has checked that there is one place. */
    Landing landing();

    /** The definitions of the tables that this step's files are loaded into. */
    List<TableDefinition> loadedInto();

    /** The run. */
    RunContext run();

    /** The environment, with stand-ins' addresses filled in. */
    Settings settings();

    /** The connection of that name and type; the plan has checked that it exists. */
    <C extends Connection> C connection(String name, Class<C> type);

    /** The S3 connection of the staging area; null where it is a local folder. */
    @Nullable
    S3Connection s3();
}
