package org.tofro.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.data.HostName;
import org.tofro.data.Progress;
import org.tofro.data.RunContext;
import org.tofro.data.StepLine;
import org.tofro.data.WorkRules;

/** What workers say, and what there is to say of them, as a launcher in another JVM hears it by the state area. */
class WorkerLinesTest {
    private static final Instant AT = Instant.parse("2026-11-23T00:00:00Z");

    @TempDir
    private Path folder;

    private final AtomicLong seconds = new AtomicLong(1_000);

    @BeforeEach
    void open() {
        FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    }

    private RunContext run() {
        return new RunContext(
                "p",
                "p-1",
                7,
                AT,
                AT.plusSeconds(60),
                RunContext.OptionalLimit.NONE,
                false,
                Map.of(),
                new WorkRules(
                        Map.of(),
                        Integer.MAX_VALUE,
                        folder.toUri().toString(),
                        text -> text.replace("hunter22", "***")));
    }

    private Workers workers(WorkNotes notes) {
        return new Workers(notes, () -> TimeUnit.SECONDS.toNanos(seconds.get()));
    }

    private static WorkNotes notes(RunContext run) {
        return java.util.Objects.requireNonNull(WorkNotes.of(run));
    }

    private static WorkerNote note(long at, int process, Progress step) {
        return new WorkerNote(
                at,
                "process " + process + " on etl",
                step.endedAt() == 0 && !step.phase().equals("gone on") ? List.of(step.step()) : List.of(),
                0,
                List.of(step));
    }

    private static List<String> texts(List<StepLine> lines) {
        return lines.stream()
                .map(line -> line.step() + ": " + (line.warning() ? "WARN " : "") + line.text())
                .toList();
    }

    @Test
    @Timeout(60)
    void aLauncherHearsEachLineOnceAndWithoutSecrets() throws Exception {
        RunContext run = run();
        List<StepLine> heard = new ArrayList<>();
        try (DistantSteps distant = new DistantSteps(run)) {
            RunningSteps.Work work = RunningSteps.of(run).start("load");
            work.phase("copying");
            work.phase("copying");
            work.warn("no access by hunter22");
            while (heard.size() < 3) {
                Thread.sleep(50);
                heard.addAll(distant.said());
            }
            for (int i = 0; i < 250; i++) {
                work.info("batch " + i);
            }
            work.close();
            while (heard.stream().noneMatch(line -> line.text().equals("batch 249"))) {
                Thread.sleep(50);
                heard.addAll(distant.said());
            }
        }

        assertThat(texts(heard))
                .startsWith(
                        "load: in process " + ProcessHandle.current().pid() + " on " + HostName.ofThisHost(),
                        "load: copying",
                        "load: WARN no access by ***",
                        "load: ... 50 lines were not kept",
                        "load: batch 50",
                        "load: batch 51")
                .hasSize(4 + 200)
                .doesNotHaveDuplicates();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(file).content().doesNotContain("hunter22");
            }
        }
    }

    @Test
    void aWorkerThatFallsSilentIsNamedOnceAndWhatItHadInHandCountsNoMore() throws IOException {
        WorkNotes notes = notes(run());
        Workers workers = workers(notes);
        notes.write("a", note(1, 11, new Progress("load", "copying", 10, 0, 500, 0)));
        workers.look();
        seconds.addAndGet(7);
        workers.look();
        assertThat(workers.said()).isEmpty();

        seconds.addAndGet(2);
        workers.look();
        workers.look();
        assertThat(texts(workers.said()))
                .containsExactly("load: WARN nothing was heard of its worker for 9 s: process 11 on etl; where it is"
                        + " lost, Flink has another begin again what it had in hand");
        assertThat(workers.progress()).hasSize(1);

        seconds.addAndGet(15);
        workers.look();
        assertThat(workers.progress()).isEmpty();
    }

    @Test
    void aStepThatIsBegunAgainSaysWhichWorkerWasLost() throws IOException {
        WorkNotes notes = notes(run());
        Workers workers = workers(notes);
        notes.write("a", note(1, 11, new Progress("load", "copying", 10, 0, 500, 0)));
        notes.write("b", note(2, 12, new Progress("extract", "reading", 1, 0, 400, 0)));
        workers.look();
        notes.write("b", note(3, 12, new Progress("load", "copying", 3, 0, 900, 0)));

        workers.look();

        assertThat(texts(workers.said()))
                .containsExactly("load: WARN its worker was lost: process 11 on etl; another has begun it again");
        assertThat(workers.progress()).containsExactly(new Progress("load", "copying", 3, 0, 900, 0));
    }

    @Test
    void aWorkerThatHasDoneItsPartMayBeSilent() throws IOException {
        WorkNotes notes = notes(run());
        Workers workers = workers(notes);
        notes.write("a", note(1, 11, new Progress("load", "gone on", 10, 0, 500, 0)));
        workers.look();
        seconds.addAndGet(60);
        notes.write("b", note(2, 12, new Progress("load", "loading", 5, 0, 500, 0)));
        workers.look();

        assertThat(workers.said()).isEmpty();
        assertThat(workers.progress())
                .singleElement()
                .satisfies(step -> assertThat(step.rows()).isEqualTo(15));
    }
}
