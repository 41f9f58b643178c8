package org.tofro.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.pipeline.Interval;
import org.tofro.report.ReportStore;
import org.tofro.report.Waiting;

/** Who of those will begin that have left a note, in a state area in a local folder. */
class WaitingLaunchesTest {
    private static final Interval DAY =
            new Interval(Instant.parse("2026-11-23T00:00:00Z"), Instant.parse("2026-11-24T00:00:00Z"));

    private static final LaunchIdentity HERE = LaunchIdentity.ofThisProcess();

    @TempDir
    private Path folder;

    private ReportStore store = new ReportStore("");

    @BeforeEach
    void open() {
        FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
        store = new ReportStore(folder.toUri().toString());
    }

    private static Waiting note(
            String run, LaunchIdentity holder, Instant since, Waiting.@Nullable Cluster cluster, Instant renewBy) {
        return new Waiting(
                run,
                "orders",
                DAY.start(),
                DAY.end(),
                List.of("raw"),
                holder.holder(),
                "process " + holder.process() + " on " + holder.host(),
                since,
                cluster,
                false,
                cluster == null ? renewBy : null);
    }

    private static LaunchIdentity ended() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        return new LaunchIdentity(HERE.host(), HERE.boot(), ended.pid(), 1, "gone");
    }

    private static LaunchIdentity beforeBoot() {
        return new LaunchIdentity(HERE.host(), "an-earlier-boot", 12, 1, "gone");
    }

    private List<String> runs() throws Exception {
        return new WaitingLaunches(store)
                .of("orders").stream().map(Waiting::run).sorted().toList();
    }

    @Test
    void aProcessOfThisHostIsKnownToLiveOrNot() throws Exception {
        Instant later = Instant.now().plusSeconds(60);
        store.writeWaiting(note("orders-1", HERE, Instant.now(), null, later));
        store.writeWaiting(note("orders-2", ended(), Instant.now(), null, later));

        assertThat(runs()).containsExactly("orders-1");
        assertThat(new WaitingLaunches(store).of("order")).isEmpty();
    }

    @Test
    void anotherHostsLivesAsLongAsItsNoteIsRenewed() throws Exception {
        Instant soon = Instant.now().plusSeconds(4);
        Waiting lives = note("orders-1", beforeBoot(), Instant.now(), null, soon);
        store.writeWaiting(lives);
        store.writeWaiting(note("orders-2", beforeBoot(), Instant.now(), null, soon));
        store.writeWaiting(note(
                "orders-3", beforeBoot(), Instant.now(), null, Instant.now().minusMillis(1)));
        assertThat(new WaitingLaunches(store).all())
                .extracting(Waiting::run)
                .containsExactlyInAnyOrder("orders-1", "orders-2");

        CompletableFuture<Void> renewed = CompletableFuture.runAsync(() -> {
            try {
                Thread.sleep(1_000);
                store.writeWaiting(lives.renewed(soon.plusSeconds(60)));
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(runs()).containsExactly("orders-1");
        assertThat(Instant.now()).as("the other might have been renewed").isAfterOrEqualTo(soon);
        renewed.join();
    }

    @Test
    void aClusterBeginsItsRunWhetherItsHostLivesOrNot() throws Exception {
        Waiting.Cluster own = new Waiting.Cluster("j-1", null, null);
        Waiting.Cluster shared = new Waiting.Cluster("j-2", "s-1", null);
        Instant now = Instant.now();
        for (LaunchIdentity holder : List.of(ended(), beforeBoot())) {
            store.writeWaiting(note("orders-1", holder, now.minus(Duration.ofMinutes(59)), own, now));
            store.writeWaiting(note("orders-2", holder, now.minus(Duration.ofMinutes(61)), own, now));
            store.writeWaiting(note("orders-3", holder, now.minus(Duration.ofMinutes(359)), shared, now));
            store.writeWaiting(note("orders-4", holder, now.minus(Duration.ofMinutes(361)), shared, now));

            assertThat(runs()).containsExactly("orders-1", "orders-3");
        }
        store.writeWaiting(note("orders-4", HERE, now.minus(Duration.ofMinutes(361)), shared, now));
        assertThat(runs()).as("its host would know").containsExactly("orders-1", "orders-3", "orders-4");
    }

    @Test
    void aNoteIsRenewedUntilAClusterIsAskedForOrItIsClosed() throws Exception {
        Waiting own = WaitingNote.ofThisProcess(
                LaunchIdentity.ofThisProcess(),
                "orders-1",
                "orders",
                DAY,
                List.of(),
                new Waiting.Cluster(null, null, null),
                false);
        Duration life = Duration.ofMillis(600);
        try (WaitingNote note = WaitingNote.leave(store, own, new EarlyEnd(), life)) {
            Instant first = renewBy("orders-1");
            assertThat(first).isBetween(Instant.now(), Instant.now().plus(life));
            Thread.sleep(1_000);
            assertThat(renewBy("orders-1")).isAfter(Instant.now());

            note.askedFor(new Waiting.Cluster("j-1", null, null));
            Waiting asked = store.readWaiting("orders-1").orElseThrow();
            assertThat(asked.renewBy()).isNull();
            assertThat(asked.isSilent(Instant.MAX)).isFalse();
            store.forgetWaiting("orders-1");
            Thread.sleep(500);
            assertThat(store.readWaiting("orders-1"))
                    .as("the launcher on the cluster has taken it away")
                    .isEmpty();
        }
        WaitingNote.leave(store, own, new EarlyEnd(), life).close();
        Thread.sleep(500);
        assertThat(store.readWaiting("orders-1")).isEmpty();
    }

    private Instant renewBy(String run) throws IOException {
        Instant renewBy = store.readWaiting(run).orElseThrow().renewBy();
        assertThat(renewBy).isNotNull();
        return renewBy;
    }
}
