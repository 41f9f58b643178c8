package org.tofro.connect.transform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.files.DelimitedFormat;
import org.tofro.connect.files.StageRows;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.staging.NullMarker;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.transform.Transformation.Given;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.TypedColumn;
import org.tofro.data.Column;
import org.tofro.data.CursorRange;
import org.tofro.data.LeftOut;
import org.tofro.data.Schema;
import org.tofro.data.StagedFiles;

/** Stages the plain files that a transform has left in a folder, every row checked and counted. For one thread. */
final class OutputStaging {
    private final Given given;
    private final Parts parts;
    private final DelimitedFormat format;

    /** @param parts of this attempt, which all of its outputs share */
    OutputStaging(Given given, Parts parts, DelimitedFormat format) {
        this.given = given;
        this.parts = parts;
        this.format = format;
    }

    /**
     * Stages one output.
     *
     * @param folder holds its files and nothing else
     */
    StagedFiles stage(TransformOutput output, Path folder) throws IOException {
        return stage(output, folder, output.place(), true);
    }

    /**
     * Stages one output.
     *
     * @param where what the files are, as messages name it
     * @param named whether messages name a file in it, too
     */
    StagedFiles stage(TransformOutput output, Path folder, String where, boolean named) throws IOException {
        List<Path> files = files(output, folder);
        List<TypedColumn> columns = StageRows.columns(where, choices(output));
        int before = parts.files().size();
        String marker = NullMarker.generate();
        CsvEncoder encoder = new CsvEncoder(parts, marker);
        StageRows rows = new StageRows(columns, format, encoder, given.progress(), Long.MAX_VALUE);
        try {
            for (Path file : files) {
                if (given.cancellation().isCancelled()) {
                    throw ExtractException.permanent("staging " + output.place() + " was cancelled");
                }
                rows.read(
                        Files.newInputStream(file),
                        named ? where + "/" + folder.relativize(file).toString().replace('\\', '/') : where);
            }
            encoder.finish();
        } catch (IOException | RuntimeException e) {
            encoder.abort();
            throw e;
        }
        String misfits = rows.misfits();
        if (misfits != null) {
            throw ExtractException.permanent(where + ": " + misfits);
        }
        return new StagedFiles(
                output.node(),
                given.path().attempt(),
                StagedFiles.FileFormat.CSV_ZSTD,
                marker,
                new Schema(columns.stream().map(TypedColumn::staged).toList()),
                rows.rowsRead(),
                LeftOut.NONE,
                // Numbers only grow, so the parts of this output are those behind the parts of the outputs before it.
                parts.files().subList(before, parts.files().size()),
                range(),
                given.inputs().stream()
                        .flatMap(input -> input.files().eventFiles().stream())
                        .distinct()
                        .toList());
    }

    private List<Path> files(TransformOutput output, Path folder) throws IOException {
        List<Path> found;
        List<Path> hidden;
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> own = all.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
            hidden = own.stream().filter(OutputStaging::isHidden).toList();
            found = own.stream().filter(path -> !isHidden(path)).toList();
        }
        if (found.isEmpty()) {
            throw ExtractException.permanent("no file was written to " + output.place()
                    + ", where the rows of '" + output.node() + "' are expected. Where there are none, write an empty"
                    + " file; where the step is to stage nothing, say `no_output: true`");
        }
        if (!hidden.isEmpty()) {
            given.progress()
                    .note(hidden.size() + (hidden.size() == 1 ? " file" : " files") + " in " + output.place()
                            + " whose names begin with '.' or '_' were left out");
        }
        return found;
    }

    private static boolean isHidden(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") || name.startsWith("_");
    }

    private List<ColumnChoice> choices(TransformOutput output) {
        if (!output.columns().isEmpty()) {
            return output.columns();
        }
        List<Schema> schemas = given.inputs().stream()
                .map(input -> new Schema(input.files().schema().columns().stream()
                        .map(column -> new Column(column.name(), column.type(), ""))
                        .toList()))
                .distinct()
                .toList();
        if (schemas.size() != 1) {
            throw ExtractException.permanent("the columns of '" + output.node() + "' are not known: the step takes "
                    + (schemas.isEmpty() ? "no files" : "files of different columns")
                    + "; name them by `columns: [{name: ..., type: ...}]`");
        }
        return schemas.get(0).columns().stream()
                .map(column -> new ColumnChoice(column.name(), null, column.type()))
                .toList();
    }

    /** How far the source was read of which these rows were made, where that is known. */
    private @Nullable CursorRange range() {
        List<CursorRange> ranges = given.inputs().stream()
                .map(input -> input.files().range())
                .filter(java.util.Objects::nonNull)
                .distinct()
                .toList();
        if (ranges.size() > 1) {
            throw ExtractException.permanent("two of the inputs read only what is new since the last run, and one table"
                    + " cannot say how far both have come; load one of them by itself");
        }
        return ranges.isEmpty() ? null : ranges.get(0);
    }
}
