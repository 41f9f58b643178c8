package org.tofro.report;

import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.tofro.data.Progress;
import org.tofro.data.StepLine;

/**
 * Shows how far a run has come: on a terminal one live line per step, redrawn; otherwise a line when a step starts and one
 * when it ends. Those lines go into the run's log in either case.
 */
public final class ProgressPrinter implements AutoCloseable {
    private final PrintStream out;
    private final boolean terminal;
    private final Consumer<LogLine> log;
    private final Supplier<List<Progress>> source;
    private final Supplier<List<StepLine>> said;
    private final Map<Progress.Try, Boolean> ended = new HashMap<>();
    private final Thread thread;
    private int drawn;
    private volatile boolean closing;

    /**
     * @param terminal whether {@code out} is one
     * @param log takes what there is to say of a step
     * @param source the figures as of now
     * @param said what steps have said since that was asked for last; warnings are shown as well
     */
    public ProgressPrinter(
            PrintStream out,
            boolean terminal,
            Consumer<LogLine> log,
            Supplier<List<Progress>> source,
            Supplier<List<StepLine>> said) {
        this.out = out;
        this.terminal = terminal;
        this.log = log;
        this.source = source;
        this.said = said;
        this.thread = new Thread(this::loop, "progress");
        thread.setDaemon(true);
        thread.start();
    }

    private void loop() {
        while (!closing) {
            print();
            try {
                Thread.sleep(terminal ? 200 : 100);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized void print() {
        List<Progress> all = source.get();
        // Asked for after the figures: a step that has ended in these says no more.
        List<StepLine> lines = said.get();
        if (terminal) {
            redraw(all, lines);
        }
        events(all, lines).forEach(event -> event.note().run());
    }

    /** Something that has happened since the look before. */
    private record Event(long at, Runnable note) {}

    /** In the order of time; what shares a millisecond, step by step. */
    private List<Event> events(List<Progress> all, List<StepLine> lines) {
        List<Event> events = new ArrayList<>();
        Map<String, List<StepLine>> left = new LinkedHashMap<>();
        lines.forEach(line ->
                left.computeIfAbsent(line.step(), step -> new ArrayList<>()).add(line));
        for (Progress step : all) {
            boolean over = step.endedAt() != 0;
            Boolean known = ended.put(step.ofTry(), over);
            if (known == null) {
                events.add(new Event(step.startedAt(), () -> note(step.startedAt(), step.step(), "started")));
            }
            List<StepLine> said = left.remove(step.step());
            if (said != null) {
                said.forEach(line -> events.add(new Event(line.at(), () -> note(line))));
            }
            if (over && !Boolean.TRUE.equals(known)) {
                events.add(new Event(step.endedAt(), () -> note(step.endedAt(), step.step(), figures(step))));
            }
        }
        left.values().forEach(said -> said.forEach(line -> events.add(new Event(line.at(), () -> note(line)))));
        events.sort(Comparator.comparingLong(Event::at));
        return events;
    }

    private void redraw(List<Progress> all, List<StepLine> lines) {
        // A line that wrapped would take two rows of the screen, and going up again would miss: so it is cut at the
        // edge.
        StringBuilder text = new StringBuilder("\033[?7l");
        if (drawn > 0) {
            text.append("\033[").append(drawn).append('A');
        }
        lines.stream()
                .filter(StepLine::warning)
                .forEach(line -> text.append("\033[2K\033[?7h")
                        .append(line.step())
                        .append(": ")
                        .append(line.text())
                        .append("\033[K\n\033[?7l"));
        for (Progress step : all) {
            text.append("\033[2K").append(line(step)).append('\n');
        }
        drawn = all.size();
        out.print(text.append("\033[?7h"));
        out.flush();
    }

    private void note(StepLine line) {
        LogLine.Level level = line.warning() ? LogLine.Level.WARN : LogLine.Level.INFO;
        log.accept(new LogLine(Instant.ofEpochMilli(line.at()), level, line.step(), line.text()));
        if (line.warning() && !terminal) {
            out.println(line.step() + ": " + line.text());
        }
    }

    private void note(long at, String step, String words) {
        log.accept(new LogLine(Instant.ofEpochMilli(at), LogLine.Level.INFO, step, words));
        if (!terminal) {
            out.println(step + ": " + words);
        }
    }

    static String line(Progress step) {
        return step.step() + ": " + figures(step);
    }

    private static String figures(Progress step) {
        long until = step.endedAt() == 0 ? System.currentTimeMillis() : step.endedAt();
        double seconds = Math.max(0.001, (until - step.startedAt()) / 1000.0);
        return String.format(
                Locale.ROOT,
                "%s, %,d rows, %,d rows/s%s, %.1f s",
                step.phase(),
                step.rows(),
                Math.round(step.rows() / seconds),
                step.bytes() == 0 ? "" : ", " + ReportTable.bytes(step.bytes()),
                seconds);
    }

    /** Shows the last state and stops: what is printed after it stays as it is. */
    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.interrupt();
        thread.join();
        print();
    }
}
