package org.tofro.steps;

import java.util.List;
import org.tofro.connect.kvs.OnDuplicate;
import org.tofro.pipeline.FileInputs;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;

/**
 * {@link MaterializeKvs} with Nostos' default: of several rows of a key the smallest value is taken.
 *
 * @param load what it does
 */
public record NostosV2(MaterializeKvs load) implements Step {
    public static final StepType TYPE = new StepType(
            "nostos-v2",
            List.of(),
            "The same as `materialize-kvs`, for pipelines written for Nostos: of several rows of a key it takes the smallest"
                    + " value, and warns.",
            fields -> new NostosV2(MaterializeKvs.read(fields, OnDuplicate.SMALLEST)));

    @Override
    public TableUse tables() {
        return load.tables();
    }

    @Override
    public boolean namesItsFiles() {
        return load.namesItsFiles();
    }

    @Override
    public boolean consumesFiles() {
        return load.consumesFiles();
    }

    @Override
    public FileInputs fileInputs() {
        return load.fileInputs();
    }

    @Override
    public List<String> details() {
        return load.details();
    }

    @Override
    public Flow expand(Upstream upstream) {
        return load.expand(upstream);
    }
}
