package org.tofro.connect.unload;

import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.extract.Extraction;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.NullMarker;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.staging.StagingException;
import org.tofro.connect.staging.StoredObject;
import org.tofro.connect.warehouse.Unload;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.data.StagedFiles;
import org.tofro.data.StagedFiles.FileFormat;

/**
 * A table or a query of the warehouse, which writes the staged files itself. Rows read are those that it says it has
 * written, rows staged those that its manifest counts in the files.
 *
 * @param unload what to write
 */
public record UnloadExtraction(Unload unload) implements Extraction {
    @Override
    public StagedFiles stage(
            StagingArea area,
            AttemptPath path,
            RunningSteps.Work running,
            ExtractProgress progress,
            Cancellation cancellation)
            throws Exception {
        String nullMarker = NullMarker.generate();
        String prefix = path.folder() + "unload-";
        try {
            Unload.Unloaded unloaded = unload.to(area, prefix, nullMarker, running);
            progress.addRows(unloaded.rows());
            unloaded.files().forEach(file -> progress.storedBytes().add(file.bytes()));
            return new StagedFiles(
                    path.step(),
                    path.attempt(),
                    FileFormat.CSV_ZSTD,
                    nullMarker,
                    unloaded.schema(),
                    unloaded.rows(),
                    unloaded.files(),
                    null);
        } catch (WarehouseException e) {
            discard(area, prefix);
            if (cancellation.isCancelled()) {
                throw ExtractException.permanent(unload.origin() + ": the extract was cancelled");
            }
            throw new ExtractException(String.valueOf(e.getMessage()), e.isTransient(), e);
        } catch (StepRefusal e) {
            throw ExtractException.permanent(String.valueOf(e.getMessage()));
        }
    }

    private static void discard(StagingArea area, String prefix) {
        try {
            for (StoredObject left : area.list(prefix)) {
                area.delete(left.name());
            }
        } catch (StagingException unreachable) {
            // No record names what is left, and cleaning finds it later.
        }
    }
}
