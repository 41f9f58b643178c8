package org.tofro.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.data.Mask;
import org.tofro.data.Progress;
import org.tofro.data.RunContext;
import org.tofro.data.WorkRules;

/** A step that has succeeded is shown once, though graphs behind it have it in them again for its files. */
class LiveFiguresTest {
    private static final Progress DONE = new Progress("extract", "succeeded", 100, 7, 1_000, 2_000);

    private static RunContext run(WorkRules rules) {
        return new RunContext(
                "p",
                "live-figures",
                1,
                Instant.EPOCH,
                Instant.EPOCH.plusSeconds(1),
                RunContext.OptionalLimit.NONE,
                false,
                Map.of(),
                rules);
    }

    @Test
    void inOneJvm() throws Exception {
        RunningSteps steps = RunningSteps.begin(run(WorkRules.NONE));
        try (RunningSteps.Work first = steps.start("extract")) {
            first.rows.add(100);
            first.phase("succeeded");
        }
        List<Progress> before = steps.progress();
        RunningSteps.Work again = steps.start("extract");

        assertThat(steps.progress()).isEqualTo(before);
        assertThat(before).extracting(Progress::rows).containsExactly(100L);
        again.phase("succeeded");
        again.close();
        assertThat(steps.progress()).isEqualTo(before);
        try (RunningSteps.Work failing = steps.start("extract")) {
            failing.phase("failed");
        }
        assertThat(steps.progress()).extracting(Progress::phase).containsExactly("failed");
    }

    @Test
    void aTryThatFailedGivesWayToTheNext() throws Exception {
        RunningSteps steps = RunningSteps.begin(run(WorkRules.NONE));
        try (RunningSteps.Work first = steps.start("extract")) {
            first.phase("failed");
        }
        RunningSteps.Work again = steps.start("extract");
        again.phase("reading");

        assertThat(steps.progress()).extracting(Progress::phase).containsExactly("reading");
        again.close();
    }

    /** Each graph has workers of its own on a cluster, and each of them its own notes. */
    @Test
    void onACluster(@TempDir Path folder) throws Exception {
        FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
        WorkNotes notes = Objects.requireNonNull(
                WorkNotes.of(run(new WorkRules(Map.of(), 4, folder.toUri().toString(), Mask.NONE))));
        Workers workers = new Workers(notes, System::nanoTime);
        notes.write("a1", note(1, DONE, new Progress("load", "failed", 0, 0, 2_000, 3_000)));
        Progress again = new Progress("extract", "starting", 0, 0, 9_000, 0);
        Progress load = new Progress("load", "loading", 5, 0, 9_100, 0);
        notes.write("b2", note(1, again, load));

        workers.look();
        assertThat(workers.progress()).containsExactly(DONE, load);
        notes.write("b2", note(2, new Progress("extract", "succeeded", 0, 0, 9_000, 9_050), load));
        workers.look();
        assertThat(workers.progress()).containsExactly(DONE, load);
        Progress lost = new Progress("extract", "failed", 0, 0, 9_000, 9_050);
        notes.write("b2", note(3, lost, load));
        workers.look();
        assertThat(workers.progress()).containsExactly(lost, load);
        assertThat(folder.resolve("runs/live-figures/launches/1/worker-b2.json"))
                .as("a state area that is a folder")
                .exists();
    }

    private static WorkerNote note(long at, Progress... steps) {
        return new WorkerNote(at, "a worker", List.of(), 0, List.of(steps));
    }
}
