package org.tofro.report;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.tofro.data.Progress;

/**
 * Shows how far a run has come: on a terminal one live line per step, redrawn; otherwise a line when a step starts and one
 * when it ends. Those lines go into the run's log in either case.
 */
public final class ProgressPrinter implements AutoCloseable {
    private final PrintStream out;
    private final boolean terminal;
    private final BiConsumer<String, String> log;
    private final Supplier<List<Progress>> source;
    private final Map<Attempt, Boolean> ended = new HashMap<>();
    private final Thread thread;
    private int drawn;
    private volatile boolean closing;

    /** A try of a step. */
    private record Attempt(String step, long startedAt) {}

    /**
     * @param terminal whether {@code out} is one
     * @param log takes a step and what there is to say of it
     * @param source the figures as of now
     */
    public ProgressPrinter(
            PrintStream out, boolean terminal, BiConsumer<String, String> log, Supplier<List<Progress>> source) {
        this.out = out;
        this.terminal = terminal;
        this.log = log;
        this.source = source;
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
        if (terminal) {
            redraw(all);
        }
        all.forEach(this::note);
    }

    private void redraw(List<Progress> all) {
        // A line that wrapped would take two rows of the screen, and going up again would miss: so it is cut at the
        // edge.
        StringBuilder text = new StringBuilder("\033[?7l");
        if (drawn > 0) {
            text.append("\033[").append(drawn).append('A');
        }
        for (Progress step : all) {
            text.append("\033[2K").append(line(step)).append('\n');
        }
        drawn = all.size();
        out.print(text.append("\033[?7h"));
        out.flush();
    }

    private void note(Progress step) {
        Attempt attempt = new Attempt(step.step(), step.startedAt());
        Boolean known = ended.get(attempt);
        if (known == null) {
            note(step.step(), "started");
        }
        boolean over = step.endedAt() != 0;
        if (over && !Boolean.TRUE.equals(known)) {
            note(step.step(), figures(step));
        }
        ended.put(attempt, over);
    }

    private void note(String step, String words) {
        log.accept(step, words);
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
