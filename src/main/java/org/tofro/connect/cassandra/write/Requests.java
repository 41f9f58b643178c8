package org.tofro.connect.cassandra.write;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.session.CassandraException;

/** Requests of a writer on their way: each is made again until it is acknowledged, or ends the writer. */
final class Requests {
    /** Of a request at which a replica failed, which more patience does not help. */
    private static final int TRIES = 8;

    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final CqlSession session;
    private final WriteFailures failures;
    private final Duration patience;
    private final Consumer<String> warnings;
    private final Window window;
    private final AtomicReference<@Nullable CassandraException> failure = new AtomicReference<>();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private volatile boolean closed;

    Requests(CqlSession session, WriteFailures failures, WriteOptions options) {
        this.session = session;
        this.failures = failures;
        this.patience = options.patience();
        this.warnings = options.warnings();
        this.window = new Window(options.rowsInFlight(), System::nanoTime);
    }

    Window window() {
        return window;
    }

    long rows() {
        return rows.get();
    }

    long bytes() {
        return bytes.get();
    }

    /** How often a request was made again. */
    long repeated() {
        return repeated.get();
    }

    /** Sends it when there is room. */
    void send(Statement<?> statement, int count, long size) throws InterruptedException {
        if (window.enter(count, size)) {
            new Request(statement, count, size).send();
        }
        throwFailure();
    }

    void throwFailure() {
        CassandraException first = failure.get();
        if (first != null) {
            // A trace that shows the caller and not a thread of the driver.
            throw new CassandraException(String.valueOf(first.getMessage()), first.transientTrouble(), first);
        }
    }

    void drain() throws InterruptedException {
        window.drain();
        throwFailure();
    }

    void close() {
        closed = true;
        window.close();
    }

    /** One request, from its first try to its end. */
    private final class Request {
        private final Statement<?> statement;
        private final int count;
        private final long size;
        private final long begun = System.nanoTime();
        private long sent = begun;
        private int tries;

        Request(Statement<?> statement, int count, long size) {
            this.statement = statement;
            this.count = count;
            this.size = size;
        }

        void send() {
            sent = System.nanoTime();
            tries++;
            try {
                session.executeAsync(statement).whenComplete((answer, e) -> {
                    if (e == null) {
                        acknowledged();
                    } else {
                        failed(e);
                    }
                });
            } catch (RuntimeException e) {
                // The session was closed, or the driver cannot send it.
                end(failures.refused(e));
            }
        }

        private void acknowledged() {
            rows.addAndGet(count);
            bytes.addAndGet(size);
            window.leave(count, size, System.nanoTime() - sent);
        }

        private void failed(Throwable e) {
            if (closed) {
                return;
            }
            Duration since = Duration.ofNanos(System.nanoTime() - begun);
            if (!WriteFailures.mayBeChance(e)) {
                end(failures.refused(e));
            } else if (since.compareTo(patience) > 0) {
                end(failures.gaveUp(e, since, tries));
            } else if (!WriteFailures.mayPass(e) && tries >= TRIES) {
                end(failures.gaveUp(e, Duration.ZERO, tries));
            } else {
                again(e);
            }
        }

        private void again(Throwable e) {
            if (WriteFailures.isOverload(e)) {
                window.overloaded();
            }
            if (repeated.getAndIncrement() == 0) {
                warnings.accept(failures.refused(e).getMessage() + "; writing it again");
            }
            long most = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(tries, 10));
            long pause = ThreadLocalRandom.current().nextLong(most) + 1;
            CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS).execute(() -> {
                if (!closed) {
                    send();
                }
            });
        }

        private void end(CassandraException why) {
            failure.compareAndSet(null, why);
            close();
        }
    }
}
