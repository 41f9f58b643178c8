package org.example;

import java.io.BufferedWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.StepTransform;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.Figures;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.S3Connection;

/** Writes the rows that an earlier step staged to a file of this machine, with tabs between their values. */
public record ExportToFile(String path, boolean header) implements Step {
    /** How the step reference shows it, and how its fields are read. Tofro finds it by this name. */
    public static final StepType TYPE = new StepType(
            "export-to-file",
            List.of(),
            "Writes the rows of staged files to a file of this machine, with tabs between their values.",
            ExportToFile::read);

    /** Asking for a field declares it; a bad one is reported at its place, with all others. */
    private static ExportToFile read(Fields fields) {
        String path = fields.field("path", "The file; it takes the place of one that is there.")
                .text();
        boolean header = fields.field("header", "Whether the first line has the columns' names.")
                .flagOr(true);
        if (fields.has("path") && !path.endsWith(".tsv")) {
            fields.problem("path", "'path' takes a file whose name ends in .tsv, not '" + path + "'");
        }
        return new ExportToFile(path, header);
    }

    /** No tables and no connections: the plan orders it by the files that it takes. */
    @Override
    public TableUse tables() {
        return new TableUse(Set.of(), Set.of(), true, Set.of());
    }

    @Override
    public boolean consumesFiles() {
        return true;
    }

    @Override
    public List<String> details() {
        return List.of("writes " + path);
    }

    /** The work hangs on {@code ready()}, which has one element when all steps before have succeeded, and else none. */
    @Override
    public Flow expand(Upstream upstream) {
        Export export = new Export(path, header, upstream.settings().stagingArea(), upstream.s3());
        return new Flow(
                upstream.ready().apply("export", StepTransform.of(upstream.run(), export, upstream.files())), null);
    }

    /** What travels to the worker: plain data, and what it does there. It may be done again, so it ends in one move. */
    record Export(String path, boolean header, String stagingArea, S3Connection s3) implements StepAction {
        @Override
        public Figures perform(RunningSteps.Work work, List<StagedFiles> given) throws Exception {
            StagedFiles files = given.get(0);
            Path target = Path.of(path).toAbsolutePath();
            if (Files.isDirectory(target)) {
                throw new StepRefusal("'" + path + "' is a folder; name a file in it");
            }
            work.phase("writing " + target.getFileName());
            Path fresh = Files.createTempFile(target.getParent(), "export", ".new");
            long rows = 0;
            try (StagingArea area = StagingArea.open(stagingArea, s3);
                    BufferedWriter out = Files.newBufferedWriter(fresh)) {
                if (header) {
                    out.write(String.join("\t", files.schema().names()) + "\n");
                }
                for (StagedFile file : files.files()) {
                    try (CsvDecoder decoder = CsvDecoder.open(area.open(file), file.uri(), files.nullMarker())) {
                        for (List<byte[]> row = decoder.next(); row != null; row = decoder.next()) {
                            out.write(String.join(
                                            "\t", row.stream().map(Export::text).toList())
                                    + "\n");
                            work.rows.increment();
                            rows++;
                        }
                    }
                }
            }
            if (rows != files.rows()) {
                throw new StepRefusal("read " + rows + " of the " + files.rows() + " rows that were staged");
            }
            Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return new Figures(
                    files.rows(), rows, 0, work.startedAt(), System.currentTimeMillis(), 0, 0, false, List.of());
        }

        private static String text(byte[] value) {
            return value == null
                    ? "\\N"
                    : new String(value, StandardCharsets.UTF_8)
                            .replace("\\", "\\\\")
                            .replace("\t", "\\t")
                            .replace("\n", "\\n")
                            .replace("\r", "\\r");
        }
    }
}
