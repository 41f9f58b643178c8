package org.tofro.connect.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;

/** Writes staged files as plain ones, each row counted. Memory: the longest row. For one thread. */
public final class UnstageRows {
    private final StagingArea area;
    private final StagedFiles files;
    private final DelimitedFormat format;
    private final Cancellation cancellation;

    /** @param format how to write them; those of an {@link Compression#AUTO} format are plain */
    public UnstageRows(StagingArea area, StagedFiles files, DelimitedFormat format, Cancellation cancellation) {
        this.area = area;
        this.files = files;
        this.format = format;
        this.cancellation = cancellation;
    }

    /**
     * Writes a file for each staged one into a folder that is there, a file with nothing but a header or nothing at all
     * where there are none.
     *
     * @return the files, in the order of the staged ones
     */
    public List<Path> into(Path folder) throws IOException {
        List<Path> written = new ArrayList<>();
        for (StagedFile file : files.files()) {
            Path path = folder.resolve("part-%05d%s".formatted(written.size(), format.suffix()));
            written.add(path);
            try (OutputStream out =
                            Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    DelimitedWriter writer = begin(out)) {
                copy(file, writer);
            }
        }
        if (written.isEmpty()) {
            Path path = folder.resolve("part-00000" + format.suffix());
            written.add(path);
            try (OutputStream out =
                            Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    DelimitedWriter writer = begin(out)) {
                return written;
            }
        }
        return written;
    }

    /** Writes all rows as one file, which it ends and closes. */
    public void into(OutputStream out) throws IOException {
        try (out;
                DelimitedWriter writer = begin(out)) {
            for (StagedFile file : files.files()) {
                copy(file, writer);
            }
        }
    }

    private DelimitedWriter begin(OutputStream out) throws IOException {
        DelimitedWriter writer = DelimitedWriter.open(out, format);
        if (format.header()) {
            for (String name : files.schema().names()) {
                writer.value(name.getBytes(StandardCharsets.UTF_8));
            }
            writer.endRow();
        }
        return writer;
    }

    private void copy(StagedFile file, DelimitedWriter writer) throws IOException {
        int width = files.schema().columns().size();
        long rows = 0;
        try (CsvDecoder reader = CsvDecoder.open(area.open(file), file.uri(), files.nullMarker())) {
            while (reader.advance()) {
                if (reader.fields() != width) {
                    throw reader.refused(
                            "it has %d values, and %d columns were staged".formatted(reader.fields(), width));
                }
                for (int i = 0; i < width; i++) {
                    if (reader.isNull(i)) {
                        writer.nothing();
                    } else {
                        writer.value(reader.bytes(), reader.from(i), reader.to(i));
                    }
                }
                writer.endRow();
                if (++rows % 1000 == 0 && cancellation.isCancelled()) {
                    throw ExtractException.permanent("writing " + file.uri() + " as plain rows was cancelled");
                }
            }
        }
        if (rows != file.rows()) {
            throw ExtractException.permanent("%s holds %d rows, and %d were staged in it; run the pipeline again"
                    .formatted(file.uri(), rows, file.rows()));
        }
    }
}
