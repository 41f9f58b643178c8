package org.tofro.notify;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.tofro.run.EarlyEnd;

/** How long telling somebody may take, which becomes less when the process is to end. It begins when it is made. */
final class TimeLimit {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final Duration LOOK = Duration.ofMillis(50);

    /** Once the process is to end, there is no more time than this. */
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(3);

    private final long startedAt = System.nanoTime();
    private final EarlyEnd leaving;
    private Duration length = PATIENCE;
    private boolean shortened;

    TimeLimit(EarlyEnd leaving) {
        this.leaving = leaving;
    }

    boolean isReached() {
        Duration passed = Duration.ofNanos(System.nanoTime() - startedAt);
        if (!shortened && leaving.reason() != null) {
            shortened = true;
            length = passed.plus(LAST_PATIENCE).compareTo(PATIENCE) < 0 ? passed.plus(LAST_PATIENCE) : PATIENCE;
        }
        return passed.compareTo(length) > 0;
    }

    long seconds() {
        return length.toSeconds();
    }

    /** Waits for an answer; throws where it does not come in time, and what the work throws as it is. */
    <T> T await(Future<T> answer) throws NotToldException, ExecutionException, InterruptedException {
        while (!isReached()) {
            try {
                return answer.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Not yet.
            }
        }
        answer.cancel(true);
        throw new NotToldException("the server did not answer within " + seconds() + " s");
    }

    /** Does some work on a thread of its own, which nobody waits for when the time is over. */
    <T> T call(Callable<T> work) throws NotToldException, ExecutionException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "notify");
        thread.setDaemon(true);
        thread.start();
        return await(task);
    }
}
