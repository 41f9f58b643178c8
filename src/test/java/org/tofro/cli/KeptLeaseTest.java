package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tofro.run.BusyException;
import org.tofro.run.LaunchIdentity;
import org.tofro.run.RunLease;

/** Launches that follow each other under one lease. */
class KeptLeaseTest {
    private final List<String> asked = new ArrayList<>();
    private boolean held = true;

    private final RunLease store = new RunLease() {
        @Override
        public long acquire(LaunchIdentity identity, String run) {
            asked.add("acquire");
            return 7;
        }

        @Override
        public boolean renew(long token) {
            asked.add("renew " + token);
            return held;
        }

        @Override
        public void release(long token) {
            asked.add("release " + token);
        }
    };

    @Test
    void theFirstLaunchTakesItAndTheEndGivesItBack() throws Exception {
        try (KeptLease kept = new KeptLease(600)) {
            for (String run : List.of("a", "b", "c")) {
                RunLease lease = kept.of(store);
                assertThat(lease.acquire(LaunchIdentity.ofThisProcess(), run)).isEqualTo(7);
                lease.release(7);
            }
        }
        assertThat(asked).containsExactly("acquire", "release 7");
    }

    /** Each of them ends before it would renew the lease itself. */
    @Test
    void launchesShorterThanItsRenewalKeepIt() throws Exception {
        try (KeptLease kept = new KeptLease(1)) {
            kept.of(store).acquire(LaunchIdentity.ofThisProcess(), "a");
            for (String run : List.of("b", "c")) {
                Thread.sleep(400);
                kept.of(store).acquire(LaunchIdentity.ofThisProcess(), run);
            }
        }
        assertThat(asked).containsExactly("acquire", "renew 7", "renew 7", "release 7");
    }

    @Test
    void aLaunchThatFindsItLostDoesNotStart() throws Exception {
        held = false;
        try (KeptLease kept = new KeptLease(1)) {
            kept.of(store).acquire(LaunchIdentity.ofThisProcess(), "a");
            Thread.sleep(400);
            assertThatThrownBy(() -> kept.of(store).acquire(LaunchIdentity.ofThisProcess(), "b"))
                    .isInstanceOf(BusyException.class)
                    .hasMessage(
                            "another run has taken the lease over, because this process was stopped, or cut off from"
                                    + " the warehouse, for too long. Start again");
        }
    }
}
