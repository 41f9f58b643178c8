package org.tofro.report;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The log of one launch of a run while it is written: at most a megabyte of it, its beginning and its end. It goes to the
 * state area every ten seconds where there is something new, and when it is closed, so that a process that is killed leaves
 * most of it. Of a run that the state area does not know yet nothing is written.
 */
public final class RunLog implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RunLog.class.getName());
    private static final int HEAD_CHARS = 256 << 10;
    private static final int TAIL_CHARS = 768 << 10;
    private static final long FIRST_MILLIS = 2_000;
    private static final long PAUSE_MILLIS = 10_000;
    private static final long LAST_MILLIS = 5_000;

    private final Supplier<ReportStore> store;
    private final String run;
    private final String name = RunLogs.name(Instant.now());
    private final UnaryOperator<String> mask;
    private final LogText text = new LogText(HEAD_CHARS, TAIL_CHARS);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread writer;
    private long written;
    private volatile boolean known;
    private volatile @Nullable String trouble;

    /**
     * @param store the state area, asked for when it is written to
     * @param mask takes out of a text what nobody may see
     */
    public RunLog(Supplier<ReportStore> store, String run, UnaryOperator<String> mask) {
        this.store = store;
        this.run = run;
        this.mask = mask;
        this.writer = new Thread(this::writeNowAndThen, "run-log");
        writer.setDaemon(true);
        writer.start();
    }

    /** Adds a line of this moment. */
    public void add(LogLine.Level level, @Nullable String step, String words) {
        add(new LogLine(Instant.now(), level, step, words));
    }

    /** Adds a line; an empty one is passed over. */
    public void add(LogLine line) {
        if (!line.text().isBlank()) {
            text.add(new LogLine(line.at(), line.level(), line.step(), mask.apply(line.text())));
        }
    }

    private void writeNowAndThen() {
        long pause = FIRST_MILLIS;
        while (!closedWithin(pause)) {
            write();
            pause = PAUSE_MILLIS;
        }
        write();
    }

    private boolean closedWithin(long millis) {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException nobody) {
            return true;
        }
    }

    private void write() {
        long now = text.added();
        if (now == written) {
            return;
        }
        trouble = null;
        try {
            known = known || store.get().readRequest(run).isPresent();
            if (known) {
                new RunLogs(store.get()).write(run, name, text.text());
                written = now;
            }
        } catch (IOException | RuntimeException e) {
            // Also a state area that cannot be set up, which ends the launch and is said there.
            trouble = String.valueOf(e.getMessage());
        }
    }

    /** Writes what is left, for some seconds at most; what is added later is lost. A log that cannot be kept fails no run. */
    @Override
    public void close() {
        if (closed.getCount() == 0) {
            return;
        }
        closed.countDown();
        boolean interrupted = Thread.interrupted();
        try {
            writer.join(LAST_MILLIS);
        } catch (InterruptedException again) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (known && (writer.isAlive() || trouble != null)) {
            LOG.warning("the log of run " + run + " could not be kept"
                    + (trouble == null ? " in " + LAST_MILLIS / 1000 + " s" : ": " + trouble));
        }
    }
}
