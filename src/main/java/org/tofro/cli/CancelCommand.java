package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.tofro.connect.emr.Emr;
import org.tofro.connect.emr.Pace;
import org.tofro.connect.warehouse.Lease;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.report.CancelRequest;
import org.tofro.report.ReportStore;
import org.tofro.report.RunEntry;
import org.tofro.report.RunRequest;
import org.tofro.report.Waiting;
import org.tofro.run.LaunchIdentity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tofro cancel}: ends a run that is at work, here or on another host, and what it has at work in the databases. */
@Command(
        name = "cancel",
        description = "End a run that is at work, also on another host, with its queries; it can be resumed.",
        mixinStandardHelpOptions = true)
final class CancelCommand implements Callable<Integer> {
    /** Its process looks every two seconds, and then ends within ten. */
    private static final long PATIENCE_SECONDS = 12;

    private static final long LOOK_MILLIS = 500;

    private final PrintStream out;
    private final PrintStream err;

    @Parameters(paramLabel = "RUN", description = "The run's id, as `status` gives it.")
    private String run = "";

    @Mixin
    private OperationsOptions options = new OperationsOptions();

    CancelCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws WarehouseException, InterruptedException {
        Operations operations = options.open(err);
        Optional<Integer> waited = cancelWaiting(operations);
        if (waited.isPresent()) {
            return waited.get();
        }
        List<RunEntry> entries = operations.demandRun(run);
        RunEntry entry = entries.get(entries.size() - 1);
        Lease lease = operations.lease(Operations.leased(entry));
        Optional<Lease.Held> held = holding(lease);
        if (held.isEmpty() && entry.result() != RunEntry.Result.RUNNING) {
            throw new InvalidInputException("run " + run + " is not running: it " + ended(entry.result())
                    + (entry.endedAt() == null ? "" : " at " + HistoryCommand.seconds(entry.endedAt())));
        }
        if (held.isEmpty()) {
            return report(operations, true, "its process had ended before, without a word", end(operations, entry));
        }
        String holder = LaunchIdentity.describe(held.get().holder());
        if (LaunchIdentity.ofThisProcess().knowsDead(held.get().holder())) {
            List<String> ended = end(operations, entry);
            lease.revoke(held.get().token());
            return report(operations, true, holder + " is no more, and its lease was given back for it", ended);
        }
        operations.reading(() -> {
            operations
                    .store()
                    .writeCancelRequest(
                            CancelRequest.ofLaunch(run, held.get().token(), Operations.user(), Instant.now()));
            return true;
        });
        err.println("waiting for " + holder + " to end run " + run);
        boolean free = awaitFree(lease);
        List<String> ended = end(operations, entry);
        return report(
                operations,
                free,
                free
                        ? holder + " has ended it and given its lease back"
                        : holder + " does not answer, and holds its lease for as long as it renews it; `"
                                + operations.command("unlock " + entry.pipeline() + " --force")
                                + "` takes it away, and the process can then change nothing more",
                ended);
    }

    private static String ended(RunEntry.Result result) {
        return switch (result) {
            case RUNNING, SUCCEEDED, FAILED -> result.name().toLowerCase(Locale.ROOT);
            case PARTIAL -> "ended with steps left out";
            case NOT_READY -> "ended as not ready";
        };
    }

