package org.tofro.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Durations;
import org.tofro.pipeline.RunDeadline;
import org.tofro.settings.Settings;

/**
 * The places for runs on this host, or for those that it has submitted: so many are at work at a time, and others wait for
 * a place in the order in which they came. A place, and a turn in the queue, is the lock of a file, which dies with its
 * process.
 *
 * <pre>
 *   place-0, place-1, ...    one for each run that may be at work
 *   queue/0000000012         one for each launch that waits, by its turn
 *   queue.lock               held while a turn is given out
 * </pre>
 */
public final class HostPlaces implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(300);

    /**
     * Files whose locks launches of this JVM hold. It is static because their locks are the JVM's, which loses them when it
     * closes any channel of the file: such a file must not be opened.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final int most;
    private final Duration patience;
    private final String where;
    private final Consumer<String> say;
    private @Nullable Held place;

    private HostPlaces(Path folder, int most, Duration patience, String where, Consumer<String> say) {
        this.folder = folder;
        this.most = most;
        this.patience = patience;
        this.where = where;
        this.say = say;
    }

    /**
     * The places of this user's runs.
     *
     * @param limits how many there are, and how long a launch waits for one
     * @param say takes a line where it has to wait
     */
    public static HostPlaces of(Settings.Limits limits, Consumer<String> say) {
        return in(folder("tofro-places-"), limits, say);
    }

    /** The places of the runs that this user has submitted from this host, which are counted apart: they work elsewhere. */
    public static HostPlaces ofSubmitted(Settings.Limits limits, Consumer<String> say) {
        return in(folder("tofro-submitted-"), limits, "at work on clusters that this host follows", say);
    }

    private static Path folder(String name) {
        return Path.of(System.getProperty("java.io.tmpdir"), name + System.getProperty("user.name"));
    }

    static HostPlaces in(Path folder, Settings.Limits limits, Consumer<String> say) {
        return in(folder, limits, "at work on this host", say);
    }

    private static HostPlaces in(Path folder, Settings.Limits limits, String where, Consumer<String> say) {
        return new HostPlaces(folder, limits.maxRuns(), Duration.ofSeconds(limits.runWaitSeconds()), where, say);
    }

    /** Any number of places, for what is not at work on this host. */
    public static HostPlaces any() {
        return new HostPlaces(Path.of(""), 0, Duration.ZERO, "", line -> {});
    }

    /** A locked file. */
    private record Held(Path file, FileChannel channel, FileLock lock) implements AutoCloseable {
        @Override
        public void close() {
            try {
                lock.release();
                channel.close();
            } catch (IOException e) {
                // The process's end gives it back at the latest.
            } finally {
                HELD.remove(file);
            }
        }
    }

    /**
     * Takes a place, unless one is held already or there is no limit; without one where the work is to end.
     *
     * @throws BusyException where none has become free in time
     */
    public void take(EarlyEnd end) throws BusyException, InterruptedException {
        if (!obtain(end, patience)) {
            throw new BusyException(
                    runs() + ", no more may be by max_runs of the runner file, and none of them has ended within "
                            + Durations.words(patience) + " (run_wait_seconds); nothing was started");
        }
    }

    /**
     * The same before a launch begins that has a deadline: without a place where that comes first, which the launch then
     * finds out.
     *
     * @param rule null for a deadline that never comes
     * @param askedAt since when somebody wants the launch
     */
    public void take(@Nullable RunDeadline rule, Instant askedAt) throws BusyException, InterruptedException {
        EarlyEnd end = new EarlyEnd();
        try (Deadline deadline = Deadline.of(rule, askedAt, Duration.ZERO, end::because)) {
            take(end);
        }
    }

    /** Whether a place is held, or none is needed. */
    synchronized boolean isHeld() {
        return most == 0 || place != null;
    }

    /** Takes a place again, however long that lasts; without one where the work is to end. */
    void takeAgain(EarlyEnd end) throws InterruptedException {
        obtain(end, null);
    }

    private String runs() {
        return most + (most == 1 ? " run is " : " runs are ") + where;
    }

    /** Gives the place back, if one is held. */
    public synchronized void giveBack() {
        if (place != null) {
            place.close();
            place = null;
        }
    }

    @Override
    public void close() {
        giveBack();
    }

    private synchronized boolean obtain(EarlyEnd end, @Nullable Duration longest) throws InterruptedException {
        if (most == 0 || place != null) {
            return true;
        }
        try {
            Files.createDirectories(folder.resolve("queue"));
            Held turn = turn();
            try {
                return queue(turn.file(), end, longest);
            } finally {
                Files.deleteIfExists(turn.file());
                turn.close();
            }
        } catch (IOException e) {
            // A disk that is full keeps no run from being done; the next one finds out more about it.
            say.accept("cannot keep to max_runs, because files in " + folder + " cannot be locked: " + e.getMessage());
            return true;
        }
    }

    private boolean queue(Path turn, EarlyEnd end, @Nullable Duration longest)
            throws IOException, InterruptedException {
        long startedAt = System.nanoTime();
        boolean said = false;
        while (true) {
            if (isFirst(turn)) {
                for (int number = 0; number < most && place == null; number++) {
                    place = tryLock(folder.resolve("place-" + number));
                }
            }
            Duration waited = Duration.ofNanos(System.nanoTime() - startedAt);
            if (place != null) {
                if (said) {
                    say.accept("has a place for runs on this host after " + Durations.words(waited));
                }
                return true;
            }
            if (!said) {
                int before = before(turn).size();
                say.accept("waiting for a place: " + runs() + " (max_runs)"
                        + (before == 0 ? "" : ", and " + before + " wait before"));
                said = true;
            }
            if (longest != null && waited.compareTo(longest) >= 0) {
                return false;
            }
            if (!end.pause(LOOK)) {
                return true;
            }
        }
    }

    /** A turn behind all others; the lock makes numbers unique, and no turn is seen before it is locked. */
    private Held turn() throws IOException {
        synchronized (HELD) {
            return turnOfProcess();
        }
    }

    private Held turnOfProcess() throws IOException {
        try (FileChannel channel = open(folder.resolve("queue.lock"));
                FileLock lock = channel.lock()) {
            long last = turns().stream()
                    .mapToLong(turn -> Long.parseLong(turn.getFileName().toString()))
                    .max()
                    .orElse(0);
            Path file = folder.resolve("queue").resolve("%010d".formatted(last + 1));
            Held turn = tryLock(file);
            if (turn == null || !lock.isValid()) {
                throw new IOException(file + " is locked");
            }
            return turn;
        }
    }

    /** Whether no process that lives has an earlier turn; the turns of others are removed. */
    private boolean isFirst(Path turn) throws IOException {
        List<Path> before = before(turn);
        for (int i = before.size() - 1; i >= 0; i--) {
            // Mostly the one just before lives, and no more need be asked.
            if (isHeld(before.get(i))) {
                return false;
            }
            Files.deleteIfExists(before.get(i));
        }
        return true;
    }

    private List<Path> before(Path turn) throws IOException {
        return turns().stream().filter(other -> other.compareTo(turn) < 0).toList();
    }

    private List<Path> turns() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("queue"))) {
            return new ArrayList<>(
                    files.filter(file -> file.getFileName().toString().matches("[0-9]{10,18}"))
                            .sorted()
                            .toList());
        }
    }

    private static boolean isHeld(Path turn) throws IOException {
        if (HELD.contains(turn)) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(turn, StandardOpenOption.WRITE)) {
            @Nullable FileLock lock = channel.tryLock();
            return lock == null;
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private static @Nullable Held tryLock(Path file) throws IOException {
        if (!HELD.add(file)) {
            return null;
        }
        Held held = null;
        try {
            FileChannel channel = open(file);
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
            } else {
                held = new Held(file, channel, lock);
            }
        } finally {
            if (held == null) {
                HELD.remove(file);
            }
        }
        return held;
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
