package org.tofro.steps;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.LocalPath;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.Settings;

/**
 * Reads plain files of the machine on which the step runs into staged files.
 *
 * @param path the file or folder
 * @param files what they hold
 */
public record ExtractFromLocal(LocalPath path, PlainFiles files) implements Step {
    public static final StepType TYPE = new StepType(
            "extract-from-local",
            List.of("extract-local"),
            "Reads plain files of this machine, in TSV or CSV, into staged files.",
            ExtractFromLocal::read);

    private static ExtractFromLocal read(Fields fields) {
        LocalPath path = fields.field(
                        "path",
                        "The file, or a folder of which every file is read, beside the pipeline's own file; on a cluster, of"
                                + " the machine that reads it.")
                .path();
        return new ExtractFromLocal(path, PlainFiles.read(fields));
    }

    @Override
    public TableUse tables() {
        return new TableUse(Set.of(), Set.of(), true, Set.of());
    }

    @Override
    public boolean producesFiles() {
        return true;
    }

    @Override
    public boolean columnsFromLoad() {
        return files.columnsFromLoad();
    }

    @Override
    public boolean needsMaskKey() {
        return files.needsMaskKey();
    }

    @Override
    public List<String> details() {
        List<String> details = new ArrayList<>(List.of("reads " + path));
        details.addAll(files.details());
        return details;
    }

    @Override
    public List<String> inspect(Settings settings) {
        return files.extraction(
                        uri(), isFolder(), path.written(), null, files.choices(settings.maskKey()), OptionalLimit.NONE)
                .plan();
    }

    @Override
    public Flow expand(Upstream upstream) {
        return files.expand(upstream, uri(), isFolder(), path.written(), null);
    }

    private String uri() {
        return "file://" + path.absolute();
    }

    private boolean isFolder() {
        return Files.isDirectory(Path.of(path.absolute()));
    }
}
