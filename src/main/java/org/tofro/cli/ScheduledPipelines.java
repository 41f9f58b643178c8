package org.tofro.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineReader;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Variables;
import org.tofro.problem.Problems;
import org.tofro.steps.StepTypes;

/** The pipelines under {@code pipelines/}, with their schedules. */
final class ScheduledPipelines {
    private ScheduledPipelines() {}

    /**
     * A pipeline's file.
     *
     * @param spec what was read of it; its schedule is good where it has no problems there
     */
    record Found(Path file, PipelineSpec spec) {}

    /** All of them, in the order of their files' names; a file that holds no pipeline is passed over. */
    static List<Found> all() {
        Path here = Path.of("pipelines");
        Path folder = Files.isDirectory(here) ? here : Checkout.folder().resolve(here);
        List<Found> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                read(file).ifPresent(found::add);
            }
        } catch (IOException none) {
            return found;
        }
        return found;
    }

    /** The pipeline in that file, as it was given or under {@code pipelines/}; its ending may be left out. */
    static Optional<Found> named(String given) {
        return PipelineLoader.find(given).flatMap(ScheduledPipelines::read);
    }

    /** Values that the file lacks here, such as variables of the environment, are no matter of its schedule. */
    private static Optional<Found> read(Path file) {
        Variables variables = new Variables(Map.of(), Interval.ofDay(LocalDate.EPOCH), name -> "");
        return new PipelineReader(StepTypes.ALL, variables)
                .read(file, new Problems())
                .map(spec -> new Found(file, spec));
    }
}
