package org.tofro.cli;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.tofro.connect.DistantSteps;
import org.tofro.connect.RunningSteps;
import org.tofro.data.Progress;
import org.tofro.data.RunContext;
import org.tofro.data.StepLine;
import org.tofro.run.LiveSteps;

/** The steps that are at work in a launch, here or on a cluster's workers, for its live line and for whoever ends it. */
final class WatchedSteps {
    private final List<LiveSteps> all = new CopyOnWriteArrayList<>();
    private final List<DistantSteps> distant = new CopyOnWriteArrayList<>();

    /** Begins to watch the steps that are performed in this context. */
    LiveSteps watch(RunContext run) {
        LiveSteps steps;
        if (run.rules().area() == null) {
            RunningSteps register = RunningSteps.begin(run);
            steps = new LiveSteps(register::progress, register::said, register::cancel);
        } else {
            DistantSteps elsewhere = new DistantSteps(run);
            distant.add(elsewhere);
            steps = new LiveSteps(elsewhere::progress, elsewhere::said, elsewhere::cancel);
        }
        all.add(steps);
        return steps;
    }

    List<Progress> progress() {
        return all.stream().flatMap(steps -> steps.progress().get().stream()).toList();
    }

    /** What the steps have said since this was asked for last. */
    List<StepLine> said() {
        return all.stream().flatMap(steps -> steps.said().get().stream()).toList();
    }

    /** Ends the watch on workers, when what they have last noted is read. */
    void close() throws InterruptedException {
        for (DistantSteps each : distant) {
            each.close();
        }
    }
}
