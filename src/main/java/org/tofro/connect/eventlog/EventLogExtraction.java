package org.tofro.connect.eventlog;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.extract.Extraction;
import org.tofro.connect.files.FileSource;
import org.tofro.connect.files.SourceFile;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.CursorRange;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.StagedFiles;
import org.tofro.settings.S3Connection;

/**
 * The lines of an event log's files. Where too many are rejected, the one thing that is left of the attempt is the file
 * that holds them.
 *
 * @param log what to read
 * @param s3 where it is; null for folders of this machine
 * @param range the stretch of time that is read again as a whole; null for the run's own interval
 * @param limit most rows to stage, for a trial run
 */
public record EventLogExtraction(
        EventLog log, @Nullable S3Connection s3, @Nullable CursorRange range, OptionalLimit limit)
        implements Extraction {
    private static final int SHOWN = 200;

    @Override
    public StagedFiles stage(
            StagingArea area,
            AttemptPath path,
            RunningSteps.Work running,
            ExtractProgress progress,
            Cancellation cancellation)
            throws Exception {
        FileSource source = FileSource.of(log.paths().get(0), s3);
        Runnable close = source::close;
        cancellation.onCancel(close);
        try (source) {
            return new Reading(log, source, area, path, limit, progress, cancellation).read(range);
        } finally {
            cancellation.forget(close);
        }
    }

    /** What would be read, and how, a line each; opens connections and reads no file. */
    public List<String> plan() {
        try (FileSource source = FileSource.of(log.paths().get(0), s3)) {
            List<SourceFile> files = Listing.of(source, log).all();
            List<Stretch> stretches = Stretch.of(files, log, Stretch.BYTES, (file, apart) -> List.of());
            int readers = Math.max(1, Math.min(log.threads(), stretches.size()));
            boolean perhapsMore = readers < log.threads()
                    && files.stream().anyMatch(file -> Stretch.isWorthAWalk(file, files, log, Stretch.BYTES));
            List<String> lines = new ArrayList<>();
            lines.add("%d file%s of %d bytes, %d reader%s%s"
                    .formatted(
                            files.size(),
                            files.size() == 1 ? "" : "s",
                            files.stream().mapToLong(SourceFile::bytes).sum(),
                            readers,
                            readers > 1 ? "s" : "",
                            perhapsMore ? "; " + log.threads() + " where a large zstd file has several frames" : ""));
            files.stream()
                    .limit(SHOWN)
                    .forEach(file -> lines.add("file " + file.uri() + ", " + file.bytes() + " bytes"));
            if (files.size() > SHOWN) {
                lines.add("and " + (files.size() - SHOWN) + " more files");
            }
            log.contract().columns().stream()
                    .map(field -> field.fidelity(log.layout().format().words()))
                    .forEach(line -> lines.add("column " + line));
            return lines;
        }
    }
}
