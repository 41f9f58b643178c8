package org.tofro.report;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Outcome;

/**
 * A run in few words, as the index of the state area holds it for whoever looks for runs: the history, other pipelines
 * that wait for it.
 *
 * @param pipeline the pipeline's name
 * @param run the run's id
 * @param intervalStart start of the interval that the run covers, inclusive
 * @param intervalEnd end of it, exclusive
 * @param result how the last launch ended
 * @param startedAt when the last launch started
 * @param endedAt when it ended; null while it runs, and for ever where its process was killed
 * @param runner the environment, as it was given
 * @param rows rows that its publishing steps left in their tables
 * @param failedStep the first step that failed or was refused, if any
 * @param message why it did not succeed, or why a person says that it did
 * @param trial whether it was a trial run, which says nothing about the pipeline's tables
 * @param marked whether a person, not the run, says that it succeeded
 * @param file the pipeline's file, as it was given; null in entries of older versions
 * @param place where the last launch is or was at work, such as {@code process 17 on etl-1}; null in entries of older
 *     versions
 */
public record RunEntry(
        String pipeline,
        String run,
        Instant intervalStart,
        Instant intervalEnd,
        Result result,
        Instant startedAt,
        @Nullable Instant endedAt,
        String runner,
        long rows,
        @Nullable String failedStep,
        @Nullable String message,
        boolean trial,
        boolean marked,
        @Nullable String file,
        @Nullable String place) {

    /** How a run stands. */
    public enum Result {
        RUNNING,
        SUCCEEDED,
        FAILED,
        /** Some steps were left out by request and the others have succeeded, which says nothing of its interval. */
        PARTIAL,
        /** What it waits for was late, so that it did not go on. */
        NOT_READY
    }

    /** Whether it says nothing of how its interval stands: it did not go on, or did only what it was asked for. */
    public boolean isPassedOver() {
        return result == Result.NOT_READY || result == Result.PARTIAL;
    }

    /** Whether it is a real run of exactly that interval. */
    public boolean covers(Instant start, Instant end) {
        return !trial && intervalStart.equals(start) && intervalEnd.equals(end);
    }

    /**
     * A launch of the run that begins.
     *
     * @param place where it is at work
     */
    public static RunEntry running(RunRequest request, Instant startedAt, String place) {
        return new RunEntry(
                request.pipeline(),
                request.run(),
                request.intervalStart(),
                request.intervalEnd(),
                Result.RUNNING,
                startedAt,
                null,
                request.runner(),
                0,
                null,
                null,
                request.limit() != null,
                false,
                request.file(),
                place);
    }

    /**
     * The entry of a launch that has ended.
     *
     * @param moved rows that its publishing steps left in their tables
     */
    public RunEntry ended(RunReport report, long moved) {
        Optional<StepReport> failed = report.steps().stream()
                .filter(step -> step.outcome() == Outcome.Status.FAILED || step.outcome() == Outcome.Status.REFUSED)
                .findFirst();
        return new RunEntry(
                pipeline,
                run,
                intervalStart,
                intervalEnd,
                switch (report.result()) {
                    case SUCCEEDED -> Result.SUCCEEDED;
                    case FAILED -> Result.FAILED;
                    case PARTIAL -> Result.PARTIAL;
                    case NOT_READY -> Result.NOT_READY;
                },
                report.startedAt(),
                report.endedAt(),
                runner,
                moved,
                failed.map(StepReport::name).orElse(null),
                report.problem() != null
                        ? report.problem()
                        : failed.map(StepReport::message).orElse(null),
                trial,
                false,
                file,
                place);
    }

    /** The entry of a run of which a person says that its work is done. */
    public RunEntry markedDone(String reason, Instant now) {
        return new RunEntry(
                pipeline,
                run,
                intervalStart,
                intervalEnd,
                Result.SUCCEEDED,
                startedAt,
                endedAt == null ? now : endedAt,
                runner,
                rows,
                failedStep,
                reason,
                trial,
                true,
                file,
                place);
    }
}
