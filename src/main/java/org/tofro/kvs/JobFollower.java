package org.tofro.kvs;

import com.datastax.oss.driver.api.core.CqlSession;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.tofro.kvs.KvsReadException.Reason;

/**
 * Knows the jobs that are in use as they are now. One thread asks for all of them, and waits for no answer; what nobody has
 * used for a minute is forgotten, and read again when it is wanted.
 */
final class JobFollower implements AutoCloseable {
    private static final long TICK = Duration.ofMillis(100).toNanos();
    private static final long PERIOD = Duration.ofMillis(300).toNanos();
    private static final long LONGEST_PERIOD = Duration.ofSeconds(5).toNanos();
    private static final long UNUSED = Duration.ofMinutes(1).toNanos();

    private final CqlSession session;
    private final VersionsTable versions;
    private final Duration timeout;
    private final Map<JobName, Followed> jobs = new ConcurrentHashMap<>();
    private final Map<JobName, Polling> polling = new ConcurrentHashMap<>();
    private final AtomicLong tickets = new AtomicLong();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "tofro-kvs-versions");
        thread.setDaemon(true);
        return thread;
    });

    private final ScheduledFuture<?> looking;

    JobFollower(CqlSession session, VersionsTable versions, Duration timeout) {
        this.session = session;
        this.versions = versions;
        this.timeout = timeout;
        this.looking = clock.scheduleWithFixedDelay(this::lookAround, TICK, TICK, TimeUnit.NANOSECONDS);
    }

    private static final class Followed {
        private final Job job;
        private final long ticket;
        private volatile long used = System.nanoTime();

        Followed(Job job, long ticket) {
            this.job = job;
            this.ticket = ticket;
        }
    }

    /** When a job is asked for next; only the clock's thread and the answer to its last question write here. */
    private static final class Polling {
        private volatile boolean asked;
        private volatile long next;
        private volatile long period = PERIOD;
    }

    /** The job as it was less than a second ago, as long as Cassandra answers. */
    CompletionStage<Job> job(JobName name) {
        Followed followed = jobs.get(name);
        if (followed == null) {
            return lookAgain(name);
        }
        followed.used = System.nanoTime();
        return CompletableFuture.completedStage(followed.job);
    }

    /** The job as it is now. */
    CompletionStage<Job> lookAgain(JobName name) {
        return read(name)
                .thenApply(found -> found.orElseThrow(() -> new KvsReadException(
                        Reason.UNKNOWN_JOB,
                        "there is no job '" + name + "'; `tofro kvs versions` lists those there are")));
    }

    private CompletionStage<Optional<Job>> read(JobName name) {
        long ticket = tickets.incrementAndGet();
        return session.executeAsync(versions.reading(name).setTimeout(timeout)).thenApply(rows -> {
            // A job has a few versions, which one page holds.
            Optional<Job> found = VersionsTable.job(
                    name,
                    StreamSupport.stream(rows.currentPage().spliterator(), false)
                            .toList());
            jobs.compute(name, (key, known) -> newer(known, found.orElse(null), ticket));
            return found;
        });
    }

    /** Answers may overtake each other; what was asked later is right. */
    private static @Nullable Followed newer(@Nullable Followed known, @Nullable Job found, long ticket) {
        if (known != null && known.ticket > ticket) {
            return known;
        }
        if (found == null) {
            return null;
        }
        Followed followed = new Followed(found, ticket);
        if (known != null) {
            followed.used = known.used;
        }
        return followed;
    }

    private void lookAround() {
        long now = System.nanoTime();
        jobs.forEach((name, followed) -> {
            if (now - followed.used > UNUSED) {
                jobs.remove(name, followed);
            } else {
                poll(name, now);
            }
        });
        polling.keySet().retainAll(jobs.keySet());
    }

    private void poll(JobName name, long now) {
        Polling due = polling.computeIfAbsent(name, key -> new Polling());
        if (due.asked || now - due.next < 0) {
            return;
        }
        due.asked = true;
        CompletionStage<Optional<Job>> asked;
        try {
            asked = read(name);
        } catch (RuntimeException e) {
            // A session that is closed throws; the clock must go on for those that are not.
            asked = CompletableFuture.failedStage(e);
        }
        asked.whenComplete((job, e) -> {
            due.period = e == null ? PERIOD : Math.min(2 * due.period, LONGEST_PERIOD);
            due.next = System.nanoTime() + due.period;
            due.asked = false;
        });
    }

    @Override
    public void close() {
        looking.cancel(false);
        clock.shutdownNow();
        jobs.clear();
    }
}
