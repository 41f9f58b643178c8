package org.tofro.connect.files;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.extract.Extraction;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.staging.NullMarker;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.TypedColumn;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.Schema;
import org.tofro.data.StagedFiles;
import org.tofro.data.StagedFiles.FileFormat;
import org.tofro.settings.S3Connection;

/**
 * A plain file, or all of a folder: one after another, by one reader. Files whose name begins with a dot or an underscore
 * are left out, as markers of the programs that wrote the others; the report says so.
 *
 * @param address the file or folder: {@code s3://...} or {@code file:///...}
 * @param folder whether it is a folder
 * @param shown how messages name it
 * @param s3 how to reach S3; null for a folder of this machine
 * @param format how rows are written
 * @param columns what the files hold
 * @param limit most rows to read, for a trial run
 */
public record FileExtraction(
        String address,
        boolean folder,
        String shown,
        @Nullable S3Connection s3,
        DelimitedFormat format,
        List<ColumnChoice> columns,
        OptionalLimit limit)
        implements Extraction {
    private static final int SHOWN = 20;

    public FileExtraction {
        columns = List.copyOf(columns);
    }

    @Override
    public StagedFiles stage(
            StagingArea area,
            AttemptPath path,
            RunningSteps.Work running,
            ExtractProgress progress,
            Cancellation cancellation)
            throws Exception {
        List<TypedColumn> typed = StageRows.columns(shown, columns);
        Parts parts = area.parts(path, progress.storedBytes());
        String nullMarker = NullMarker.generate();
        CsvEncoder encoder = new CsvEncoder(parts, nullMarker);
        StageRows rows =
                new StageRows(typed, format, encoder, progress, limit.isPresent() ? limit.rows() : Long.MAX_VALUE);
        FileSource source = FileSource.of(address, s3);
        Runnable close = source::close;
        cancellation.onCancel(close);
        try (source) {
            List<SourceFile> listed = list(source);
            List<SourceFile> files = wanted(listed, progress);
            progress.phase("reading");
            for (SourceFile file : files) {
                if (cancellation.isCancelled()) {
                    throw cancelled();
                }
                if (!rows.full()) {
                    read(rows, source, file, cancellation);
                }
            }
            Settled.demandSame(listed, list(source));
            encoder.finish();
            String misfits = rows.misfits();
            if (misfits != null) {
                throw ExtractException.permanent(misfits);
            }
        } catch (Exception e) {
            encoder.abort();
            parts.discard();
            throw cancellation.isCancelled() ? cancelled() : e;
        } finally {
            cancellation.forget(close);
        }
        return new StagedFiles(
                path.step(),
                path.attempt(),
                FileFormat.CSV_ZSTD,
                nullMarker,
                new Schema(typed.stream().map(TypedColumn::staged).toList()),
                rows.rowsRead(),
                parts.files(),
                null);
    }

    private static void read(StageRows rows, FileSource source, SourceFile file, Cancellation cancellation)
            throws java.io.IOException {
        try (InputStream in = source.open(file, 0)) {
            Runnable end = () -> close(in);
            cancellation.onCancel(end);
            try {
                rows.read(in, file.uri());
            } finally {
                cancellation.forget(end);
            }
        }
    }

    private static void close(InputStream in) {
        try {
            in.close();
        } catch (java.io.IOException e) {
            // Nobody wants its bytes any more.
        }
    }

    private ExtractException cancelled() {
        return ExtractException.permanent(shown + ": the extract was cancelled");
    }

    private List<SourceFile> list(FileSource source) {
        return source.list(folder ? PathPattern.folder(address) : PathPattern.file(address));
    }

    /** The files that hold rows. */
    private List<SourceFile> wanted(List<SourceFile> listed, ExtractProgress progress) {
        if (listed.isEmpty()) {
            throw ExtractException.permanent(
                    folder
                            ? "there are no files in " + shown + "; is the address right, and have they been written?"
                            : "there is no file " + shown + "; is the address right, and has it been written?");
        }
        List<SourceFile> files = listed;
        if (folder) {
            files = listed.stream().filter(file -> !isMarker(file)).toList();
            if (files.size() < listed.size()) {
                progress.note(
                        "left out " + count(listed.size() - files.size()) + " with a name that begins with '_' or '.'");
            }
        }
        long empty = files.stream().filter(file -> file.bytes() == 0).count();
        if (empty > 0) {
            progress.note(count(empty) + " of " + files.size() + " had no bytes");
        }
        return files.stream().filter(file -> file.bytes() > 0).toList();
    }

    private static boolean isMarker(SourceFile file) {
        String name = file.uri().substring(file.uri().lastIndexOf('/') + 1);
        return name.startsWith("_") || name.startsWith(".");
    }

    private static String count(long files) {
        return files == 1 ? "1 file" : files + " files";
    }

    /** What would be read, and how, a line each; reads no file. */
    public List<String> plan() {
        List<String> lines = new ArrayList<>();
        ExtractProgress notes = new ExtractProgress();
        try (FileSource source = FileSource.of(address, s3)) {
            List<SourceFile> files = wanted(list(source), notes);
            lines.add("%s of %d bytes, one reader"
                    .formatted(
                            count(files.size()),
                            files.stream().mapToLong(SourceFile::bytes).sum()));
            files.stream()
                    .limit(SHOWN)
                    .forEach(file -> lines.add("file " + file.uri() + ", " + file.bytes() + " bytes"));
            if (files.size() > SHOWN) {
                lines.add("and " + count(files.size() - SHOWN) + " more");
            }
        }
        lines.addAll(notes.notes());
        if (!columns.isEmpty()) {
            StageRows.columns(shown, columns).forEach(column -> lines.add("column " + column.fidelity()));
        }
        return lines;
    }
}
