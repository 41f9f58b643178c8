package org.tofro.connect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.tofro.data.Progress;
import org.tofro.data.StepLine;

/** The workers of a launch, as its launcher knows them by their notes: how far they are, what they say, and who is lost. */
final class Workers {
    /** A worker with work in hand notes something every other second. */
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(8);

    /** What one had in hand that is silent for so long does not count any more. */
    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final WorkNotes notes;
    private final LongSupplier nanoTime;
    private final Map<String, Worker> workers = new HashMap<>();
    private final Queue<StepLine> said = new ConcurrentLinkedQueue<>();
    private volatile List<Progress> progress = List.of();

    Workers(WorkNotes notes, LongSupplier nanoTime) {
        this.notes = notes;
        this.nanoTime = nanoTime;
    }

    /** How far each step was at the last look, each once, though several workers may have a part in one. */
    List<Progress> progress() {
        return progress;
    }

    /** What was said and was not given by this before. */
    List<StepLine> said() {
        List<StepLine> lines = new ArrayList<>();
        for (StepLine line = said.poll(); line != null; line = said.poll()) {
            lines.add(line);
        }
        return lines;
    }

    synchronized void look() throws IOException {
        for (Map.Entry<String, WorkerNote> each : notes.read().entrySet()) {
            workers.computeIfAbsent(each.getKey(), id -> new Worker(id, each.getValue()))
                    .noted(each.getValue());
        }
        List<StepLine> lines = new ArrayList<>();
        for (Worker worker : workers.values()) {
            lines.addAll(worker.newLines());
            lines.addAll(worker.losses());
        }
        lines.sort(Comparator.comparingLong(StepLine::at));
        said.addAll(lines);
        Map<String, Progress> steps = new LinkedHashMap<>();
        for (Worker worker : workers.values()) {
            for (Progress step : worker.note.steps()) {
                if (!worker.isLost(step)) {
                    steps.merge(step.step(), step, Workers::together);
                }
            }
        }
        progress = steps.values().stream()
                .sorted(Comparator.comparingLong(Progress::startedAt))
                .toList();
    }

    /** The parts of one try count together. */
    private static Progress together(Progress a, Progress b) {
        if (a.startedAt() != b.startedAt()) {
            return a.startedAt() > b.startedAt() ? Progress.shown(b, a) : Progress.shown(a, b);
        }
        Progress last = a.endedAt() >= b.endedAt() ? a : b;
        return new Progress(
                a.step(), last.phase(), a.rows() + b.rows(), a.bytes() + b.bytes(), a.startedAt(), last.endedAt());
    }

    /** One of them. */
    private final class Worker {
        private final String id;
        private final NewLines heard = new NewLines();
        private final Set<Progress.Try> lost = new HashSet<>();
        private WorkerNote note;
        private long notedAt = nanoTime.getAsLong();
        private long linesRead;

        Worker(String id, WorkerNote note) {
            this.id = id;
            this.note = note;
        }

        void noted(WorkerNote now) {
            if (now.at() != note.at()) {
                note = now;
                notedAt = nanoTime.getAsLong();
            }
        }

        List<StepLine> newLines() throws IOException {
            if (note.lines() == linesRead) {
                return List.of();
            }
            List<StepLine> lines = heard.of(notes.readLines(id));
            linesRead = note.lines();
            return lines;
        }

        private boolean isLost(Progress step) {
            return silentFor() > LOST_NANOS && note.open().contains(step.step());
        }

        private long silentFor() {
            return nanoTime.getAsLong() - notedAt;
        }

        /** A line for each step that it had in hand when it was lost, once. */
        List<StepLine> losses() {
            List<StepLine> lines = new ArrayList<>();
            for (Progress step : note.steps()) {
                boolean again = isBegunAgain(step);
                if (note.open().contains(step.step())
                        && (again || silentFor() > SILENT_NANOS)
                        && lost.add(step.ofTry())) {
                    lines.add(new StepLine(step.step(), 0, System.currentTimeMillis(), true, words(again)));
                }
            }
            return lines;
        }

        private boolean isBegunAgain(Progress step) {
            return workers.values().stream()
                    .flatMap(worker -> worker.note.steps().stream())
                    .anyMatch(other -> other.step().equals(step.step()) && other.startedAt() > step.startedAt());
        }

        private String words(boolean again) {
            return again
                    ? "its worker was lost: " + note.where() + "; another has begun it again"
                    : "nothing was heard of its worker for " + TimeUnit.NANOSECONDS.toSeconds(silentFor()) + " s: "
                            + note.where() + "; where it is lost, Flink has another begin again what it had in hand";
        }
    }
}
