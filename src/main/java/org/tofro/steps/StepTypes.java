package org.tofro.steps;

import java.util.List;
import org.tofro.pipeline.StepType;

/** The catalogue of step types, in the order in which the step reference lists them. */
public final class StepTypes {
    public static final List<StepType> ALL = List.of(
            ExtractFromRds.TYPE,
            ExtractFromEventLog.TYPE,
            ExtractFromS3.TYPE,
            ExtractFromLocal.TYPE,
            ExtractFromRedshift.TYPE,
            ExtractFromCassandra.TYPE,
            LoadIntoStagingTable.TYPE,
            LoadIntoRds.TYPE,
            MaterializeKvs.TYPE,
            NostosV2.TYPE,
            LoadIntoCassandra.TYPE,
            ReloadProdTable.TYPE,
            Append.TYPE,
            Upsert.TYPE,
            ReplaceInterval.TYPE,
            Check.TYPE,
            PrimaryKeyCheck.TYPE,
            CreateUpdateSql.TYPE,
            SqlCommand.TYPE,
            PipelineDependencies.TYPE,
            WaitForFile.TYPE,
            Transform.TYPE,
            EmrStep.TYPE);

    private StepTypes() {}
}
