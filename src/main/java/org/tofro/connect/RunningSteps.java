package org.tofro.connect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Durations;
import org.tofro.data.Outcome;
import org.tofro.data.Progress;
import org.tofro.data.RunContext;
import org.tofro.data.StepLine;
import org.tofro.data.WorkRules;

/**
 * The steps at work in this JVM: the live figures that a terminal shows, and what has to be closed when a run is
 * cancelled. It is static because Beam's workers share nothing else with the launcher, and because neither the direct
 * runner nor Flink interrupts a thread that waits in a JDBC driver.
 */
public final class RunningSteps {
    private static final ConcurrentHashMap<String, RunningSteps> RUNS = new ConcurrentHashMap<>();
    private static final Logger LOG = Logger.getLogger(RunningSteps.class.getName());
    private static final String CANCELLED = "cancelled";

    private final ConcurrentHashMap<String, Work> works = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Progress> succeeded = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Object> sharing = new ConcurrentHashMap<>();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final StepLines lines = new StepLines();
    private final NewLines heard = new NewLines();
    private final Set<String> placed = ConcurrentHashMap.newKeySet();
    private final Semaphore places;
    private final Map<String, Duration> timeouts;
    private final boolean apart;
    private @Nullable WorkerLink link;
    private long told;

    /** @param rules whose timeouts cancel what has not ended then, and whose places a step waits for */
    private RunningSteps(WorkRules rules, boolean apart) {
        this.apart = apart;
        places = new Semaphore(rules.parallelSteps());
        timeouts = rules.timeouts();
    }

    /** The steps of that run, in this JVM. Where the launcher is in another, it is told how far they are. */
    public static RunningSteps of(RunContext run) {
        return RUNS.computeIfAbsent(key(run), id -> new RunningSteps(run.rules(), false).linkedBy(run));
    }

    /** A new register for the steps of a launch of that run, in place of that of an earlier launch in this JVM. */
    public static RunningSteps begin(RunContext run) {
        RunningSteps begun = new RunningSteps(run.rules(), false);
        RUNS.put(key(run), begun);
        return begun;
    }

    private static String key(RunContext run) {
        // Workers of a cluster live on from one launch to the next, and hear nothing of a new one.
        return run.rules().area() == null ? run.run() : run.run() + "/" + run.token();
    }

    /** A register of its own for work that belongs to no run's steps and is not cancelled with them. */
    public static RunningSteps apart() {
        return apart(WorkRules.NONE);
    }

    /** The same, with what is laid down for that work. */
    public static RunningSteps apart(WorkRules rules) {
        return new RunningSteps(rules, true);
    }

    private RunningSteps linkedBy(RunContext run) {
        WorkNotes notes = WorkNotes.of(run);
        if (notes != null) {
            link = new WorkerLink(notes, this, lines, run.rules().mask());
        }
        return this;
    }

    /** Registers a step as started, waiting for a place where too many are at work; its end is {@link Work#close}. */
    public Work start(String step) throws InterruptedException {
        return start(step, System.currentTimeMillis());
    }

    private Work start(String step, long since) throws InterruptedException {
        places.acquire();
        Work work = new Work(step, this, since);
        works.put(step, work);
        place(step);
        if (link != null) {
            link.began();
        }
        if (cancelled.get()) {
            work.cancel(CANCELLED);
        }
        Duration longest = timeouts.get(step);
        if (longest != null) {
            work.endAfter(longest);
        }
        return work;
    }

    private void place(String step) {
        int attempt = Subtask.current().map(Subtask::attempt).orElse(1);
        String again = attempt == 1 ? "" : "attempt " + attempt + " of Flink's";
        String words = link == null ? again : "in " + link.where() + (again.isEmpty() ? "" : ", " + again);
        // A step may have hundreds of parts here.
        if (!words.isEmpty() && placed.add(step + ": " + words)) {
            lines.add(step, false, words);
        }
    }

    /**
     * Registers a part of a step whose beginning has {@link Work#goOn gone on} to it: the parts that are at work at the same
     * time in this JVM are one {@link Work}, which ends when the last of them closes it.
     *
     * @param since when the step started, in epoch milliseconds
     */
    public Work share(String step, long since) throws InterruptedException {
        synchronized (sharing.computeIfAbsent(step, name -> new Object())) {
            Work present = works.get(step);
            return present != null && present.join() ? present : start(step, since);
        }
    }

    /** Closes what every step at work has registered, now and from now on. */
    public void cancel() {
        cancelled.set(true);
        works.values().forEach(work -> work.cancel(CANCELLED));
    }

    public boolean isCancelled() {
        return cancelled.get();
    }

    /** The figures of every step that has started, as of now. */
    public List<Progress> progress() {
        return works.values().stream()
                .map(work -> shown(work.progress()))
                .sorted(Comparator.comparingLong(Progress::startedAt))
                .toList();
    }

    private Progress shown(Progress now) {
        Progress before = succeeded.get(now.step());
        return before == null ? now : Progress.shown(before, now);
    }

