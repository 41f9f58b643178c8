package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.settings.SecretException;

/**
 * Opens the first session of a go at an extract: soon or not at all at the start, where the address may be wrong;
 * patiently after a loss, because the server was there and will come back. Both end at once when the server refuses, or
 * when the extract is cancelled.
 */
final class Connecting {
    /** For a reboot or a failover, which takes RDS one or two minutes. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    static final Duration LOGIN_AT_THE_START = Duration.ofSeconds(15);
    /** A server that was there may be frozen for a while, and goes on. */
    static final Duration LOGIN = Duration.ofSeconds(60);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    private final ExtractRequest request;
    private final ExtractProgress progress;
    private final Cancellation cancellation;
    private final Duration patience;

    Connecting(ExtractRequest request, ExtractProgress progress, Cancellation cancellation, Duration patience) {
        this.request = request;
        this.progress = progress;
        this.cancellation = cancellation;
        this.patience = patience;
    }

    /** Connects at the start of the extract; tries twice. */
    SourceSession first() throws InterruptedException {
        try {
            return open(LOGIN_AT_THE_START);
        } catch (ExtractException e) {
            if (!e.transientTrouble()) {
                throw e;
            }
            progress.info(e.getMessage() + "; connecting once more");
            pause(FIRST_PAUSE);
            return open(LOGIN_AT_THE_START);
        }
    }

    /** Connects after a loss, and notes it. */
    SourceSession again(ExtractException loss) throws InterruptedException {
        long lostAt = System.nanoTime();
        progress.startAgain();
        boolean away = false;
        for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
            pause(pause);
            try {
                SourceSession session = open(LOGIN);
                progress.note("started again as a whole, because " + loss.getMessage()
                        + (away
                                ? "; the server was back after %d s"
                                        .formatted(since(lostAt).toSeconds())
                                : ""));
                return session;
            } catch (ExtractException e) {
                if (!e.transientTrouble()) {
                    throw e;
                }
                if (!away) {
                    progress.warn(
                            loss.getMessage() + "; waiting up to " + patience.toSeconds() + " s for it to come back");
                }
                away = true;
                if (since(lostAt).compareTo(patience) > 0) {
                    throw new ExtractException(
                            "%s; it was lost in the middle of the extract and did not come back within %d s. `resume` goes on when it is back"
                                    .formatted(e.getMessage(), patience.toSeconds()),
                            true,
                            e);
                }
            }
        }
    }

    private static Duration longer(Duration pause) {
        Duration longer = pause.multipliedBy(3).dividedBy(2);
        return longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Up to twice as long as asked for, so that extracts that were lost together do not come back together. */
    private void pause(Duration least) throws InterruptedException {
        progress.phase("waiting for connection '" + request.server().name() + "'");
        cancellation.pause(least.plusMillis(ThreadLocalRandom.current().nextLong(least.toMillis())));
        if (cancellation.isCancelled()) {
            throw Extract.cancelled(request);
        }
    }

    /** In a thread of its own, because neither the driver nor the system can be told to give a connection up. */
    private SourceSession open(Duration login) throws InterruptedException {
        CompletableFuture<SourceSession> opened = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> open(login, opened), "tofro-connect-" + request.path().step());
        thread.setDaemon(true);
        thread.start();
        Runnable giveUp = () -> opened.cancel(false);
        cancellation.onCancel(giveUp);
        try {
            return opened.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw request.server().translate(request, sql);
            }
            if (e.getCause() instanceof SecretException secret) {
                throw new ExtractException(
                        "connection '" + request.server().name() + "': " + secret.getMessage(),
                        secret.transientTrouble(),
                        secret);
            }
            throw new IllegalStateException("cannot connect", e.getCause());
        } catch (CancellationException e) {
            throw Extract.cancelled(request);
        } finally {
            opened.cancel(false);
            cancellation.forget(giveUp);
        }
    }

    private void open(Duration login, CompletableFuture<SourceSession> opened) {
        try {
            SourceSession session = request.server().open(request, login);
            if (!opened.complete(session)) {
                session.close();
            }
        } catch (Throwable e) {
            opened.completeExceptionally(e);
        }
    }
}
