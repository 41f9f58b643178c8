package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tofro.run.BusyException;
import org.tofro.run.EarlyEnd;
import org.tofro.run.LaunchIdentity;
import org.tofro.run.RunLease;

/** Launches that follow each other under one lease. */
@Timeout(60)
class KeptLeaseTest {
    private static final String LOST =
            "another run has taken the lease over, because this process was stopped, or cut off"
                    + " from the warehouse, for too long. Start again";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch renewals = new CountDownLatch(2);
    private final AtomicInteger counted = new AtomicInteger();
    private volatile boolean held = true;

    private final RunLease store = new RunLease() {
        @Override
        public long acquire(LaunchIdentity identity, String run) {
            asked.add("acquire " + run);
            return 7;
        }

        @Override
        public boolean renew(long token) {
            renewals.countDown();
            counted.incrementAndGet();
            return held;
        }

        @Override
        public boolean renewFor(long token, String run) {
            asked.add("renew " + token + " for " + run);
            return held;
        }

        @Override
        public void release(long token) {
            asked.add("release " + token);
        }
    };

    private void launch(KeptLease kept, String run) throws Exception {
        kept.follow(new EarlyEnd());
        RunLease lease = kept.of(store);
        assertThat(lease.acquire(LaunchIdentity.ofThisProcess(), run)).isEqualTo(7);
        lease.release(7);
    }

    @Test
    void theFirstLaunchTakesItAndTheEndGivesItBack() throws Exception {
        try (KeptLease kept = new KeptLease(600)) {
            for (String run : List.of("a", "b")) {
                launch(kept, run);
            }
        }
        assertThat(asked)
                .containsExactly(
                        "acquire a", "renew 7 for (backfill)", "renew 7 for b", "renew 7 for (backfill)", "release 7");
    }

    @Test
    void itIsRenewedBetweenTheLaunches() throws Exception {
        try (KeptLease kept = new KeptLease(1)) {
            launch(kept, "a");
            assertThat(renewals.await(30, TimeUnit.SECONDS)).isTrue();
        }
        int atTheEnd = counted.get();
        Thread.sleep(500);
        assertThat(counted).hasValue(atTheEnd);
    }

    @Test
    void aLaunchThatFindsItLostDoesNotStart() throws Exception {
        try (KeptLease kept = new KeptLease(600)) {
            launch(kept, "a");
            held = false;
            assertThatThrownBy(() -> kept.of(store).acquire(LaunchIdentity.ofThisProcess(), "b"))
                    .isInstanceOf(BusyException.class)
                    .hasMessage(LOST);
        }
    }

    @Test
    void whenItIsLostALaunchThatWaitsEndsAndNoOtherBegins() throws Exception {
        try (KeptLease kept = new KeptLease(1)) {
            launch(kept, "a");
            EarlyEnd waiting = new EarlyEnd();
            kept.follow(waiting);
            CountDownLatch ended = new CountDownLatch(1);
            waiting.then(ended::countDown);
            held = false;

            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(waiting.reason())
                    .isEqualTo(
                            "its lease was lost: this process was stopped, or cut off from the warehouse, for too long");
            assertThat(kept.of(store).renew(7)).isFalse();
            assertThatThrownBy(() -> kept.follow(new EarlyEnd()))
                    .isInstanceOf(BusyException.class)
                    .hasMessage(LOST);
        }
    }
}
