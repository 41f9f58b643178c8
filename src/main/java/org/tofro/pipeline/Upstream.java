package org.tofro.pipeline;

import java.util.List;
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

    /** The files of the step that this one consumes: one element where that step succeeded. */
    PCollection<StagedFiles> files();

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