    private void ended(Progress end) {
        if (end.hasSucceeded()) {
            succeeded.putIfAbsent(end.step(), end);
        }
    }

    /** What the steps have said since this was asked for last. */
    public synchronized List<StepLine> said() {
        long now = lines.added();
        if (now == told) {
            return List.of();
        }
        told = now;
        return heard.of(lines.kept());
    }

    /** The steps that are at work. */
    List<String> open() {
        return works.values().stream()
                .filter(work -> !work.over)
                .map(work -> work.step)
                .sorted()
                .toList();
    }

    private void say(String step, boolean warning, String words) {
        if (!apart) {
            lines.add(step, warning, words);
        } else if (warning) {
            LOG.warning(step + ": " + words);
        }
    }

    /** One step at work. */
    public static final class Work implements StepLog, AutoCloseable {
        public final LongAdder rows = new LongAdder();
        private final String step;
        private final RunningSteps register;
        private final long startedAt;
        private final List<Runnable> onCancel = new ArrayList<>();
        private @Nullable String cancelledBecause;
        private int parts = 1;
        private volatile boolean over;
        private volatile boolean goesOn;
        private volatile long endedAt;
        private volatile String phase = "starting";
        private volatile LongSupplier watchedRows = () -> 0;
        private volatile LongSupplier watchedBytes = () -> 0;

        private Work(String step, RunningSteps register, long startedAt) {
            this.step = step;
            this.register = register;
            this.startedAt = startedAt;
        }

        /** One more part of it; false where it has ended. */
        private boolean join() {
            synchronized (onCancel) {
                if (!over) {
                    parts++;
                }
                return !over;
            }
        }

        /** What is behind it, here or on another worker, goes on with the step: closing it does not end the step. */
        public void goOn() {
            goesOn = true;
        }

        public long startedAt() {
            return startedAt;
        }

        /** Adds counters that another part of the step keeps to the live figures. */
        public void watch(LongSupplier moreRows, LongSupplier moreBytes) {
            watchedRows = moreRows;
            watchedBytes = moreBytes;
        }

        /** Rows moved so far. */
        public long rowsSoFar() {
            return rows.sum() + watchedRows.getAsLong();
        }

        /** Bytes staged so far. */
        public long bytesSoFar() {
            return watchedBytes.getAsLong();
        }

        @Override
        public void phase(String now) {
            if (!goesOn && !now.equals(phase)) {
                phase = now;
                register.say(step, false, now);
            }
        }

        @Override
        public void info(String words) {
            register.say(step, false, words);
        }

        @Override
        public void warn(String words) {
            register.say(step, true, words);
        }

        /** How it has ended: the live line shows it, and the log has that from its outcome. */
        void phase(Outcome.Status ended) {
            if (!goesOn) {
                phase = ended.word();
            }
        }

        /** Has the action run when the step is cancelled, by itself or with its run; at once if it is already. */
        public void onCancel(Runnable action) {
            synchronized (onCancel) {
                onCancel.add(action);
            }
            if (isCancelled()) {
                action.run();
            }
        }

        public boolean isCancelled() {
            return cancelReason() != null;
        }

        /** Why the step was cancelled; null where it was not. */
        public @Nullable String cancelReason() {
            synchronized (onCancel) {
                return cancelledBecause;
            }
        }

        /** Closes what this step has registered, now and from now on, and leaves all others alone; the first reason stands. */
        public void cancel(String because) {
            List<Runnable> actions;
            synchronized (onCancel) {
                if (cancelledBecause == null) {
                    cancelledBecause = because;
                }
                actions = List.copyOf(onCancel);
                onCancel.notifyAll();
            }
            actions.forEach(Runnable::run);
        }

        /** Waits for that long, or until the step is cancelled. */
        public void pause(long millis) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            synchronized (onCancel) {
                for (long left = end - System.nanoTime();
                        left > 0 && cancelledBecause == null && !over;
                        left = end - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.timedWait(onCancel, left);
                }
            }
        }

        private void endAfter(Duration longest) {
            Thread timer = new Thread(
                    () -> {
                        try {
                            pause(longest.toMillis() - (System.currentTimeMillis() - startedAt));
                            if (!over) {
                                cancel("took longer than " + Durations.words(longest) + " (timeout)");
                            }
                        } catch (InterruptedException e) {
                            // Nobody interrupts it; the step then goes on without a limit.
                        }
                    },
                    "timeout of " + step);
            timer.setDaemon(true);
            timer.start();
        }

        private Progress progress() {
            return new Progress(step, phase, rowsSoFar(), bytesSoFar(), startedAt, endedAt);
        }

        @Override
        public void close() {
            synchronized (onCancel) {
                if (over || --parts > 0) {
                    return;
                }
                over = true;
                endedAt = goesOn ? 0 : System.currentTimeMillis();
                onCancel.notifyAll();
            }
            register.ended(progress());
            register.places.release();
            if (register.link != null) {
                register.link.ended();
            }
        }
    }
}
