package org.tofro.steps;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Need;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.problem.Span;

/**
 * Waits for other pipelines. The launcher does so: nothing is held meanwhile that another pipeline could need.
 *
 * @param succeeded pipelines that must have succeeded
 * @param ended pipelines that must have ended, well or not
 * @param refreshSeconds how long between two looks
 * @param day the day that their runs have to cover; null for the interval of the run that waits
 */
public record PipelineDependencies(
        List<String> succeeded,
        List<String> ended,
        int refreshSeconds,
        @Nullable LocalDate day) implements Step {
    public static final StepType TYPE = new StepType(
            "pipeline-dependencies",
            List.of(),
            "Waits until runs of other pipelines cover the interval of this run; every later step without `depends_on`"
                    + " waits with it.",
            PipelineDependencies::read);

    private static final Span NOWHERE = Span.startOf("");

    public PipelineDependencies {
        succeeded = List.copyOf(succeeded);
        ended = List.copyOf(ended);
    }

    private static PipelineDependencies read(Fields fields) {
        List<String> succeeded = fields.field("dependent_pipelines", "Pipelines that must have succeeded.")
                .names();
        List<String> ended = fields.field(
                        "dependent_pipelines_ok_to_fail", "Pipelines that must have ended, well or not.")
                .names();
        fields.atLeastOne("dependent_pipelines", "dependent_pipelines_ok_to_fail");
        int refreshSeconds = fields.field("refresh_rate", "How many seconds between two looks.")
                .integerOr(Need.DEFAULT_REFRESH_SECONDS, 1, 86_400);
        LocalDate day = fields.field("start_date", "The day in UTC that their runs have to cover.")
                .optionalDate("the interval of this run");
        return new PipelineDependencies(succeeded, ended, refreshSeconds, day);
    }

    @Override
    public TableUse tables() {
        return new TableUse(Set.of(), Set.of(), true, Set.of());
    }

    @Override
    public List<Need> needs() {
        return Stream.concat(
                        succeeded.stream().map(name -> need(name, false)),
                        ended.stream().map(name -> need(name, true)))
                .toList();
    }

    private Need need(String pipeline, boolean okToFail) {
        return new Need(pipeline, okToFail, Need.DEFAULT_TIMEOUT, Duration.ofSeconds(refreshSeconds), day, NOWHERE);
    }

    @Override
    public Flow expand(Upstream upstream) {
        throw new IllegalStateException("the launcher waits for pipelines, so no graph has this step");
    }
}
