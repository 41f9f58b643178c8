package org.tofro.connect.cassandra.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WindowTest {
    private static final long MILLI = 1_000_000;

    private long now;

    /** A tenth of a second of ten requests that nearly fill the window, with one more that waits for room. */
    private void epoch(Window window, long millis) throws Exception {
        int requests = 10;
        int rows = window.size() / requests;
        int all = window.size();
        for (int i = 0; i < requests; i++) {
            window.enter(rows, 1000);
        }
        CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(() -> {
            try {
                return window.enter(all, 1000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (!window.isAwaited()) {
            Thread.sleep(1);
        }
        for (int i = 0; i < requests; i++) {
            now += 100 * MILLI / requests + 1;
            window.leave(rows, 1000, millis * MILLI);
        }
        assertThat(next.get(5, TimeUnit.SECONDS)).isTrue();
        window.leave(all, 1000, millis * MILLI);
    }

    @Test
    void itGrowsByStepsWhileAnswersAreQuickUpToItsMost() throws Exception {
        Window window = new Window(400, () -> now);
        int before = window.size();
        epoch(window, 5);
        assertThat(window.size()).isEqualTo(before + 64);
        for (int i = 0; i < 5; i++) {
            epoch(window, 5);
        }
        assertThat(window.size()).isEqualTo(400);
    }

    @Test
    void itShrinksByAFactorWhileAnswersAreSlowAndGrowsAgain() throws Exception {
        Window window = new Window(1024, () -> now);
        epoch(window, 5);
        int before = window.size();
        epoch(window, 80);
        assertThat(window.size()).isEqualTo((int) (before * 0.8));
        for (int i = 0; i < 30; i++) {
            epoch(window, 80);
        }
        assertThat(window.size()).isBetween(16, 300);
        int least = window.size();
        epoch(window, 5);
        assertThat(window.size()).isGreaterThan(least);
    }

    @Test
    void aLongWayIsNoQueue() throws Exception {
        Window window = new Window(1024, () -> now);
        int before = window.size();
        epoch(window, 80);
        epoch(window, 85);
        assertThat(window.size()).isEqualTo(before + 128);
    }

    @Test
    void aClusterThatSaysItHasTooMuchGetsHalf() {
        Window window = new Window(1024, () -> now);
        int before = window.size();
        window.overloaded();
        assertThat(window.size()).isEqualTo(before);
        now += 101 * MILLI;
        window.overloaded();
        window.overloaded();
        assertThat(window.size()).isEqualTo(before / 2);
        for (int i = 0; i < 20; i++) {
            now += 101 * MILLI;
            window.overloaded();
        }
        assertThat(window.size()).isEqualTo(16);
    }

    @Test
    void whatIsLargerThanItGoesAlone() throws Exception {
        Window window = new Window(8, () -> now);
        assertThat(window.enter(64, 100L << 20)).isTrue();
        CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(() -> {
            try {
                return window.enter(1, 1);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Thread.sleep(50);
        assertThat(next).isNotDone();
        window.leave(64, 100L << 20, MILLI);
        assertThat(next.get(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoWaitsIsLetGoWhenItIsClosed() throws Exception {
        Window window = new Window(8, () -> now);
        window.enter(8, 1);
        CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(() -> {
            try {
                return window.enter(1, 1);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        window.close();
        assertThat(next.get(5, TimeUnit.SECONDS)).isFalse();
    }
}
