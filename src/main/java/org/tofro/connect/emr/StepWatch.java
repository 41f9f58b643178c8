package org.tofro.connect.emr;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Durations;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.FailureDetails;
import software.amazon.awssdk.services.emr.model.Step;
import software.amazon.awssdk.services.emr.model.StepState;

/** Watches a step until it, or its cluster, has ended, and says each change. */
public final class StepWatch {
    /** A pause that ends early, with false, where nobody wants to watch any longer. */
    @FunctionalInterface
    public interface Pause {
        boolean of(Duration time) throws InterruptedException;
    }

    /** So many looks at a step that is at work go with one at its cluster, which costs a call more. */
    private static final int LOOKS_OF_CLUSTER = 6;

    private final Emr emr;
    private final String cluster;
    private final String step;
    private final Pause pause;
    private final Consumer<String> say;
    private String said = "";

    /**
     * A watch on a step.
     *
     * @param say takes a line for people at each change
     */
    public StepWatch(Emr emr, String cluster, String step, Pause pause, Consumer<String> say) {
        this.emr = emr;
        this.cluster = cluster;
        this.step = step;
        this.pause = pause;
        this.say = say;
    }

    /**
     * Waits for the end, for so long at most; whoever gives up early has to end the step himself.
     *
     * @param longest null for any time
     */
    public StepEnd await(@Nullable Duration longest) throws InterruptedException {
        long start = System.nanoTime();
        for (int look = 1; ; look++) {
            Step now = emr.describe(cluster, step);
            StepState state = now.status().state();
            // A cluster that is lost may leave its step as it was.
            boolean well = state == StepState.COMPLETED || (state == StepState.RUNNING && look % LOOKS_OF_CLUSTER != 0);
            Cluster at = well ? null : emr.cluster(cluster);
            tell(now, at);
            StepEnd end = end(now, at);
            if (end != null) {
                return end;
            }
            if (longest != null && System.nanoTime() - start > longest.toNanos()) {
                return new StepEnd(
                        false,
                        false,
                        "step " + step + " on cluster " + cluster + " has not ended within " + Durations.words(longest)
                                + ", its time limit");
            }
            if (!pause.of(emr.pace().nextLook())) {
                return new StepEnd(false, false, "step " + step + " on cluster " + cluster + " was given up");
            }
        }
    }

    private void tell(Step now, @Nullable Cluster at) {
        String line = at == null || now.status().state() != StepState.PENDING
                ? "step " + step + " on cluster " + cluster + ": "
                        + now.status().stateAsString()
                : "cluster " + cluster + ": " + at.status().stateAsString() + ", step " + step + " waits";
        if (!line.equals(said)) {
            said = line;
            say.accept(line);
        }
    }

    private @Nullable StepEnd end(Step now, @Nullable Cluster at) {
        StepState state = now.status().state();
        if (state == StepState.COMPLETED) {
            return new StepEnd(true, true, "step " + step + " on cluster " + cluster + " has completed");
        }
        if (at != null && state != StepState.FAILED && isOver(at, state)) {
            return new StepEnd(false, true, ClusterEnd.sentence(at));
        }
        if (state == StepState.FAILED) {
            return new StepEnd(false, true, failed(now, at));
        }
        if (state == StepState.CANCELLED || state == StepState.INTERRUPTED) {
            return new StepEnd(
                    false, true, "step " + step + " on cluster " + cluster + " was cancelled by somebody else");
        }
        return null;
    }

    /** A cluster on its way down may still say how a step that was at work has ended. */
    private static boolean isOver(Cluster at, StepState state) {
        String now = at.status().stateAsString();
        return now.startsWith("TERMINATED") || (now.equals("TERMINATING") && state != StepState.RUNNING);
    }

    private String failed(Step now, @Nullable Cluster at) {
        FailureDetails details = now.status().failureDetails();
        String reason = details == null ? null : details.reason();
        String message = details == null ? null : details.message();
        String log = details == null ? null : details.logFile();
        String area = at == null ? null : at.logUri();
        String place = log != null ? log : ClusterEnd.logs(area, cluster, "steps/" + step + "/");
        return "step " + step + " (" + now.name() + ") on cluster " + cluster + " failed"
                + (reason == null ? "" : ": " + reason.replaceFirst("\\.$", ""))
                + (message == null ? "" : ", " + message.strip().replaceFirst("\\.$", ""))
                + "; what it said is in " + place;
    }
}