    /** Ends a launch that was asked for and has not begun; empty where there is none, or it has begun meanwhile. */
    private Optional<Integer> cancelWaiting(Operations operations) throws WarehouseException, InterruptedException {
        if (!RunRequest.isId(run)) {
            return Optional.empty();
        }
        ReportStore store = operations.store();
        Optional<Waiting> waiting = operations.reading(() -> store.readWaiting(run));
        Optional<RunRequest> request = operations.reading(() -> store.readRequest(run));
        if (waiting.isEmpty()) {
            return Optional.empty();
        }
        Waiting found = waiting.get();
        Lease lease = operations.lease(Operations.leased(
                found.pipeline(), request.filter(asked -> asked.limit() != null).isPresent()));
        String holder = LaunchIdentity.describe(found.holder());
        boolean dead = LaunchIdentity.ofThisProcess().knowsDead(found.holder());
        if (!dead) {
            operations.reading(() -> {
                store.writeCancelRequest(CancelRequest.of(found, Operations.user(), Instant.now()));
                return true;
            });
            err.println("waiting for " + holder + " to end run " + run);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(dead ? 0 : PATIENCE_SECONDS);
        while (true) {
            boolean ended = operations.reading(() -> hasEnded(store, found));
            // Looked at after that: who begins takes the lease, and the note away only then.
            if (holding(lease).isPresent()) {
                return Optional.empty();
            }
            if (ended) {
                return Optional.of(report(operations, found, true, holder + " has ended it; it " + was(found)));
            }
            if (System.nanoTime() >= deadline) {
                break;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        if (!dead && !hasCluster(found)) {
            return Optional.of(report(
                    operations,
                    found,
                    false,
                    holder + " does not answer; it " + was(found) + ", and holds nothing as long as that lasts"));
        }
        if (hasCluster(found)) {
            endOnCluster(found);
        }
        operations.reading(() -> {
            store.forgetWaiting(run);
            return true;
        });
        return Optional.of(report(
                operations, found, true, holder + (dead ? " is no more; it " : " does not answer; it ") + was(found)));
    }

    /** Whether the launch has ended in which somebody waited. */
    private boolean hasEnded(ReportStore store, Waiting found) throws IOException {
        // Who waits for nothing but a cluster takes the note away when he gives up, and leaves no report of all that he
        // brings.
        return (found.needs().isEmpty() && store.readWaiting(run).isEmpty())
                || store.readReport(run)
                        .filter(report -> !report.endedAt().isBefore(found.since()))
                        .isPresent();
    }

    private static boolean hasCluster(Waiting found) {
        Waiting.Cluster cluster = found.cluster();
        return cluster != null && cluster.id() != null;
    }

    private static String was(Waiting found) {
        Waiting.Cluster cluster = found.cluster();
        if (cluster == null || cluster.id() == null) {
            return found.needs().isEmpty()
                    ? "had not asked for a cluster"
                    : "had waited for " + String.join(", ", found.needs());
        }
        return cluster.step() == null
                ? "had asked for cluster " + cluster.id() + ", which ends"
                : "had given step " + cluster.step() + " to cluster " + cluster.id() + ", which stays without it";
    }

    /** Ends what a host has started that cannot do so any more. */
    private static void endOnCluster(Waiting found) throws InterruptedException {
        Waiting.Cluster cluster = Objects.requireNonNull(found.cluster());
        String id = Objects.requireNonNull(cluster.id());
        try (Emr emr = Emr.open(cluster.region(), Pace.DEFAULT)) {
            if (cluster.step() == null) {
                emr.terminate(id);
            } else {
                emr.cancel(id, cluster.step());
            }
        }
    }

    private Optional<Lease.Held> holding(Lease lease) throws WarehouseException {
        return lease.look().filter(held -> held.live() && held.run().equals(run));
    }

    private boolean awaitFree(Lease lease) throws WarehouseException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (holding(lease).isPresent()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return true;
    }

    private static List<String> end(Operations operations, RunEntry entry) throws WarehouseException {
        return new RunSessions(operations, entry).end();
    }

    private int report(Operations operations, Waiting found, boolean done, String how) {
        String resume = found.cluster() == null ? "resume " : "submit " + found.pipeline() + " --resume ";
        return report(operations, done, how + "; nothing was begun", List.of(), resume);
    }

    private int report(Operations operations, boolean done, String how, List<String> ended) {
        return report(operations, done, how, ended, "resume ");
    }

    private int report(Operations operations, boolean done, String how, List<String> ended, String resuming) {
        String resume = operations.command(resuming + run);
        if (options.json()) {
            Map<String, Object> answer = new TreeMap<>();
            answer.put("run", run);
            answer.put("cancelled", done);
            answer.put("how", how);
            answer.put("sessions", ended);
            answer.put("resume", resume);
            out.println(ReportStore.json(answer));
        } else {
            out.println((done ? "run " + run + " is cancelled: " : "run " + run + " is not cancelled: ") + how);
            ended.forEach(out::println);
            if (done) {
                out.println("to go on from where it stopped: " + resume);
            }
        }
        return (done ? ExitCode.OK : ExitCode.FAILED).code();
    }
}
