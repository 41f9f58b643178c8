package org.tofro.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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
            throw new InvalidInputException("run " + run + " is not running: it "
                    + entry.result().name().toLowerCase(Locale.ROOT)
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
                    .writeCancelRequest(new CancelRequest(run, held.get().token(), Operations.user(), Instant.now()));
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

    /** Ends a launch that waits for other pipelines; empty where none does, or it has begun meanwhile. */
    private Optional<Integer> cancelWaiting(Operations operations) throws WarehouseException, InterruptedException {
        if (!run.matches("[A-Za-z0-9_.-]+")) {
            return Optional.empty();
        }
        ReportStore store = operations.store();
        Optional<Waiting> waiting = operations.reading(() -> store.readWaiting(run));
        Optional<RunRequest> request = operations.reading(() -> store.readRequest(run));
        if (waiting.isEmpty() || request.isEmpty()) {
            return Optional.empty();
        }
        String holder = LaunchIdentity.describe(waiting.get().holder());
        if (LaunchIdentity.ofThisProcess().knowsDead(waiting.get().holder())) {
            operations.reading(() -> {
                store.forgetWaiting(run);
                return true;
            });
            return Optional.of(
                    report(operations, true, holder + " is no more; it had waited for other pipelines", List.of()));
        }
        operations.reading(() -> {
            store.writeCancelRequest(new CancelRequest(run, Waiting.TOKEN, Operations.user(), Instant.now()));
            return true;
        });
        err.println("waiting for " + holder + " to end run " + run);
        Lease lease = operations.lease(
                Operations.leased(request.get().pipeline(), request.get().limit() != null));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline) {
            boolean ended = operations
                    .reading(() -> store.readReport(run))
                    .filter(report -> !report.endedAt().isBefore(waiting.get().since()))
                    .isPresent();
            if (ended) {
                return Optional.of(report(
                        operations,
                        true,
                        holder + " has ended it; it had waited for other pipelines, and nothing was begun",
                        List.of()));
            }
            if (holding(lease).isPresent()) {
                return Optional.empty();
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return Optional.of(report(
                operations,
                false,
                holder + " waits for other pipelines and does not answer; it holds nothing as long as it waits",
                List.of()));
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

    private int report(Operations operations, boolean done, String how, List<String> ended) {
        String resume = operations.command("resume " + run);
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
